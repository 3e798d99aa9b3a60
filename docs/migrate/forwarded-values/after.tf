resource "aws_s3_bucket" "fonts" {
  bucket = "acme-fonts-prod"
}

module "cors" {
  source = "./cors"
}

moved {
  from = aws_s3_bucket_cors_configuration.fonts
  to   = module.cors.aws_s3_bucket_cors_configuration.this["fonts"]
}

locals {
  # The intent's only behavior: the one of every path.
  behavior = one(module.cors.cache_behaviors["fonts"])
}

resource "aws_cloudfront_origin_access_control" "fonts" {
  name                              = "acme-fonts"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "fonts" {
  enabled = true

  origin {
    origin_id                = "fonts"
    domain_name              = aws_s3_bucket.fonts.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.fonts.id
  }

  default_cache_behavior {
    target_origin_id           = "fonts"
    allowed_methods            = local.behavior.allowed_methods
    cached_methods             = local.behavior.cached_methods
    viewer_protocol_policy     = local.behavior.viewer_protocol_policy
    compress                   = local.behavior.compress
    cache_policy_id            = local.behavior.cache_policy_id
    origin_request_policy_id   = local.behavior.origin_request_policy_id
    response_headers_policy_id = local.behavior.response_headers_policy_id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_s3_bucket_policy" "fonts" {
  bucket = aws_s3_bucket.fonts.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CloudFront"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.fonts.arn}/*"
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.fonts.arn } }
      },
    ]
  })
}

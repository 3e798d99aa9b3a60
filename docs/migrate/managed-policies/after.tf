resource "aws_s3_bucket" "media" {
  bucket = "acme-media-prod"
}

module "cors" {
  source = "./cors"
}

moved {
  from = aws_s3_bucket_cors_configuration.media
  to   = module.cors.aws_s3_bucket_cors_configuration.this["media"]
}

locals {
  # The intent's only behavior: the one of every path.
  behavior = one(module.cors.cache_behaviors["media"])
}

resource "aws_cloudfront_origin_access_control" "media" {
  name                              = "acme-media"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "media" {
  enabled = true

  origin {
    origin_id                = "media"
    domain_name              = aws_s3_bucket.media.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.media.id
  }

  default_cache_behavior {
    target_origin_id           = "media"
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

resource "aws_s3_bucket_policy" "media" {
  bucket = aws_s3_bucket.media.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CloudFront"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.media.arn}/*"
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.media.arn } }
      },
    ]
  })
}

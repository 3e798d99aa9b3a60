# The bucket's rules are right, and what forwards `Origin` is the policy that AWS manages for the purpose.

resource "aws_s3_bucket" "fonts" {
  bucket = "acme-fonts-prod"
}

resource "aws_s3_bucket_cors_configuration" "fonts" {
  bucket = aws_s3_bucket.fonts.id

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://www.acme.example"]
    max_age_seconds = 7200
  }
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
    target_origin_id       = "fonts"
    allowed_methods        = ["GET", "HEAD", "OPTIONS"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "redirect-to-https"

    # CachingOptimized and CORS-S3Origin, managed by AWS.
    cache_policy_id          = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    origin_request_policy_id = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
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
    Statement = [{
      Sid       = "CloudFront"
      Effect    = "Allow"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.fonts.arn}/*"
      Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.fonts.arn } }
    }]
  })
}

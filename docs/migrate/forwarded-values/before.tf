resource "aws_s3_bucket" "fonts" {
  bucket = "acme-fonts-prod"
}

resource "aws_s3_bucket_cors_configuration" "fonts" {
  bucket = aws_s3_bucket.fonts.id

  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://www.acme.example", "https://shop.acme.example"]
    expose_headers  = ["ETag"]
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
    cached_methods         = ["GET", "HEAD", "OPTIONS"]
    viewer_protocol_policy = "redirect-to-https"
    min_ttl                = 0
    default_ttl            = 86400
    max_ttl                = 31536000

    forwarded_values {
      query_string = false
      headers      = ["Origin"]

      cookies {
        forward = "none"
      }
    }
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

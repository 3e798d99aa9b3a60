terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
provider "aws" { region = "eu-west-1" }

variable "origins" {
  type    = list(string)
  default = ["https://www.acme.com", "https://acme.com"]
}

data "aws_caller_identity" "me" {}
data "aws_cloudfront_origin_request_policy" "s3" { name = "Managed-CORS-S3Origin" }

resource "aws_s3_bucket" "b" { bucket = "acme-static-prod" }

resource "aws_s3_bucket_cors_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  cors_rule {
    allowed_origins = var.origins
    allowed_methods = ["GET", "HEAD"]
    expose_headers  = ["ETag"]
    max_age_seconds = 7200
  }
}

resource "aws_cloudfront_origin_access_control" "oac" {
  name                              = "acme"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_cache_policy" "c" {
  name        = "acme-cache"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = true
    enable_accept_encoding_brotli = true
    headers_config {
      header_behavior = "whitelist"
      headers { items = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"] }
    }
    cookies_config { cookie_behavior = "none" }
    query_strings_config { query_string_behavior = "none" }
  }
}

resource "aws_cloudfront_response_headers_policy" "r" {
  name = "acme-rhp"
  cors_config {
    access_control_allow_credentials = false
    access_control_max_age_sec       = 7200
    origin_override                  = true
    access_control_allow_headers { items = ["Accept"] }
    access_control_allow_methods { items = ["GET", "HEAD"] }
    access_control_allow_origins { items = var.origins }
    access_control_expose_headers { items = ["ETag"] }
  }
}

resource "aws_cloudfront_distribution" "d" {
  enabled = true
  aliases = ["static.acme.com"]
  origin {
    domain_name              = aws_s3_bucket.b.bucket_regional_domain_name
    origin_id                = "s3"
    origin_access_control_id = aws_cloudfront_origin_access_control.oac.id
  }
  default_cache_behavior {
    target_origin_id           = "s3"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD", "OPTIONS"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.c.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.s3.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.r.id
  }
  restrictions {
    geo_restriction { restriction_type = "none" }
  }
  viewer_certificate {
    acm_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc"
    ssl_support_method  = "sni-only"
  }
}

data "aws_iam_policy_document" "b" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.d.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.b.json
}

# Policies that AWS manages, by name and by id; one bucket behind the distribution and one without.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_origin_request_policy" "s3" {
  name = "Managed-CORS-S3Origin"
}

resource "aws_s3_bucket" "fonts" {
  bucket_prefix = "initech-fonts-"
}

resource "aws_s3_bucket" "uploads" {
  bucket = "initech-uploads"
}

resource "aws_s3_bucket_cors_configuration" "fonts" {
  bucket = aws_s3_bucket.fonts.id

  cors_rule {
    allowed_headers = ["range"]
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://www.initech.example", "https://*.initech.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 600
  }

  cors_rule {
    allowed_methods = ["PUT"]
    allowed_origins = ["https://cms.initech.example"]
  }
}

resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  cors_rule {
    id              = "cms"
    allowed_headers = ["*"]
    allowed_methods = ["POST"]
    allowed_origins = ["https://cms.initech.example"]
  }
}

resource "aws_cloudfront_origin_access_control" "fonts" {
  name                              = "initech-fonts"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "fonts" {
  name = "initech-fonts"

  cors_config {
    access_control_allow_credentials = false
    origin_override                  = false

    access_control_allow_headers {
      items = ["*"]
    }

    access_control_allow_methods {
      items = ["ALL"]
    }

    access_control_allow_origins {
      items = ["https://www.initech.example"]
    }
  }

  remove_headers_config {
    items {
      header = "Server"
    }
  }
}

resource "aws_cloudfront_distribution" "fonts" {
  enabled = true

  origin {
    origin_id                = "fonts"
    domain_name              = aws_s3_bucket.fonts.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.fonts.id
  }

  ordered_cache_behavior {
    path_pattern               = "*.css"
    target_origin_id           = "fonts"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    response_headers_policy_id = "60669652-455b-4ae9-85a4-c4c02393f86c"
  }

  default_cache_behavior {
    target_origin_id           = "fonts"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD", "OPTIONS"]
    viewer_protocol_policy     = "redirect-to-https"
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.s3.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.fonts.id
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

data "aws_iam_policy_document" "fonts" {
  statement {
    sid       = "CloudFront"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.fonts.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.fonts.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "fonts" {
  bucket = aws_s3_bucket.fonts.id
  policy = data.aws_iam_policy_document.fonts.json
}

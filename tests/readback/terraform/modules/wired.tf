# A distribution that is written by hand and takes its policies from the module of `examples/01-public-fonts`.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "cors" {
  source = "./cors"

  manage_bucket_policy = true
}

module "cdn" {
  source = "./cdn"

  domain_name    = module.cors.bucket_regional_domain_names["fonts"]
  access_control = module.cors.origin_access_control_ids["fonts"]
  header_policy  = module.cors.response_headers_policy_ids["fonts"]
}

# ./cdn
variable "domain_name" {
  type = string
}

variable "access_control" {
  type = string
}

variable "header_policy" {
  type = string
}

resource "aws_cloudfront_distribution" "fonts" {
  enabled = true

  origin {
    origin_id                = "fonts"
    domain_name              = var.domain_name
    origin_access_control_id = var.access_control
  }

  default_cache_behavior {
    target_origin_id           = "fonts"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    response_headers_policy_id = var.header_policy
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

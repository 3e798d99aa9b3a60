module "s3_bucket" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "~> 5.15"

  bucket = "acme-static-prod"
}

module "cors" {
  source = "./cors"
}

# Only after `terraform state rm 'module.s3_bucket.aws_s3_bucket_cors_configuration.this[0]'`.
import {
  to = module.cors.aws_s3_bucket_cors_configuration.this["static"]
  id = "acme-static-prod"
}

locals {
  # The intent's only behavior: the one of every path.
  behavior = one(module.cors.cache_behaviors["static"])
}

module "cloudfront" {
  source  = "terraform-aws-modules/cloudfront/aws"
  version = "~> 6.0"

  origin_access_control = {
    static = {
      description      = "acme-static"
      origin_type      = "s3"
      signing_behavior = "always"
      signing_protocol = "sigv4"
    }
  }

  origin = {
    static = {
      domain_name               = module.s3_bucket.s3_bucket_bucket_regional_domain_name
      origin_access_control_key = "static"
    }
  }

  default_cache_behavior = {
    target_origin_id           = "static"
    viewer_protocol_policy     = local.behavior.viewer_protocol_policy
    allowed_methods            = local.behavior.allowed_methods
    cached_methods             = local.behavior.cached_methods
    cache_policy_id            = local.behavior.cache_policy_id
    origin_request_policy_id   = local.behavior.origin_request_policy_id
    response_headers_policy_id = local.behavior.response_headers_policy_id
  }
}

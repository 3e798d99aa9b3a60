# The objects below are told apart by the keys of the maps in locals.tf, which come from names in the intent:
# adding one never moves another to a new address.

data "aws_caller_identity" "this" {}

locals {
  bucket_names = { for id, asset in local.assets : id => lookup(var.bucket_names, id, asset.bucket) }

  # The distributions that may read each bucket. How many there are is known at plan, even when the ARNs are not.
  distribution_arns = {
    for id, asset in local.assets : id => lookup(var.distribution_arns, id, [
      for distribution in asset.distribution[*] : join(":", [
        "arn",
        asset.partition,
        "cloudfront",
        "",
        coalesce(asset.account, data.aws_caller_identity.this.account_id),
        "distribution/${distribution}",
      ])
    ])
  }
}

# Terraform cannot know who owns a bucket, but it knows who it acts as. `expected_bucket_owner` would say the same
# in an argument that the provider has deprecated.
check "account" {
  assert {
    condition = !var.create || alltrue([
      for asset in local.assets : coalesce(asset.account, data.aws_caller_identity.this.account_id) == data.aws_caller_identity.this.account_id
    ])
    error_message = "The intent says that the buckets belong to another account than the one Terraform acts in."
  }
}

resource "aws_cloudfront_origin_access_control" "this" {
  for_each = { for key, control in local.origin_access_controls : key => control if var.create }

  name                              = "${var.name_prefix}-${each.value.name_suffix}"
  description                       = each.value.description
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_cache_policy" "this" {
  for_each = { for key, policy in local.cache_policies : key => policy if var.create }

  name        = "${var.name_prefix}-${each.value.name_suffix}"
  comment     = each.value.comment
  min_ttl     = each.value.min_ttl
  default_ttl = each.value.default_ttl
  max_ttl     = each.value.max_ttl

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = each.value.enable_accept_encoding_gzip
    enable_accept_encoding_brotli = each.value.enable_accept_encoding_brotli

    headers_config {
      header_behavior = length(each.value.headers) > 0 ? "whitelist" : "none"

      dynamic "headers" {
        for_each = length(each.value.headers) > 0 ? [each.value.headers] : []

        content {
          items = headers.value
        }
      }
    }

    cookies_config {
      cookie_behavior = each.value.cookie_behavior
    }

    query_strings_config {
      query_string_behavior = each.value.query_string_behavior
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_origin_request_policy" "this" {
  for_each = { for key, policy in local.origin_request_policies : key => policy if var.create }

  name    = "${var.name_prefix}-${each.value.name_suffix}"
  comment = each.value.comment

  headers_config {
    header_behavior = each.value.header_behavior

    dynamic "headers" {
      for_each = length(each.value.headers) > 0 ? [each.value.headers] : []

      content {
        items = headers.value
      }
    }
  }

  cookies_config {
    cookie_behavior = each.value.cookie_behavior
  }

  query_strings_config {
    query_string_behavior = each.value.query_string_behavior
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  for_each = { for key, policy in local.response_headers_policies : key => policy if var.create }

  name    = "${var.name_prefix}-${each.value.name_suffix}"
  comment = each.value.comment

  dynamic "cors_config" {
    for_each = each.value.cors[*]

    content {
      access_control_allow_credentials = cors_config.value.access_control_allow_credentials
      access_control_max_age_sec       = cors_config.value.access_control_max_age_sec
      origin_override                  = cors_config.value.origin_override

      access_control_allow_headers {
        items = cors_config.value.access_control_allow_headers
      }

      access_control_allow_methods {
        items = cors_config.value.access_control_allow_methods
      }

      access_control_allow_origins {
        items = cors_config.value.access_control_allow_origins
      }

      dynamic "access_control_expose_headers" {
        for_each = length(cors_config.value.access_control_expose_headers) > 0 ? [cors_config.value.access_control_expose_headers] : []

        content {
          items = access_control_expose_headers.value
        }
      }
    }
  }

  dynamic "custom_headers_config" {
    for_each = length(each.value.custom_headers) > 0 ? [each.value.custom_headers] : []

    content {
      dynamic "items" {
        for_each = custom_headers_config.value

        content {
          header   = items.value.header
          override = items.value.override
          value    = items.value.value
        }
      }
    }
  }

  dynamic "security_headers_config" {
    for_each = each.value.security_headers[*]

    content {
      content_type_options {
        override = security_headers_config.value.content_type_options_override
      }

      frame_options {
        frame_option = security_headers_config.value.frame_option
        override     = false
      }

      referrer_policy {
        referrer_policy = security_headers_config.value.referrer_policy
        override        = false
      }

      strict_transport_security {
        access_control_max_age_sec = security_headers_config.value.strict_transport_security_max_age
        override                   = false
      }

      xss_protection {
        mode_block = security_headers_config.value.xss_protection_block
        override   = false
        protection = security_headers_config.value.xss_protection_block
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # S3 lists a bucket for who may see that an object is missing: nobody gets that list, because `/` is an object.
  root_objects = { for id, asset in local.owned : id => asset.lists_bucket ? "index.html" : null }

  # How long CloudFront remembers an error, seconds. It says nothing about this by itself that all of its pages agree on.
  error_caching = {
    "403" = 10
    "404" = 10
    "500" = 1
    "502" = 1
    "503" = 1
    "504" = 1
  }

  # Paths that the intent does not speak of: read only, without CORS.
  other_paths = {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "redirect-to-https"
    compress               = true
    # CachingOptimized, managed by AWS.
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    origin_request_policy_id   = null
    response_headers_policy_id = null
  }
}

resource "aws_cloudfront_distribution" "this" {
  for_each = { for id, asset in local.owned : id => asset if asset.cdn }

  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  comment             = "${each.value.name}/${each.key}"
  aliases             = each.value.aliases
  default_root_object = local.root_objects[each.key]
  web_acl_id          = lookup(var.web_acl_ids, each.key, null)

  origin {
    origin_id                = each.key
    domain_name              = each.value.server == null ? local.buckets[each.key].bucket_regional_domain_name : each.value.server.domain_name
    origin_access_control_id = each.value.server == null ? module.cors.origin_access_control_ids[each.key] : null

    dynamic "custom_origin_config" {
      for_each = each.value.server[*]

      content {
        http_port              = 80
        https_port             = custom_origin_config.value.https_port
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = [for behavior in module.cors.cache_behaviors[each.key] : behavior if behavior.path_pattern != null]

    content {
      path_pattern               = ordered_cache_behavior.value.path_pattern
      target_origin_id           = ordered_cache_behavior.value.target_origin_id
      allowed_methods            = ordered_cache_behavior.value.allowed_methods
      cached_methods             = ordered_cache_behavior.value.cached_methods
      viewer_protocol_policy     = ordered_cache_behavior.value.viewer_protocol_policy
      compress                   = ordered_cache_behavior.value.compress
      cache_policy_id            = ordered_cache_behavior.value.cache_policy_id
      origin_request_policy_id   = ordered_cache_behavior.value.origin_request_policy_id
      response_headers_policy_id = ordered_cache_behavior.value.response_headers_policy_id
      trusted_key_groups         = try(module.cors.trusted_key_groups[each.key][ordered_cache_behavior.value.path_pattern], [])

      dynamic "function_association" {
        for_each = try(module.cors.function_associations[each.key][ordered_cache_behavior.value.path_pattern], [])

        content {
          event_type   = function_association.value.event_type
          function_arn = function_association.value.function_arn
        }
      }
    }
  }

  dynamic "default_cache_behavior" {
    for_each = [merge(local.other_paths, one([for behavior in module.cors.cache_behaviors[each.key] : behavior if behavior.path_pattern == null]))]

    content {
      target_origin_id           = each.key
      allowed_methods            = default_cache_behavior.value.allowed_methods
      cached_methods             = default_cache_behavior.value.cached_methods
      viewer_protocol_policy     = default_cache_behavior.value.viewer_protocol_policy
      compress                   = default_cache_behavior.value.compress
      cache_policy_id            = default_cache_behavior.value.cache_policy_id
      origin_request_policy_id   = default_cache_behavior.value.origin_request_policy_id
      response_headers_policy_id = default_cache_behavior.value.response_headers_policy_id
      trusted_key_groups         = try(module.cors.trusted_key_groups[each.key]["*"], [])

      dynamic "function_association" {
        for_each = try(module.cors.function_associations[each.key]["*"], [])

        content {
          event_type   = function_association.value.event_type
          function_arn = function_association.value.function_arn
        }
      }
    }
  }

  dynamic "custom_error_response" {
    for_each = local.error_caching

    content {
      error_code            = tonumber(custom_error_response.key)
      error_caching_min_ttl = custom_error_response.value
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = each.value.certificate == null
    acm_certificate_arn            = each.value.certificate
    ssl_support_method             = each.value.certificate == null ? null : "sni-only"
    minimum_protocol_version       = each.value.certificate == null ? "TLSv1" : "TLSv1.2_2021"
  }
}

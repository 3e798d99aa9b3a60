resource "aws_cloudfront_distribution" "this" {
  for_each = module.cors.origin_access_control_ids

  enabled = true
  comment = "corsynth example ${each.key}"

  origin {
    origin_id                = each.key
    domain_name              = local.buckets[each.key].bucket_regional_domain_name
    origin_access_control_id = each.value
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

  # The intent's default behavior, where it has one; otherwise the rest of the distribution is yours to configure.
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

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

locals {
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

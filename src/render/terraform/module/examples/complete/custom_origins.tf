# A distribution in front of each server. Of a real one the server's name must resolve, and its certificate must fit it.
resource "aws_cloudfront_distribution" "server" {
  for_each = module.cors.custom_origins

  enabled = true
  comment = "corsynth example ${each.key}"

  origin {
    origin_id   = each.key
    domain_name = each.value.domain_name

    custom_origin_config {
      http_port              = each.value.http_port
      https_port             = each.value.https_port
      origin_protocol_policy = each.value.origin_protocol_policy
      origin_ssl_protocols   = each.value.origin_ssl_protocols
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

# Policies that are only for these behaviors, by the keys of the module's outputs. An import changes such a policy in
# place, for every behavior that uses it: where others do, leave it, and switch the behaviors to the module's.

import {
  for_each = var.origin_access_control_ids
  to       = module.cors.aws_cloudfront_origin_access_control.this[each.key]
  id       = each.value
}

import {
  for_each = var.cache_policy_ids
  to       = module.cors.aws_cloudfront_cache_policy.this[each.key]
  id       = each.value
}

import {
  for_each = var.origin_request_policy_ids
  to       = module.cors.aws_cloudfront_origin_request_policy.this[each.key]
  id       = each.value
}

import {
  for_each = var.response_headers_policy_ids
  to       = module.cors.aws_cloudfront_response_headers_policy.this[each.key]
  id       = each.value
}

output "response_headers_policy_ids" {
  description = "Ids of the response headers policies, by asset (`asset`) or part of an asset (`asset/part`)."
  value       = { for key, policy in aws_cloudfront_response_headers_policy.this : key => policy.id }
}

output "cache_policy_ids" {
  description = "Ids of the cache policies, by asset or part of an asset."
  value       = { for key, policy in aws_cloudfront_cache_policy.this : key => policy.id }
}

output "origin_request_policy_ids" {
  description = "Ids of the origin request policies, by asset or part of an asset."
  value       = { for key, policy in aws_cloudfront_origin_request_policy.this : key => policy.id }
}

output "origin_access_control_ids" {
  description = "Ids of the origin access controls, by asset: `origin_access_control_id` of the distribution's origin."
  value       = { for key, control in aws_cloudfront_origin_access_control.this : key => control.id }
}

output "bucket_policy_json" {
  description = "Bucket policies by asset, merged with `existing_bucket_policies`; there is one as soon as a distribution of the asset is known."
  value       = { for id, document in data.aws_iam_policy_document.bucket : id => document.json }
}

output "key_policy_json" {
  description = "Statements for the policies of the assets' KMS keys, as a policy document, by asset. The key's owner adds them."
  value       = { for id, document in data.aws_iam_policy_document.key : id => document.json }
}

output "cors_rules" {
  description = "The CORS rules of each bucket, by asset."
  value       = { for id, rules in local.cors_rules : id => rules if var.create }
}

output "cache_behaviors" {
  description = "Cache behaviors by asset, most specific path first; the default behavior, where there is one, is the last and its `path_pattern` is null. Names are those of `ordered_cache_behavior`; `target_origin_id` is the asset's id."
  value = {
    for id, behaviors in local.cache_behaviors : id => [
      for behavior in behaviors : {
        path_pattern           = behavior.path_pattern
        target_origin_id       = id
        allowed_methods        = behavior.allowed_methods
        cached_methods         = behavior.cached_methods
        viewer_protocol_policy = behavior.viewer_protocol_policy
        compress               = behavior.compress
        cache_policy_id = (
          contains(keys(behavior.cache_policy), "own") ?
          aws_cloudfront_cache_policy.this[behavior.cache_policy.own].id :
          local.managed_policy_ids[behavior.cache_policy.managed]
        )
        origin_request_policy_id = behavior.origin_request_policy == null ? null : (
          contains(keys(behavior.origin_request_policy), "own") ?
          aws_cloudfront_origin_request_policy.this[behavior.origin_request_policy.own].id :
          local.managed_policy_ids[behavior.origin_request_policy.managed]
        )
        response_headers_policy_id = behavior.response_headers_policy == null ? null : (
          contains(keys(behavior.response_headers_policy), "own") ?
          aws_cloudfront_response_headers_policy.this[behavior.response_headers_policy.own].id :
          local.managed_policy_ids[behavior.response_headers_policy.managed]
        )
      }
    ] if var.create
  }
}

output "function_associations" {
  description = "What runs on a cache behavior, by asset and path pattern (`*` for the default behavior): the members of each `function_association`."
  value       = local.function_associations
}

output "trusted_key_groups" {
  description = "Ids of the key groups whose signatures a cache behavior needs, by asset and path pattern (`*` for the default behavior)."
  value       = local.trusted_key_groups
}

output "invalidation_paths" {
  description = "Paths to invalidate by asset, when bucket CORS rules, cache or origin request policies have changed. A change of response headers policies alone needs none."
  value       = { for id, paths in local.invalidation_paths : id => paths if var.create }
}

output "bucket_regional_domain_names" {
  description = "Regional host names of the buckets, by asset: for the distribution's origin, and for browsers that talk to S3. The global host name redirects while a bucket is new, and no preflight survives a redirect."
  value       = { for id, asset in local.assets : id => "${local.bucket_names[id]}.s3.${asset.region}.${asset.dns_suffix}" if var.create }
}

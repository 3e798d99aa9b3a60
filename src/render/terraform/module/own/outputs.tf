output "distribution_ids" {
  description = "Ids of the distributions, by asset: for invalidations."
  value       = { for id, distribution in aws_cloudfront_distribution.this : id => distribution.id }
}

output "distribution_arns" {
  description = "ARNs of the distributions, by asset: for policies of keys, and of buckets in other states."
  value       = { for id, distribution in aws_cloudfront_distribution.this : id => distribution.arn }
}

output "distribution_domain_names" {
  description = "Host names of the distributions, by asset: what records of the aliases point to."
  value       = { for id, distribution in aws_cloudfront_distribution.this : id => distribution.domain_name }
}

output "distribution_hosted_zone_ids" {
  description = "Hosted zones of the distributions, by asset, for alias records of Route 53."
  value       = { for id, distribution in aws_cloudfront_distribution.this : id => distribution.hosted_zone_id }
}

output "bucket_arns" {
  description = "ARNs of the buckets, by asset."
  value       = { for id, bucket in local.buckets : id => bucket.arn }
}

output "bucket_regional_domain_names" {
  description = "Regional host names of the buckets, by asset: for uploads that go to S3. The global host name redirects while a bucket is new, and no preflight survives a redirect."
  value       = { for id, bucket in local.buckets : id => bucket.bucket_regional_domain_name }
}

output "key_policy_json" {
  description = "Statements for the policies of the assets' KMS keys, as a policy document, by asset. The key's owner adds them."
  value       = module.cors.key_policy_json
}

output "invalidation_paths" {
  description = "Paths to invalidate by asset, when bucket CORS rules, cache or origin request policies have changed."
  value       = module.cors.invalidation_paths
}

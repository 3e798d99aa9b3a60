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

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

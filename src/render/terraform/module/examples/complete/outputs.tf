output "distribution_domain_names" {
  description = "Host names of the distributions, by asset."
  value       = { for id, distribution in aws_cloudfront_distribution.this : id => distribution.domain_name }
}

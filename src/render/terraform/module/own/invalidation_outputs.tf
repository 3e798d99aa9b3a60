output "invalidation_paths" {
  description = "Paths to invalidate by asset, when bucket CORS rules, cache or origin request policies have changed."
  value       = module.cors.invalidation_paths
}

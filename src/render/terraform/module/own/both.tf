# The CORS module, for the buckets and distributions of this one. Terraform's graph is one of resources, not of modules:
# its policies do not wait for the distributions, and the bucket policies do.

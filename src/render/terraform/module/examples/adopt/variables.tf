variable "bucket_cors" {
  description = "Assets whose bucket has a CORS configuration already: `aws s3api get-bucket-cors` finds one. Terraform refuses to import what does not exist."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "manage_bucket_policy" {
  description = "Whether the module takes over the bucket policies. All of them: a bucket has one policy."
  type        = bool
  default     = false
  nullable    = false
}

variable "existing_bucket_policies" {
  description = "The bucket policies (JSON) that exist, by asset: imported, and merged with what the module adds."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "distribution_arns" {
  description = "ARNs of the distributions that may use an asset's bucket, by asset, where the intent names none."
  type        = map(list(string))
  default     = {}
  nullable    = false
}

variable "origin_access_control_ids" {
  description = "Ids of origin access controls to take over, by asset."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "cache_policy_ids" {
  description = "Ids of cache policies to take over, by asset or part of an asset. Those that AWS manages cannot be."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "origin_request_policy_ids" {
  description = "Ids of origin request policies to take over, by asset or part of an asset."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "response_headers_policy_ids" {
  description = "Ids of response headers policies to take over, by asset or part of an asset."
  type        = map(string)
  default     = {}
  nullable    = false
}

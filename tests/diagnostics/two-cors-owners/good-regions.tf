variable "regions" {
  default = { "acme-fonts" = "eu-west-1", "acme-media" = "us-east-1" }
}

# each for the buckets of one region
resource "aws_s3_bucket_cors_configuration" "ireland" {
  for_each = toset([for name, region in var.regions : name if region == "eu-west-1"])
  bucket   = each.key

  cors_rule {
    allowed_origins = ["https://www.example.com"]
    allowed_methods = ["GET", "HEAD"]
  }
}

resource "aws_s3_bucket_cors_configuration" "virginia" {
  for_each = toset([for name, region in var.regions : name if region == "us-east-1"])
  bucket   = each.key

  cors_rule {
    allowed_origins = ["https://www.example.com"]
    allowed_methods = ["GET", "HEAD"]
  }
}

resource "aws_s3_bucket" "uploads" {
  bucket = "acme-uploads-prod"
}

module "cors" {
  source = "./cors"
}

import {
  to = module.cors.aws_s3_bucket_cors_configuration.this["uploads"]
  id = "acme-uploads-prod"
}

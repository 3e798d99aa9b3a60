resource "aws_s3_bucket" "uploads" {
  bucket = "acme-uploads-prod"

  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET", "HEAD", "PUT"]
    allowed_origins = ["https://app.acme.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }

  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = ["https://www.acme.example"]
  }
}

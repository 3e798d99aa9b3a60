resource "aws_cloudfront_response_headers_policy" "cors" {
  name = "cors"

  cors_config {
    access_control_allow_origins {
      items = ["https://www.example.com"]
    }
    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }
    access_control_allow_headers {
      items = ["Range"]
    }
    access_control_expose_headers {
      items = ["ETag"]
    }
    access_control_allow_credentials = false
    access_control_max_age_sec       = 7200
    origin_override                  = true
  }
}

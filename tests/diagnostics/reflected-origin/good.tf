resource "aws_cloudfront_function" "cors" {
  name    = "cors"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = <<-EOT
    function handler(event) {
      var response = event.response;
      var origin = event.request.headers.origin;
      if (origin && ['https://www.example.com'].includes(origin.value)) {
        response.headers['access-control-allow-origin'] = { value: origin.value };
      }
      return response;
    }
  EOT
}

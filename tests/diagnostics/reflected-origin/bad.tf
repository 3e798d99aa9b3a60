resource "aws_cloudfront_function" "cors" {
  name    = "cors"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = <<-EOT
    function handler(event) {
      var response = event.response;
      response.headers['access-control-allow-origin'] = { value: event.request.headers.origin.value };
      return response;
    }
  EOT
}

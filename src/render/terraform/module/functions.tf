# CloudFront Functions: the rules are data in locals.tf, the code around them is the same for every intent.

resource "aws_cloudfront_function" "this" {
  for_each = { for key, function in local.functions : key => function if var.create }

  name    = "${var.name_prefix}-${each.value.name_suffix}"
  comment = each.value.comment
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = "${local.function_prelude}${jsonencode(each.value.cors)};\n\n${file("${path.module}/functions/cors.js")}"

  lifecycle {
    create_before_destroy = true
  }
}

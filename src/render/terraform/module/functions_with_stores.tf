# CloudFront Functions: the rules are data in locals.tf, the code around them is the same for every intent. Origins that the code
# has no room for are in a key value store, which a function without one does not have.

resource "aws_cloudfront_key_value_store" "this" {
  for_each = { for key, origins in local.function_stores : key => origins if var.create }

  name    = "${var.name_prefix}-${local.functions[each.key].name_suffix}"
  comment = local.functions[each.key].comment
}

# Nothing else stays in a store: what somebody adds by hand goes with the next apply.
resource "aws_cloudfrontkeyvaluestore_keys_exclusive" "this" {
  for_each = { for key, origins in local.function_stores : key => origins if var.create }

  key_value_store_arn = aws_cloudfront_key_value_store.this[each.key].arn

  dynamic "resource_key_value_pair" {
    for_each = each.value

    content {
      key   = resource_key_value_pair.key
      value = resource_key_value_pair.value
    }
  }
}

resource "aws_cloudfront_function" "this" {
  for_each = { for key, function in local.functions : key => function if var.create }

  name    = "${var.name_prefix}-${each.value.name_suffix}"
  comment = each.value.comment
  runtime = "cloudfront-js-2.0"
  publish = true
  code = (contains(keys(local.function_stores), each.key)
    ? "${local.function_store_prelude}${jsonencode(each.value.cors)};\n\n${file("${path.module}/functions/cors_store.js")}"
    : "${local.function_prelude}${jsonencode(each.value.cors)};\n\n${file("${path.module}/functions/cors.js")}"
  )

  key_value_store_associations = [
    for key, store in aws_cloudfront_key_value_store.this : store.arn if key == each.key
  ]

  # A store has the origins before the code asks for them.
  depends_on = [aws_cloudfrontkeyvaluestore_keys_exclusive.this]

  lifecycle {
    create_before_destroy = true
  }
}

# The whole policy of each bucket: what the CORS module lets the distribution do, and nothing for anybody without TLS.
data "aws_iam_policy_document" "bucket" {
  for_each = local.buckets

  source_policy_documents = compact([lookup(module.cors.bucket_policy_json, each.key, "")])

  statement {
    sid       = "CorsynthDenyInsecureTransport"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

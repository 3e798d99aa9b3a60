# Only CloudFront may use the bucket or the key, and only for the distributions named in `AWS:SourceArn`. A
# statement exists once such a distribution is known: without the condition any distribution of anybody would do.

locals {
  bucket_policy_assets = toset([
    for id, statements in local.bucket_policy_statements : id if var.create && length(local.distribution_arns[id]) > 0
  ])

  key_policy_assets = toset([
    for id, statements in local.key_policy_statements : id if var.create && length(local.distribution_arns[id]) > 0
  ])

  # What `resource` in a statement of locals.tf stands for. A key's own policy calls its key `*`.
  bucket_policy_resources = {
    for id, asset in local.assets : id => {
      objects = "arn:${asset.partition}:s3:::${local.bucket_names[id]}/*"
      bucket  = "arn:${asset.partition}:s3:::${local.bucket_names[id]}"
    }
  }
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.bucket_policy_assets

  source_policy_documents = contains(keys(var.existing_bucket_policies), each.key) ? [var.existing_bucket_policies[each.key]] : []

  dynamic "statement" {
    for_each = local.bucket_policy_statements[each.key]

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = [local.bucket_policy_resources[each.key][statement.value.resource]]

      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "AWS:SourceArn"
        values   = local.distribution_arns[each.key]
      }
    }
  }
}

data "aws_iam_policy_document" "key" {
  for_each = local.key_policy_assets

  dynamic "statement" {
    for_each = local.key_policy_statements[each.key]

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "AWS:SourceArn"
        values   = local.distribution_arns[each.key]
      }
    }
  }
}

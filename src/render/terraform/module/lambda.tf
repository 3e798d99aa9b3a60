resource "aws_iam_role" "errors" {
  for_each = toset(var.create ? ["edge"] : [])

  name        = "${var.name_prefix}-errors-at-edge"
  description = "Managed by corsynth: runs what lets pages read errors, and may do nothing else"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["edgelambda.amazonaws.com", "lambda.amazonaws.com"] }
    }]
  })
}

resource "aws_lambda_function" "errors" {
  for_each = { for key, function in local.error_functions : key => function if var.create }
  provider = aws.us_east_1

  function_name    = "${var.name_prefix}-${each.value.name_suffix}"
  description      = each.value.comment
  role             = aws_iam_role.errors["edge"].arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = "${path.module}/${each.value.archive}"
  source_code_hash = filebase64sha256("${path.module}/${each.value.archive}")
  memory_size      = 128
  timeout          = 5
  publish          = true
}

output "lambda_function_associations" {
  description = "What runs as Lambda@Edge on a cache behavior, by asset and path pattern (`*` for the default behavior): the members of each `lambda_function_association`."
  value = {
    for id, paths in local.error_functions_by_path : id => {
      for path, function in paths : path => [{
        event_type   = "origin-response"
        include_body = false
        lambda_arn   = aws_lambda_function.errors[function].qualified_arn
      }]
    } if var.create
  }
}

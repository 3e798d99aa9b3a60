output "function_arns" {
  description = "ARNs of the functions, by asset or part of an asset."
  value       = { for key, function in aws_cloudfront_function.this : key => function.arn }
}

locals {
  function_associations = {
    for id, paths in local.functions_by_path : id => {
      for path, associations in paths : path => [
        for association in associations : {
          event_type   = association.event_type
          function_arn = aws_cloudfront_function.this[association.function].arn
        }
      ]
    } if var.create
  }
}

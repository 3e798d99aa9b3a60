mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  manage_bucket_policy = true
}

run "before" {
  state_key = "one"

  module {
    source = "./before"
  }
}

run "after" {
  command   = plan
  state_key = "one"

  module {
    source = "./after"
  }

  assert {
    condition     = output.origin_access_control_ids["assets"] == run.before.origin_access_control_ids["static"]
    error_message = "The origin access control is another one."
  }

  assert {
    condition     = output.response_headers_policy_ids["assets/fonts"] == run.before.response_headers_policy_ids["static/fonts"]
    error_message = "The response headers policy of a part is another one."
  }
}

run "untold" {
  command   = plan
  state_key = "one"

  module {
    source = "./untold"
  }
}

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
}

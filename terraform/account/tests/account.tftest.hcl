# Plans with mock providers: no credentials are needed.

mock_provider "aws" {
  override_data {
    target = data.aws_caller_identity.account_guard
    values = {
      account_id = "111122223333"
      arn        = "arn:aws:sts::111122223333:assumed-role/deployer/session"
    }
  }

  override_data {
    target = data.aws_iam_roles.found_names
    values = { arns = [], names = [] }
  }

  override_data {
    target = data.aws_iam_roles.identity_provider_sentinel_role_names
    values = { arns = [], names = [] }
  }
}

mock_provider "azapi" {
  override_data {
    target = data.azapi_resource.connector_subscription
    values = { output = { tenantId = "11111111-2222-3333-4444-555555555555" } }
  }
}

mock_provider "time" {}

variables {
  aws_account_id        = "111122223333"
  aws_region            = "eu-central-1"
  entra_tenant_id       = "11111111-2222-3333-4444-555555555555"
  azure_subscription_id = "22222222-3333-4444-5555-666666666666"
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-production"
  access_level          = "leastPrivilege"
}

run "foundational_cspm_needs_one_role" {
  command = plan

  assert {
    condition     = keys(output.role_arns) == ["cspmMonitor"]
    error_message = "Only the role of foundational CSPM is expected."
  }

  assert {
    condition     = length(azapi_resource.connector.body.properties.offerings) == 1
    error_message = "Only the offering CspmMonitorAws is expected."
  }
}

run "the_reading_role_may_not_do_everything" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.cspm_monitor_policy.policy).Statement :
      statement.Effect == "Allow" && !contains(statement.Action, "*")
    ])
    error_message = "With least privilege each statement allows actions by name."
  }
}

run "the_trust_names_the_session_of_the_tenant" {
  command = plan

  assert {
    condition     = strcontains(jsonencode(jsondecode(aws_iam_role.cspm_monitor.assume_role_policy).Statement[0].Condition), "MicrosoftDefenderForClouds_11111111-2222-3333-4444-555555555555")
    error_message = "The trust must be bound to the tenant."
  }
}

run "a_malformed_account_is_refused" {
  command = plan

  variables {
    aws_account_id = "1111"
  }

  expect_failures = [var.aws_account_id]
}

run "scanning_needs_sub_plan_p2" {
  command = plan

  variables {
    servers = { sub_plan = "P1", agentless_machine_scanning = true }
  }

  expect_failures = [var.servers]
}

run "credentials_of_another_account_are_refused" {
  command = plan

  variables {
    aws_account_id = "444455556666"
  }

  expect_failures = [data.aws_caller_identity.account_guard]
}

# Copy the folder tests to where cdk.tf.json is, and run: terraform init && terraform test
# Plans with mock providers: no credentials are needed, and nothing is read or changed.

mock_provider "aws" {
  override_data {
    target = data.aws_caller_identity.Onboarding_AccountGuard_5D4DD6D9
    values = {
      account_id = "111122223333"
      arn        = "arn:aws:sts::111122223333:assumed-role/deployer/session"
    }
  }

  override_data {
    target = data.aws_iam_roles.Onboarding_Roles_Found_Names_E4AB4C59
    values = { arns = [], names = [] }
  }

  override_data {
    target = data.aws_iam_roles.Onboarding_IdentityProvider_SentinelRoleNames_84AA28B5
    values = { arns = [], names = [] }
  }
}

# The alias locks the identity provider (docs/guardrails.md).
mock_provider "aws" {
  alias = "Onboarding_IdentityProvider_Restore_construct_then_destroy_or_release_05E9D7DA"
}

mock_provider "azapi" {
  override_data {
    target = data.azapi_resource.Onboarding_Connector_Subscription_63180B1E
    values = { output = { tenantId = "11111111-2222-3333-4444-555555555555" } }
  }
}

mock_provider "time" {}

# For values of yours change account_id and tenantId above, too.
variables {
  aws_account_id        = "111122223333"
  aws_region            = "eu-central-1"
  entra_tenant_id       = "11111111-2222-3333-4444-555555555555"
  azure_subscription_id = "22222222-3333-4444-5555-666666666666"
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-production"
}

run "the_trusts_name_the_session_of_the_tenant" {
  command = plan

  assert {
    condition = strcontains(
      jsonencode(jsondecode(aws_iam_role.Onboarding_Roles_cspmMonitor_D7542A7B.assume_role_policy).Statement[0].Condition),
      "MicrosoftDefenderForClouds_${var.entra_tenant_id}"
    )
    error_message = "The trust must be bound to the tenant."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.Onboarding_Roles_cspmMonitor_policy_61C74469.policy).Statement :
      statement.Effect == "Allow" && !contains(statement.Action, "*")
    ])
    error_message = "With least privilege each statement allows actions by name."
  }
}

run "credentials_of_another_account_are_refused" {
  command = plan

  variables {
    aws_account_id = "444455556666"
  }

  expect_failures = [data.aws_caller_identity.Onboarding_AccountGuard_5D4DD6D9]
}

run "microsofts_tenant_is_refused" {
  command = plan

  variables {
    entra_tenant_id = "33e01921-4d64-4f8c-a055-5bdaffd5e33d"
  }

  expect_failures = [var.entra_tenant_id]
}

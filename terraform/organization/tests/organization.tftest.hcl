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

  override_data {
    target = data.aws_organizations_organization.members_organization_guard
    values = {
      master_account_id             = "111122223333"
      feature_set                   = "ALL"
      aws_service_access_principals = ["member.org.stacksets.cloudformation.amazonaws.com"]
      roots                         = [{ id = "r-ab12" }]
      accounts                      = [{ id = "111122223333" }, { id = "444455556666" }]
    }
  }

  override_data {
    target = data.aws_organizations_organizational_unit_descendant_organizational_units.members_organization_guard_organizational_units
    values = { children = [] }
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
  connector_name        = "aws-organization"
  access_level          = "leastPrivilege"
  targets               = ["r-ab12"]
}

run "members_get_the_roles_of_the_management_account" {
  command = plan

  variables {
    servers = { sub_plan = "P1", arc_auto_provisioning = false }
  }

  assert {
    condition     = keys(output.role_arns) == ["cspmMonitor", "defenderForServers"]
    error_message = "Only the roles of foundational CSPM and of Defender for Servers are expected."
  }

  assert {
    condition = toset([
      for resource in values(jsondecode(aws_cloudformation_stack_set.members_stack_set.template_body).Resources) : jsonencode(resource.Properties.RoleName)
      if resource.Type == "AWS::IAM::Role" && can(resource.Properties.RoleName)
    ]) == toset([jsonencode({ Ref = "CspmMonitorAwsRoleName" }), jsonencode({ Ref = "DefenderForServersRoleName" })])
    error_message = "Members must have the same roles as the management account."
  }
}

run "the_connector_finds_the_members_by_the_stack_set" {
  command = plan

  variables {
    stack_set_name       = "Defender"
    excluded_account_ids = ["444455556666"]
  }

  assert {
    condition     = azapi_resource.connector.body.properties.environmentData.organizationalData.stacksetName == aws_cloudformation_stack_set.members_stack_set.name
    error_message = "The connector must name the StackSet."
  }
}

run "an_account_is_refused_as_a_target" {
  command = plan

  variables {
    targets = ["444455556666"]
  }

  expect_failures = [var.targets]
}

run "a_malformed_excluded_account_is_refused" {
  command = plan

  variables {
    excluded_account_ids = ["4444"]
  }

  expect_failures = [var.excluded_account_ids]
}

run "an_account_outside_the_organization_cannot_be_excluded" {
  command = plan

  variables {
    excluded_account_ids = ["777788889999"]
  }

  expect_failures = [data.aws_organizations_organization.members_organization_guard]
}

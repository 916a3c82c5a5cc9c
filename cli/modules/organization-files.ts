import { TERRAFORM_VERSION } from "../../modules/terraform";
import { MOCK_AZURE, MOCK_CALLER, MOCK_NO_ROLES } from "./mocks";
import type { ModuleFiles } from "./readme";

/** An example root for the module: one organization, from its management account. */
const ROOT = `# An organization. The AWS credentials must belong to the management account: Defender for Cloud does not support delegated administrators.

terraform {
  required_version = "${TERRAFORM_VERSION}"

  required_providers {
    aws   = { source = "hashicorp/aws" }
    azapi = { source = "Azure/azapi" }
  }
}

variable "management_account_id" {
  description = "The management account of the organization."
  type        = string
}

variable "azure_subscription_id" {
  description = "Azure subscription of the connector: a GUID."
  type        = string
}

variable "entra_tenant_id" {
  description = "Entra tenant of the subscription: a GUID in lower case."
  type        = string
}

variable "targets" {
  description = "Root or organizational units whose accounts are connected."
  type        = list(string)
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = [var.management_account_id]
}

provider "azapi" {
  subscription_id            = var.azure_subscription_id
  skip_provider_registration = true

  # Without it a change that only removes fields from the connector would plan nothing.
  ignore_no_op_changes = false
}

module "organization" {
  source = "../.."

  aws_account_id        = var.management_account_id
  aws_region            = "eu-central-1"
  entra_tenant_id       = var.entra_tenant_id
  azure_subscription_id = var.azure_subscription_id
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-organization"
  access_level          = "leastPrivilege"
  targets               = var.targets

  defender_cspm = {}
  servers       = { sub_plan = "P2" }
  containers    = {}
  databases     = { databases_posture = true }
}

output "role_arns" {
  description = "ARNs of the management account's roles that Defender assumes, by key. Members have the same names."
  value       = module.organization.role_arns
}
`;

const INTRODUCTION = {
  title: "Connects an AWS organization to Microsoft Defender for Cloud",
  text: `The identity provider and the roles of the management account, the same roles in every member account through a StackSet, and last the connector, which finds the members through the name of the StackSet. The plans are those that the variables choose, in every account. Defender makes the connectors of the members itself, within 24 hours. What the members get, and its limits, are in \`docs/organization.md\` of the package.

- The module has no provider blocks: give it \`aws\` with the credentials of the management account, and \`azapi\` with \`ignore_no_op_changes = false\`, without which a change that only removes fields plans nothing. The root must name the source of azapi, \`Azure/azapi\`, in \`required_providers\`: Terraform would look for another one.
- Give no \`depends_on\` to the call: while what it names has changes to come, Terraform reads the account only in the apply, and the plan stops ("Invalid for_each argument"). Refer to a value of the other object instead, for instance \`resource_group_name = azapi_resource.group.name\`.
- An organization has one management account: call the module once.
- First activate the trusted access of CloudFormation StackSets in the management account (\`aws cloudformation activate-organizations-access\`); the plan stops without it.
- The StackSet and its instances have \`prevent_destroy\`: Terraform refuses \`terraform destroy\`, another \`stack_set_name\`, and fewer \`targets\`, because each of these deletes the roles of every member that it concerns. To leave, remove the call of the module and apply: this deletes the stacks of all members, then the rest. To give up one target and keep the others, export a copy of the module and delete \`prevent_destroy\` there.
- In the members, the stack ensures the identity provider: it creates a missing one, and adds audiences to one that Microsoft Sentinel made. \`identity_provider_mode\` is about the management account only.
- Settings that this module has no variable for (CIEM, open-source databases, names of roles, the rollout, a bucket for the template) have an exported configuration: \`cdktf-defender-for-cloud export --config\` with the section \`organizationOnboarding\`.
- Terraform ignores attributes of an object that its type does not have: a misspelled feature of a plan has no effect.`,
  example: `module "defender" {
  source = "./terraform/organization"

  aws_account_id        = "111122223333"
  aws_region            = "eu-central-1"
  entra_tenant_id       = "11111111-2222-3333-4444-555555555555"
  azure_subscription_id = "22222222-3333-4444-5555-666666666666"
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-organization"
  access_level          = "leastPrivilege"
  targets               = ["r-ab12"]
  excluded_account_ids  = ["444455556666"]

  defender_cspm = {}
  servers       = { sub_plan = "P2" }
}`,
};

/** Tests that a user runs with \`terraform test\`: plans with mock providers, without credentials. */
const TESTS = `# Plans with mock providers: no credentials are needed.

mock_provider "aws" {
${MOCK_CALLER}

${MOCK_NO_ROLES}

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

${MOCK_AZURE}

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
`;

/** Files of the module that are written by hand. */
export const ORGANIZATION_FILES: ModuleFiles = {
  introduction: INTRODUCTION,
  others: { "examples/management-account/main.tf": ROOT, "tests/organization.tftest.hcl": TESTS },
};

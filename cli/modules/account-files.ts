import { TERRAFORM_VERSION } from "../../modules/terraform";
import { MOCK_AZURE, MOCK_CALLER, MOCK_NO_ROLES } from "./mocks";
import type { ModuleFiles } from "./readme";

/** An example root for the module: two accounts, each with the credentials of its own. */
const ROOT = `# Two accounts from one root. A module's providers cannot be chosen by for_each, so each account has a call of its own.

terraform {
  required_version = "${TERRAFORM_VERSION}"

  required_providers {
    aws   = { source = "hashicorp/aws" }
    azapi = { source = "Azure/azapi" }
  }
}

variable "azure_subscription_id" {
  description = "Azure subscription of the connectors: a GUID."
  type        = string
}

variable "entra_tenant_id" {
  description = "Entra tenant of the subscription: a GUID in lower case."
  type        = string
}

variable "account_ids" {
  description = "The AWS accounts, by the name of their provider."
  type = object({
    production = string
    test       = string
  })
}

variable "deployer_role" {
  description = "Name of the role that deploys in each account: the credentials of this run may assume it."
  type        = string
}

provider "aws" {
  alias               = "production"
  region              = "eu-central-1"
  allowed_account_ids = [var.account_ids.production]

  assume_role {
    role_arn = "arn:aws:iam::\${var.account_ids.production}:role/\${var.deployer_role}"
  }
}

provider "aws" {
  alias               = "test"
  region              = "eu-central-1"
  allowed_account_ids = [var.account_ids.test]

  assume_role {
    role_arn = "arn:aws:iam::\${var.account_ids.test}:role/\${var.deployer_role}"
  }
}

provider "azapi" {
  subscription_id            = var.azure_subscription_id
  skip_provider_registration = true

  # Without it a change that only removes fields from the connector would plan nothing.
  ignore_no_op_changes = false
}

locals {
  shared = {
    aws_region            = "eu-central-1"
    entra_tenant_id       = var.entra_tenant_id
    azure_subscription_id = var.azure_subscription_id
    resource_group_name   = "security"
    location              = "westeurope"
    access_level          = "leastPrivilege"
  }
}

module "production" {
  source    = "../.."
  providers = { aws = aws.production }

  aws_account_id        = var.account_ids.production
  connector_name        = "aws-production"
  aws_region            = local.shared.aws_region
  entra_tenant_id       = local.shared.entra_tenant_id
  azure_subscription_id = local.shared.azure_subscription_id
  resource_group_name   = local.shared.resource_group_name
  location              = local.shared.location
  access_level          = local.shared.access_level

  defender_cspm = {}
  servers       = { sub_plan = "P2" }
}

module "test" {
  source    = "../.."
  providers = { aws = aws.test }

  aws_account_id        = var.account_ids.test
  connector_name        = "aws-test"
  aws_region            = local.shared.aws_region
  entra_tenant_id       = local.shared.entra_tenant_id
  azure_subscription_id = local.shared.azure_subscription_id
  resource_group_name   = local.shared.resource_group_name
  location              = local.shared.location
  access_level          = local.shared.access_level
}

output "role_arns" {
  description = "ARNs of the roles that Defender assumes, by account and key."
  value = {
    production = module.production.role_arns
    test       = module.test.role_arns
  }
}
`;

const INTRODUCTION = {
  title: "Connects one AWS account to Microsoft Defender for Cloud",
  text: `Identity provider, roles, Systems Manager automation for the Azure Arc agent, and the connector, for the plans that the variables choose.

- The module has no provider blocks: give it \`aws\` with the credentials of the account, and \`azapi\` with \`ignore_no_op_changes = false\`, without which a change that only removes fields plans nothing. The root must name the source of azapi, \`Azure/azapi\`, in \`required_providers\`: Terraform would look for another one.
- Give no \`depends_on\` to the call: while what it names has changes to come, Terraform reads the account only in the apply, and the plan stops ("Invalid for_each argument"). Refer to a value of the other object instead, for instance \`resource_group_name = azapi_resource.group.name\`.
- Call the module once for an account: the names of the roles and the URL of the identity provider are fixed.
- For settings that this module has no variable for (CIEM, open-source databases, names of roles) write a module with \`cdktf-defender-for-cloud export account --config\`. To take over roles that exist, write a root with \`export --config\`: no module can do that.
- Where Microsoft Sentinel is connected, the identity provider exists already: use \`identity_provider_mode = "verify"\`. The plan names the audiences that the provider lacks, with the commands that add them.
- Terraform ignores attributes of an object that its type does not have: a misspelled feature of a plan has no effect.
- Without the deletion lock of the constructs, removing the module call destroys the identity provider. In mode \`create\` the plan stops where Sentinel uses it.`,
  example: `module "defender" {
  source = "./terraform/account"

  aws_account_id        = "111122223333"
  aws_region            = "eu-central-1"
  entra_tenant_id       = "11111111-2222-3333-4444-555555555555"
  azure_subscription_id = "22222222-3333-4444-5555-666666666666"
  resource_group_name   = "security"
  location              = "westeurope"
  connector_name        = "aws-production"
  access_level          = "leastPrivilege"

  defender_cspm = {}
  servers       = { sub_plan = "P2" }
}`,
};

/** Tests that a user runs with \`terraform test\`: plans with mock providers, without credentials. */
const TESTS = `# Plans with mock providers: no credentials are needed.

mock_provider "aws" {
${MOCK_CALLER}

${MOCK_NO_ROLES}
}

${MOCK_AZURE}

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
`;

/** Files of the module that are written by hand. */
export const ACCOUNT_FILES: ModuleFiles = {
  introduction: INTRODUCTION,
  others: { "examples/two-accounts/main.tf": ROOT, "tests/account.tftest.hcl": TESTS },
};

/** What mock providers answer in the tests that modules ship: the credentials are those of the account. */
export const MOCK_CALLER = `  override_data {
    target = data.aws_caller_identity.account_guard
    values = {
      account_id = "111122223333"
      arn        = "arn:aws:sts::111122223333:assumed-role/deployer/session"
    }
  }`;

/** No role of the module exists, and none of Microsoft Sentinel's. */
export const MOCK_NO_ROLES = `  override_data {
    target = data.aws_iam_roles.found_names
    values = { arns = [], names = [] }
  }

  override_data {
    target = data.aws_iam_roles.identity_provider_sentinel_role_names
    values = { arns = [], names = [] }
  }`;

/** The subscription belongs to the tenant, and the waits take no time. */
export const MOCK_AZURE = `mock_provider "azapi" {
  override_data {
    target = data.azapi_resource.connector_subscription
    values = { output = { tenantId = "11111111-2222-3333-4444-555555555555" } }
  }
}

mock_provider "time" {}`;

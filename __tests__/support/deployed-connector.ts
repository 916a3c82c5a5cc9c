import { MICROSOFT_TENANT_ID } from "../../modules";
import { identityProviderUrl } from "../../modules/plans";
import type { AzureCloud, StackJson } from "../../rehearsal";
import { ACCOUNT, onlyResource, resourcesOf } from "./synth";

/**
 * Deploys the connector of a stack into the rehearsal's Azure. Connectors look into the AWS of the rehearsal, so that gets the roles
 * of the stack, and an identity provider with these audiences.
 */
export function deployConnector(azure: AzureCloud, stack: StackJson, audiences: readonly string[]): void {
  const { iam } = azure.aws.caller;
  iam.createIdentityProvider({ url: identityProviderUrl(MICROSOFT_TENANT_ID), clientIds: [...audiences] });
  for (const role of Object.values(resourcesOf(stack, "aws_iam_role"))) {
    iam.createRole({
      name: String(role.name),
      assumeRolePolicy: JSON.parse(String(role.assume_role_policy)) as object,
    });
  }
  const { body, name, location, tags } = onlyResource(stack, "azapi_resource");
  const { properties } = body as { properties: Record<string, unknown> };
  azure.connectors.put({ resourceGroup: ACCOUNT.resourceGroupName, name: String(name) }, "2024-08-01-preview", {
    location: String(location),
    tags: (tags ?? {}) as Record<string, string>,
    properties,
  });
}

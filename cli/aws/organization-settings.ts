import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  paginateListAWSServiceAccessForOrganization,
  paginateListPolicies,
  paginateListRoots,
} from "@aws-sdk/client-organizations";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading, readingOf } from "./errors";

/** The organization that the account belongs to. */
export interface OrganizationSettings {
  readonly managementAccountId: string;
  /** The rest can be read by the management account and by delegated administrators only. */
  readonly details: Reading<OrganizationDetails>;
}

/** What only the management account sees. */
export interface OrganizationDetails {
  readonly rootIds: readonly string[];
  /** Whether StackSets may deploy to members. */
  readonly trustsStackSets: boolean;
  readonly controlPolicies: readonly ControlPolicyFacts[];
}

/** A service or resource control policy that the organization wrote. */
export interface ControlPolicyFacts {
  readonly name: string;
  /** JSON. */
  readonly document: string;
}

/** The organization; undefined: the account belongs to none. */
export async function readOrganizationSettings(
  aws: Pick<AwsClients, "organizations">,
): Promise<Reading<OrganizationSettings | undefined>> {
  const organization = await readingOf(["AWSOrganizationsNotInUseException"], async () => {
    const { Organization } = await aws.organizations.send(new DescribeOrganizationCommand({}));
    return Organization?.MasterAccountId ?? "";
  });
  if ("unread" in organization || organization.value === undefined) {
    return organization as Reading<undefined>;
  }
  return { value: { managementAccountId: organization.value, details: await readDetails(aws) } };
}

function readDetails({
  organizations: client,
}: Pick<AwsClients, "organizations">): Promise<Reading<OrganizationDetails>> {
  return reading(async () => {
    const rootIds: string[] = [];
    for await (const { Roots = [] } of paginateListRoots({ client }, {})) {
      rootIds.push(...Roots.map(({ Id = "" }) => Id));
    }
    const services: string[] = [];
    for await (const { EnabledServicePrincipals = [] } of paginateListAWSServiceAccessForOrganization({ client }, {})) {
      services.push(...EnabledServicePrincipals.map(({ ServicePrincipal = "" }) => ServicePrincipal));
    }
    const controlPolicies: ControlPolicyFacts[] = [];
    for (const Filter of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const) {
      for await (const { Policies = [] } of paginateListPolicies({ client }, { Filter })) {
        for (const { Id, Name = "" } of Policies.filter(({ AwsManaged }) => AwsManaged !== true)) {
          const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: Id }));
          controlPolicies.push({ name: Name, document: Policy?.Content ?? "{}" });
        }
      }
    }
    return {
      rootIds,
      trustsStackSets: services.includes("member.org.stacksets.cloudformation.amazonaws.com"),
      controlPolicies,
    };
  });
}

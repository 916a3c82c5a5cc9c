import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedAdministrators,
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
  readonly rootIds: Reading<readonly string[]>;
  /** Whether StackSets may deploy to members. */
  readonly trustsStackSets: Reading<boolean>;
  /** Accounts that may deploy StackSets to members in the place of the management account. */
  readonly stackSetAdministrators: Reading<readonly string[]>;
  readonly controlPolicies: Reading<readonly ControlPolicyFacts[]>;
}

/** A service or resource control policy that the organization wrote. */
export interface ControlPolicyFacts {
  readonly name: string;
  /** JSON. */
  readonly document: string;
}

const STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com";

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
  const [rootIds, trustsStackSets, stackSetAdministrators, controlPolicies] = await Promise.all([
    readRoots(aws),
    readTrust(aws),
    readAdministrators(aws),
    readControlPolicies(aws),
  ]);
  const settings = { rootIds, trustsStackSets, stackSetAdministrators, controlPolicies };
  return { value: { managementAccountId: organization.value, ...settings } };
}

type Organizations = Pick<AwsClients, "organizations">;

function readRoots({ organizations: client }: Organizations): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const ids: string[] = [];
    for await (const { Roots = [] } of paginateListRoots({ client }, {})) {
      ids.push(...Roots.map(({ Id = "" }) => Id));
    }
    return ids;
  });
}

function readTrust({ organizations: client }: Organizations): Promise<Reading<boolean>> {
  return reading(async () => {
    for await (const { EnabledServicePrincipals = [] } of paginateListAWSServiceAccessForOrganization({ client }, {})) {
      if (EnabledServicePrincipals.some(({ ServicePrincipal }) => ServicePrincipal === STACK_SETS)) {
        return true;
      }
    }
    return false;
  });
}

function readAdministrators({ organizations: client }: Organizations): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const ids: string[] = [];
    const query = { ServicePrincipal: STACK_SETS };
    for await (const { DelegatedAdministrators = [] } of paginateListDelegatedAdministrators({ client }, query)) {
      ids.push(...DelegatedAdministrators.map(({ Id = "" }) => Id));
    }
    return ids;
  });
}

function readControlPolicies({
  organizations: client,
}: Organizations): Promise<Reading<readonly ControlPolicyFacts[]>> {
  return reading(async () => {
    const policies: ControlPolicyFacts[] = [];
    for (const Filter of ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const) {
      for await (const { Policies = [] } of paginateListPolicies({ client }, { Filter })) {
        for (const { Id, Name = "" } of Policies.filter(({ AwsManaged }) => AwsManaged !== true)) {
          const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: Id }));
          policies.push({ name: Name, document: Policy?.Content ?? "{}" });
        }
      }
    }
    return policies;
  });
}

import { Uuid } from "@cdktf/provider-random/lib/uuid";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ArcAutomation, arcSettings } from "../arc-automation";
import { AWS_ACCOUNT_ID, AWS_REGION, checkOneOf, checkTags, InputError, PARTITIONS, urlSuffix } from "../foundation";
import type { Partition } from "../foundation";
import { IamRoles } from "../iam-roles";
import { IdentityProvider } from "../identity-provider";
import {
  ACCESS_LEVELS,
  accountRoles,
  AUDIENCES,
  audiencesOf,
  ENTRA_TENANT_ID,
  MICROSOFT_TENANT_ID,
  ROLE_KEYS,
  rolesOf,
  selectPlans,
  textsOf,
} from "../plans";
import type { AccountRoles, RoleEnvironment, RoleKey, RoleOptionsByRole, RoleSettings, SelectedPlans } from "../plans";
import { AccountGuard, both, equal, InputChecks } from "../terraform";
import type { AccountOnboardingProps } from "./account-onboarding";

/** An AWS account with everything that the selected plans need there. */
export interface ConnectedAccount {
  /** The selection, with every default filled in. */
  readonly plans: SelectedPlans;
  /** Partition of the account. */
  readonly partition: Partition;
  /** The account with the names of its roles. */
  readonly environment: RoleEnvironment;
  /** ARN of the identity provider of the Microsoft tenant. */
  readonly identityProviderArn: string;
  /** ARNs of the selected roles, by their key. */
  readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /** What must be there, and have reached all of IAM, before Azure looks at the account. */
  readonly dependables: ITerraformDependable[];
}

/** Creates the AWS side: guard, identity providers, roles, automation for the Arc agent. */
export function connectAwsAccount(scope: Construct, props: AccountOnboardingProps): ConnectedAccount {
  checkOneOf("accessLevel", props.accessLevel, ACCESS_LEVELS);
  checkOneOf("partition", props.partition ?? "aws", PARTITIONS);
  const plans = selectPlans(props.plans);
  const account = { accountId: props.awsAccountId, partition: props.partition ?? "aws" };
  const aws = props.awsProvider ? { provider: props.awsProvider } : {};
  const tags = props.tags ? { tags: props.tags } : {};

  const checks = new InputChecks();
  checks.format("awsAccountId", props.awsAccountId, AWS_ACCOUNT_ID);
  checks.format("awsRegion", props.awsRegion, AWS_REGION);
  checks.format("entraTenantId", props.entraTenantId, ENTRA_TENANT_ID);
  for (const { prop, value, format } of textsOf(plans)) {
    checks.format(prop, value, format);
  }
  checkTags("tags", props.tags ?? {});

  const settings = roleSettings(scope, plans, props);
  const described = describeRoles(plans, props, account, settings);
  checkExistingRoles(checks, props.roles ?? {}, account);
  new AccountGuard(scope, "AccountGuard", { ...account, checks, ...aws });
  const identityProvider = new IdentityProvider(scope, "IdentityProvider", {
    ...account,
    tenantId: MICROSOFT_TENANT_ID,
    audiences: audiencesOf(plans),
    mode: props.identityProvider ?? { mode: "create" },
    ...tags,
    ...aws,
  });
  const identityProviders = [identityProvider.dependable];
  if (settings.ciem) {
    const ciemIdentityProvider = new IdentityProvider(scope, "CiemIdentityProvider", {
      ...account,
      tenantId: props.entraTenantId,
      audiences: [AUDIENCES.ciem],
      mode: props.ciemIdentityProvider ?? { mode: "create" },
      ...tags,
      ...aws,
    });
    identityProviders.push(ciemIdentityProvider.dependable);
  }
  const roles = new IamRoles(scope, "Roles", {
    ...account,
    roles: described.roles,
    dependsOn: identityProviders,
    ...aws,
  });
  const dependables = [...identityProviders, ...roles.dependables()];
  if (settings.arc) {
    const arcAutomation = new ArcAutomation(scope, "ArcAutomation", {
      ...props.arcAutomation,
      environment: described.environment,
      dependsOn: roles.dependables("arcHostManagement"),
      ...tags,
      ...aws,
    });
    dependables.push(...arcAutomation.dependables);
  }
  return {
    plans,
    partition: account.partition,
    environment: described.environment,
    identityProviderArn: identityProvider.arn,
    roleArns: Object.fromEntries(rolesOf(plans).map((role) => [role, described.environment.roleArn(role)])),
    dependables,
  };
}

/** A role that exists is one of the connected account: Defender assumes it there. */
function checkExistingRoles(
  checks: InputChecks,
  roles: RoleOptionsByRole,
  account: { readonly accountId: string; readonly partition: Partition },
): void {
  for (const key of ROLE_KEYS) {
    const arn = roles[key]?.existingRoleArn;
    if (arn !== undefined) {
      const [, partition = "", , , accountId = ""] = arn.split(":");
      checks.holds(
        both(equal(partition, account.partition), equal(accountId, account.accountId)),
        `roles.${key}.existingRoleArn`,
        arn,
        `expected a role of account ${account.accountId}, in partition ${account.partition}`,
      );
    }
  }
}

function roleSettings(scope: Construct, plans: SelectedPlans, props: AccountOnboardingProps): RoleSettings {
  const auditLogs = plans.containers && plans.containers.auditLogCollection;
  const ciem = plans.defenderCspm && plans.defenderCspm.ciem;
  const openSourceDatabases = plans.databases && plans.databases.openSourceDatabases;
  const usesArc = rolesOf(plans).includes("arcHostManagement");
  if (props.ciemIdentityProvider && !ciem) {
    throw new InputError(
      "ciemIdentityProvider",
      props.ciemIdentityProvider,
      "CIEM is off, and nothing else needs the provider of your own tenant: leave it out",
    );
  }
  if (props.arcAutomation && !usesArc) {
    throw new InputError(
      "arcAutomation",
      props.arcAutomation,
      "no selected plan installs the Azure Arc agent: leave it out",
    );
  }
  return {
    ...(usesArc ? { arc: arcSettings(props.arcAutomation ?? {}) } : {}),
    // Random, not derived from the account: who can guess it could point Microsoft's reader at this account.
    ...(auditLogs
      ? { dataCollectionExternalId: auditLogs.externalId ?? new Uuid(scope, "DataCollectionExternalId").result }
      : {}),
    ...(ciem ? { ciem } : {}),
    ...(openSourceDatabases ? { openSourceDatabases } : {}),
  };
}

function describeRoles(
  plans: SelectedPlans,
  props: AccountOnboardingProps,
  account: { readonly accountId: string; readonly partition: Partition },
  settings: RoleSettings,
): AccountRoles {
  const environment = {
    ...account,
    urlSuffix: urlSuffix(account.partition),
    region: props.awsRegion,
    entraTenantId: props.entraTenantId,
    settings,
  };
  return accountRoles(rolesOf(plans), props.accessLevel, environment, taggedRoles(props));
}

/** Options of the roles, with the tags that everything carries. */
export function taggedRoles(props: AccountOnboardingProps): NonNullable<AccountOnboardingProps["roles"]> {
  return { ...props.roles, all: { ...props.roles?.all, tags: { ...props.tags, ...props.roles?.all?.tags } } };
}

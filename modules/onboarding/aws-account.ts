import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { ArcAutomation } from "../arc-automation";
import { checkApiVersion } from "../azure-connector";
import { IamRoles } from "../iam-roles";
import { checkRetiredAudiences, IdentityProvider } from "../identity-provider";
import { AUDIENCES, audiencesOf, MICROSOFT_TENANT_ID, rolesByPlan, rolesOf } from "../plans";
import type { ResolvedPlans, RoleKey, RoleOptionsByRole } from "../plans";
import { AccountGuard, expression, handOn, TerraformData } from "../terraform";
import type { CheckedInputs, RuleChecks } from "../terraform";
import type { AccountOnboardingInputs } from "./account-onboarding-props";
import { connectOnce } from "./connect-once";

/** An AWS account with everything that the selected plans need there. */
export interface ConnectedAccount {
  /** The selection, with every default and the external id filled in. */
  readonly plans: ResolvedPlans;
  /** The identity provider of the Microsoft tenant. */
  readonly identityProvider: IdentityProvider;
  /** The identity provider of the customer's own tenant, where CIEM is on. */
  readonly ciemIdentityProvider?: IdentityProvider;
  /** The roles. */
  readonly roles: IamRoles;
  /** ARNs of the roles by plan (`foundationalCspm`, `servers`, ...), then by the role's key. */
  readonly roleArnsByPlan: Readonly<Record<string, Readonly<Partial<Record<RoleKey, string>>>>>;
  /** Audiences that the selected plans need in the Microsoft tenant's provider: what Defender adds to one of Sentinel's. */
  readonly audiences: readonly string[];
  /**
   * What tells the read-only calls of Defender CSPM apart in CloudTrail: leave out events in which every field has this value, where
   * a SIEM bills what it ingests. Fields are those of a CloudTrail record (Microsoft, "Connect your AWS account", step of the Defender plans;
   * CloudTrail User Guide, "record contents").
   */
  readonly cspmReadEvents: Readonly<Record<string, string>>;
  /** The automation for the Arc agent, where a selected plan installs it. */
  readonly arcAutomation?: ArcAutomation;
  /** What must be there, and known to all of IAM, before Azure looks at the account. */
  readonly resources: readonly ITerraformDependable[];
}

/** Rules between the props. */
export function checkAccount(inputs: AccountOnboardingInputs, checks: RuleChecks): void {
  const { plans, identityProvider, ciemIdentityProvider, entraTenantId } = inputs;
  checkApiVersion(inputs, checks);
  const audiences = audiencesOf(plans);
  checkRetiredAudiences(
    identityProvider,
    { tenantId: MICROSOFT_TENANT_ID, audiences },
    "identityProvider.retiredAudiences",
    checks,
  );
  if (ciemIdentityProvider && !usesCiem(plans)) {
    checks.fault(
      "ciemIdentityProvider",
      checks.given.ciemIdentityProvider,
      "CIEM is off, and nothing else needs the provider of your own tenant: leave it out",
    );
  } else if (ciemIdentityProvider) {
    const provider = { tenantId: entraTenantId, audiences: [AUDIENCES.ciem] };
    checkRetiredAudiences(ciemIdentityProvider, provider, "ciemIdentityProvider.retiredAudiences", checks);
  }
  if (inputs.arcAutomation && !usesArc(plans)) {
    const { arcAutomation } = checks.given;
    checks.fault("arcAutomation", arcAutomation, "no selected plan installs the Azure Arc agent: leave it out");
  }
}

/** Creates the AWS side: guard, identity providers, roles, automation for the Arc agent. */
export function connectAwsAccount(scope: Construct, checked: CheckedInputs<AccountOnboardingInputs>): ConnectedAccount {
  const { inputs } = checked;
  const { awsAccountId, awsRegion, partition, entraTenantId, accessLevel, arcAutomation, tags, awsProvider } = inputs;
  const account = { awsAccountId, partition, awsProvider };
  connectOnce(scope, awsAccountId);
  const plans = withExternalId(scope, inputs.plans);
  AccountGuard.of(scope, account, checked);
  const identityProvider = new IdentityProvider(
    scope,
    "IdentityProvider",
    handOn({
      ...account,
      ...inputs.identityProvider,
      tenantId: MICROSOFT_TENANT_ID,
      audiences: audiencesOf(plans),
      tags,
    }),
  );
  const ciemIdentityProvider = usesCiem(plans)
    ? new IdentityProvider(
        scope,
        "CiemIdentityProvider",
        handOn({
          ...account,
          ...(inputs.ciemIdentityProvider ?? { mode: "create" }),
          tenantId: entraTenantId,
          audiences: [AUDIENCES.ciem],
          tags,
        }),
      )
    : undefined;
  const identityProviders = [identityProvider, ...(ciemIdentityProvider ? [ciemIdentityProvider] : [])];
  const roles = new IamRoles(
    scope,
    "Roles",
    handOn({
      ...account,
      awsRegion,
      entraTenantId,
      accessLevel,
      plans,
      roles: taggedRoles(inputs),
      arcAutomation,
      dependsOn: identityProviders,
    }),
  );
  const automationRoleArn = roles.roleArns.arcHostManagement;
  const automation =
    automationRoleArn === undefined
      ? undefined
      : new ArcAutomation(
          scope,
          "ArcAutomation",
          handOn({
            ...account,
            automationRoleArn,
            arcAutomation,
            dependsOn: roles.roles.arcHostManagement?.attachments,
            tags,
          }),
        );
  const { roleArns } = roles;
  return {
    plans,
    roleArnsByPlan: Object.fromEntries(
      Object.entries(rolesByPlan(plans)).map(([plan, keys]) => [
        plan,
        Object.fromEntries(keys.map((key) => [key, roleArns[key]])),
      ]),
    ),
    audiences: audiencesOf(plans),
    cspmReadEvents: {
      readOnly: "true",
      "userIdentity.sessionContext.sessionIssuer.arn": roleArns.cspmMonitor ?? "",
    },
    identityProvider,
    ...(ciemIdentityProvider ? { ciemIdentityProvider } : {}),
    roles,
    ...(automation ? { arcAutomation: automation } : {}),
    resources: [...identityProviders, roles, ...(automation ? [automation] : [])].flatMap(({ resources }) => resources),
  };
}

/**
 * Random, not derived from the account: who can guess it could point Microsoft's reader at this account. It is made once: later
 * values of `uuid()` are ignored.
 */
function withExternalId(scope: Construct, plans: ResolvedPlans): ResolvedPlans {
  const { containers } = plans;
  if (!containers || !containers.auditLogCollection || containers.auditLogCollection.externalId !== undefined) {
    return plans;
  }
  const { output: externalId } = new TerraformData(scope, "DataCollectionExternalId", {
    input: expression`uuid()`.toString(),
    lifecycle: { ignoreChanges: ["input"] },
  });
  return {
    ...plans,
    containers: { ...containers, auditLogCollection: { ...containers.auditLogCollection, externalId } },
  };
}

function usesCiem({ defenderCspm }: ResolvedPlans): boolean {
  return defenderCspm !== false && defenderCspm.ciem !== false;
}

function usesArc(plans: ResolvedPlans): boolean {
  return rolesOf(plans).includes("arcHostManagement");
}

/** Options of the roles, with the tags that everything carries. */
export function taggedRoles({ roles, tags }: Pick<AccountOnboardingInputs, "roles" | "tags">): RoleOptionsByRole {
  return { ...roles, all: { ...roles.all, tags: { ...tags, ...roles.all?.tags } } };
}

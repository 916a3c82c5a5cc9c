import { read } from "../../modules/inputs";
import { ACCOUNT_ONBOARDING } from "../../modules/onboarding";
import type { AccountOnboardingProps } from "../../modules/onboarding";
import { identityProviderArn, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules/plans";
import type { AccountRole, DefenderPlans, RoleOptionsByRole } from "../../modules/plans";
import { expectedOnboarding } from "../check/expected";
import type { AwsFacts, FoundRole } from "./facts";
import type { Notes } from "./notes";

type Account = Pick<AwsFacts, "accountId" | "partition" | "region">;

/** Names of the roles of the selection. */
export function roleNames(aws: Account, plans: DefenderPlans): string[] {
  return rolesOf(aws, plans).map(({ name }) => name);
}

/** Roles of the selection, before anything is known about the connector. */
function rolesOf(aws: Account, plans: DefenderPlans): readonly AccountRole[] {
  const { value } = read(ACCOUNT_ONBOARDING, {
    awsAccountId: aws.accountId,
    awsRegion: aws.region,
    partition: aws.partition,
    ...PLACEHOLDERS,
    accessLevel: "leastPrivilege",
    plans,
  });
  return expectedOnboarding(value, undefined).account.roles;
}

/** Neither names nor policies depend on them. */
const PLACEHOLDERS = {
  entraTenantId: "00000000-0000-0000-0000-000000000000",
  azureSubscriptionId: "00000000-0000-0000-0000-000000000000",
  resourceGroupName: "placeholder",
  location: "westeurope",
  connectorName: "placeholder",
} as const;

/** Mode of the identity provider. */
export function proposeIdentityProvider(aws: AwsFacts, notes: Notes): AccountOnboardingProps["identityProvider"] {
  const subject = "identity provider of Microsoft's tenant";
  const arn = identityProviderArn({ partition: aws.partition, accountId: aws.accountId }, MICROSOFT_TENANT_ID);
  const providers = notes.value(subject, aws.identityProviders);
  const found = providers?.find((provider) => provider.arn === arn);
  if (found === undefined) {
    notes.remark(
      subject,
      providers ? "none" : "unknown",
      `it is created (\`mode: "create"\`); the plan stops if Sentinel made one${providers ? " meanwhile" : ""}`,
    );
    return { mode: "create" };
  }
  const isSentinels = found.audiences.includes(SENTINEL_AUDIENCE);
  notes.remark(
    subject,
    `${arn} with ${found.audiences.length} audiences`,
    isSentinels
      ? 'Microsoft Sentinel uses it: it is extended (`mode: "extend"`), and its audiences stay'
      : 'something else made it: it is extended (`mode: "extend"`), and Sentinel is not expected to use it',
  );
  return isSentinels ? { mode: "extend" } : { mode: "extend", expectedAudiences: [] };
}

/** Options of the roles, where some exist already. */
export function proposeRoles(aws: AwsFacts, plans: DefenderPlans, notes: Notes): AccountOnboardingProps["roles"] {
  const found = notes.value("IAM roles", aws.roles) ?? [];
  const sentinels = found.filter(
    ({ trust }) => trust.includes(SENTINEL_AUDIENCE) || trust.includes("MicrosoftSentinel_"),
  );
  for (const { name } of sentinels) {
    notes.remark(`role ${name}`, "Microsoft Sentinel assumes it", "it is not touched");
  }
  const names = new Set(roleNames(aws, plans).map((name) => name.toLowerCase()));
  const taken = found.filter(({ name }) => names.has(name.toLowerCase()));
  for (const role of taken) {
    remarkTakenRole(role, notes);
  }
  const policies = proposePolicies(aws, plans, notes);
  return taken.length === 0 && Object.keys(policies).length === 0
    ? undefined
    : { ...(taken.length === 0 ? {} : { all: { adoptExisting: true } }), ...policies };
}

/** Policies that are taken over, by role. Terraform cannot look for them: the apply would stop at the first. */
function proposePolicies(aws: AwsFacts, plans: DefenderPlans, notes: Notes): RoleOptionsByRole {
  const found = notes.value("IAM policies", aws.policies) ?? [];
  const byName = new Map(found.map((arn) => [(arn.split("/").at(-1) ?? "").toLowerCase(), arn]));
  const proposed = rolesOf(aws, plans).map(({ key, policies }) => {
    const adoptPolicies = policies.flatMap(({ name }) => {
      const arn = byName.get(name.toLowerCase());
      if (arn === undefined) {
        return [];
      }
      // IAM finds a policy by its ARN, which has path and letter case.
      const isSame = arn === `arn:${aws.partition}:iam::${aws.accountId}:policy/${name}`;
      if (isSame) {
        notes.remark(
          `policy ${name}`,
          "exists",
          "it is taken over (`adoptPolicies`): the plan shows what it allows after",
        );
      } else {
        notes.toDo.push(
          `Delete policy ${arn}: IAM allows its name once, in any path and letter case, and the role needs ${name}.`,
        );
      }
      return isSame ? [name] : [];
    });
    return adoptPolicies.length === 0 ? [] : [[key, { adoptPolicies }] as const];
  });
  return Object.fromEntries(proposed.flat());
}

function remarkTakenRole({ name, stack }: FoundRole, notes: Notes): void {
  const owner = notes.value(`stack of role ${name}`, stack);
  if (owner === undefined) {
    notes.remark(
      `role ${name}`,
      "exists; no CloudFormation stack is known that made it",
      "it is taken over (`adoptExisting`): the plan shows what is taken away",
    );
    return;
  }
  notes.remark(
    `role ${name}`,
    `belongs to the CloudFormation stack ${owner}`,
    "it is taken over (`adoptExisting`), but the stack must let go of it first",
  );
  const toDo = `Retain the roles in stack ${owner} and delete the stack, before the first apply (docs/adoption.md).`;
  if (!notes.toDo.includes(toDo)) {
    notes.toDo.push(toDo);
  }
}

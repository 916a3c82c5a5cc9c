import { read } from "../../modules/inputs";
import { ACCOUNT_ONBOARDING } from "../../modules/onboarding";
import type { AccountOnboardingProps } from "../../modules/onboarding";
import { identityProviderArn, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules/plans";
import type { DefenderPlans } from "../../modules/plans";
import { expectedOnboarding } from "../check/expected";
import type { AwsFacts, FoundRole } from "./facts";
import type { Notes } from "./notes";

/** Roles of the selection by name, before anything is known about the connector. */
export function roleNames(aws: Pick<AwsFacts, "accountId" | "partition" | "region">, plans: DefenderPlans): string[] {
  const { value } = read(ACCOUNT_ONBOARDING, {
    awsAccountId: aws.accountId,
    awsRegion: aws.region,
    partition: aws.partition,
    ...PLACEHOLDERS,
    accessLevel: "leastPrivilege",
    plans,
  });
  return expectedOnboarding(value, undefined).account.roles.map(({ name }) => name);
}

/** The names do not depend on them. */
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
    notes.remark(subject, "none", 'it is created (`mode: "create"`); the plan stops if Sentinel made one meanwhile');
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
  if (taken.length === 0) {
    return undefined;
  }
  for (const role of taken) {
    remarkTakenRole(role, notes);
  }
  return { all: { adoptExisting: true } };
}

function remarkTakenRole({ name, stack }: FoundRole, notes: Notes): void {
  const owner = notes.value(`stack of role ${name}`, stack);
  if (owner === undefined) {
    notes.remark(
      `role ${name}`,
      "exists, made by no stack of the region",
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

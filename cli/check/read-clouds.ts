import type { AccountOnboardingInputs } from "../../modules/onboarding/account-onboarding-props";
import type { FanoutInputs } from "../../modules/cloudtrail-fanout/props";
import { InputError } from "../../modules/inputs";
import { readNotificationRules } from "../aws/bucket-notification";
import { readCaller } from "../aws/caller";
import type { AwsClients } from "../aws/clients";
import { readIdentityProviders } from "../aws/identity-providers";
import { readMembers } from "../aws/organization";
import { readQueue } from "../aws/queues";
import { readRole } from "../aws/roles";
import { readStackSet } from "../aws/stack-sets";
import { readTopic } from "../aws/topics";
import { readConnectors } from "../azure/connectors";
import type { ResourceManager } from "../azure/resource-manager";
import type { Reading } from "../reading";
import { expectedFanout, expectedOnboarding } from "./expected";
import type { OrganizationOnboardingInputs } from "./expected";
import type { FanoutFacts, OnboardingFacts, OrganizationFacts } from "./facts";
import { LOOK_BACK_HOURS } from "./fanout";

/** Reads what an onboarding is compared with. */
export async function readOnboarding(
  aws: AwsClients,
  azure: ResourceManager,
  inputs: AccountOnboardingInputs | OrganizationOnboardingInputs,
): Promise<OnboardingFacts> {
  await checkCaller(aws, inputs.awsAccountId);
  // The names need no external id.
  const { account } = expectedOnboarding(inputs, undefined);
  const names = [...account.roles, ...account.existing].map(({ name }) => name);
  const [identityProviders, roles, connectors, organization] = await Promise.all([
    readIdentityProviders(aws),
    byName(names, (name) => readRole(aws, name)),
    readConnectors(
      azure,
      { subscriptionId: inputs.azureSubscriptionId, resourceGroupName: inputs.resourceGroupName },
      inputs.apiVersion,
    ),
    "stackSetName" in inputs ? readOrganization(aws, inputs) : undefined,
  ]);
  return { account: { identityProviders, roles }, connectors, ...(organization ? { organization } : {}) };
}

/** Reads what a fan-out is compared with. */
export async function readFanout(aws: AwsClients, inputs: FanoutInputs): Promise<FanoutFacts> {
  await checkCaller(aws, inputs.awsAccountId);
  const { names, arns } = expectedFanout(inputs);
  const deadLetterQueues = Object.values({ ...arns.deadLetterQueues }).map(
    (arn: string) => arn.split(":").at(-1) ?? "",
  );
  const [rules, topic, queues] = await Promise.all([
    readNotificationRules(aws, names.bucketName, names.bucketAccountId),
    readTopic(aws, arns.topic, LOOK_BACK_HOURS),
    byName([names.sentinelQueueName, names.defenderQueueName, ...deadLetterQueues], (name) =>
      readQueue(aws, name, LOOK_BACK_HOURS),
    ),
  ]);
  return { rules, topic, queues };
}

async function readOrganization(
  aws: AwsClients,
  { awsAccountId, stackSetName, targets }: OrganizationOnboardingInputs,
): Promise<OrganizationFacts> {
  const [accounts, stackSet] = await Promise.all([readMembers(aws, targets), readStackSet(aws, stackSetName)]);
  return {
    accounts: "value" in accounts ? { value: accounts.value.filter(({ id }) => id !== awsAccountId) } : accounts,
    stackSet,
  };
}

async function byName<Value>(
  names: readonly string[],
  read: (name: string) => Promise<Reading<Value>>,
): Promise<ReadonlyMap<string, Reading<Value>>> {
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

/** Another account would be compared, and everything be missing. */
async function checkCaller(aws: AwsClients, awsAccountId: string): Promise<void> {
  const { accountId, arn } = await readCaller(aws);
  if (accountId !== awsAccountId) {
    throw InputError.of(
      "awsAccountId",
      awsAccountId,
      `the AWS credentials belong to account ${accountId} (${arn}): use credentials of ${awsAccountId}, or correct the configuration`,
    );
  }
}

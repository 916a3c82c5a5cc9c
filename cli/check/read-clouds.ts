import type { AccountOnboardingInputs } from "../../modules/onboarding/account-onboarding-props";
import type { FanoutInputs } from "../../modules/cloudtrail-fanout/props";
import { InputError } from "../../modules/inputs";
import { readAlarms } from "../aws/alarms";
import { assumeRole } from "../aws/assumed-role";
import { readAssociation, readDocument, readInstanceProfile } from "../aws/automations";
import { readNotificationRules } from "../aws/bucket-notification";
import { readCaller } from "../aws/caller";
import { awsClients } from "../aws/clients";
import type { AwsClients, SessionCredentials } from "../aws/clients";
import { elsewhere } from "../aws/errors";
import { readIdentityProviders } from "../aws/identity-providers";
import { readKeyPolicy } from "../aws/key-policies";
import { readMembers } from "../aws/organization";
import type { MemberFacts } from "../aws/organization";
import { readQueue } from "../aws/queues";
import { readRole } from "../aws/roles";
import { readStackSet } from "../aws/stack-sets";
import { readTopic } from "../aws/topics";
import { readConnectors } from "../azure/connectors";
import type { ResourceManager } from "../azure/resource-manager";
import type { Reading } from "../reading";
import { expectedFanout, expectedMember, expectedOnboarding } from "./expected";
import type { ExpectedAccount, ExpectedAutomation, OrganizationOnboardingInputs } from "./expected";
import type { AccountFacts, AutomationFacts, FanoutFacts, OnboardingFacts, OrganizationFacts } from "./facts";
import { LOOK_BACK_HOURS } from "./fanout";
import { readableKeyArns } from "./key-policies";

/** How to read. */
export interface ReadOptions {
  /** Name of a role in each member that the caller may assume; absent: nothing is read inside members. */
  readonly memberRole?: string | undefined;
  /** Is told what is read. */
  readonly progress: (step: string) => void;
}

/** Reads what an onboarding is compared with. */
export async function readOnboarding(
  azure: ResourceManager,
  inputs: AccountOnboardingInputs | OrganizationOnboardingInputs,
  options: ReadOptions,
): Promise<OnboardingFacts> {
  const aws = awsClients(inputs.awsRegion);
  await checkCaller(aws, inputs.awsAccountId);
  const [account, connectors, organization] = await Promise.all([
    // The names need no external id.
    readAccount(inputs.awsRegion, expectedOnboarding(inputs, undefined).account),
    readConnectors(
      azure,
      { subscriptionId: inputs.azureSubscriptionId, resourceGroupName: inputs.resourceGroupName },
      inputs.apiVersion,
    ),
    "stackSetName" in inputs ? readOrganization(aws, inputs, options) : undefined,
  ]);
  return { account, connectors, ...(organization ? { organization } : {}) };
}

/** Reads what a fan-out is compared with. */
export async function readFanout(inputs: FanoutInputs): Promise<FanoutFacts> {
  const aws = awsClients(inputs.awsRegion);
  await checkCaller(aws, inputs.awsAccountId);
  const expected = expectedFanout(inputs);
  const { names, arns, alarms } = expected;
  const deadLetterQueues = Object.values({ ...arns.deadLetterQueues }).map(
    (arn: string) => arn.split(":").at(-1) ?? "",
  );
  const [rules, topic, queues, alarmFacts, keyPolicies] = await Promise.all([
    readNotificationRules(aws, names.bucketName, names.bucketAccountId),
    readTopic(aws, arns.topic, LOOK_BACK_HOURS),
    byName([names.sentinelQueueName, names.defenderQueueName, ...deadLetterQueues], (name) =>
      readQueue(aws, name, LOOK_BACK_HOURS),
    ),
    alarms.length > 0
      ? readAlarms(
          aws,
          alarms.map(({ name }) => name),
        )
      : { value: [] },
    byName(readableKeyArns(expected), (arn) => readKeyPolicy(aws, arn)),
  ]);
  return { rules, topic, queues, alarms: alarmFacts, keyPolicies };
}

/** @param credentials - of a role in the account; absent: the SDK's own chain */
async function readAccount(
  region: string,
  { roles, existing, automations }: ExpectedAccount,
  credentials?: SessionCredentials,
): Promise<AccountFacts> {
  const aws = awsClients(region, credentials);
  const names = [...roles, ...existing].map(({ name }) => name);
  const [identityProviders, roleFacts, automationFacts] = await Promise.all([
    readIdentityProviders(aws),
    byName(names, (name) => readRole(aws, name)),
    Promise.all(
      automations.map(
        async (automation) =>
          [automation.region, await readAutomation(aws.inRegion(automation.region), automation)] as const,
      ),
    ),
  ]);
  return { identityProviders, roles: roleFacts, automations: new Map(automationFacts) };
}

async function readAutomation(
  aws: AwsClients,
  { region, documents, associations, instanceProfileName }: ExpectedAutomation,
): Promise<AutomationFacts> {
  const [documentFacts, associationFacts, instanceProfile] = await Promise.all([
    byName(
      documents.map(({ name }) => name),
      (name) => elsewhere(region, () => readDocument(aws, name)),
    ),
    byName(
      associations.map(({ name }) => name),
      (name) => elsewhere(region, () => readAssociation(aws, name)),
    ),
    instanceProfileName === undefined ? { value: undefined } : readInstanceProfile(aws, instanceProfileName),
  ]);
  return { documents: documentFacts, associations: associationFacts, instanceProfile };
}

async function readOrganization(
  aws: AwsClients,
  inputs: OrganizationOnboardingInputs,
  options: ReadOptions,
): Promise<OrganizationFacts> {
  const { awsAccountId, stackSetName, targets, excludedAccountIds } = inputs;
  const [found, stackSet] = await Promise.all([readMembers(aws, targets), readStackSet(aws, stackSetName)]);
  const accounts = "value" in found ? { value: found.value.filter(({ id }) => id !== awsAccountId) } : found;
  const members = "value" in accounts ? accounts.value.filter(({ id }) => !excludedAccountIds.includes(id)) : [];
  return {
    accounts,
    stackSet,
    ...(options.memberRole === undefined
      ? {}
      : { insideMembers: await readInside(aws, inputs, members, options.memberRole, options.progress) }),
  };
}

/** Members that are read at the same time: each asks for a dozen roles, and IAM throttles by account. */
const AT_ONCE = 5;

async function readInside(
  aws: AwsClients,
  inputs: OrganizationOnboardingInputs,
  members: readonly MemberFacts[],
  role: string,
  progress: ReadOptions["progress"],
): Promise<ReadonlyMap<string, Reading<AccountFacts>>> {
  const facts = new Map<string, Reading<AccountFacts>>();
  for (let start = 0; start < members.length; start += AT_ONCE) {
    progress(
      `Reading member accounts ${start + 1} to ${Math.min(start + AT_ONCE, members.length)} of ${members.length} ...`,
    );
    await Promise.all(
      members.slice(start, start + AT_ONCE).map(async ({ id }) => {
        const session = await assumeRole(aws, `arn:${inputs.partition}:iam::${id}:role/${role}`);
        facts.set(
          id,
          "value" in session
            ? { value: await readAccount(inputs.awsRegion, expectedMember(inputs, id, undefined), session.value) }
            : session,
        );
      }),
    );
  }
  return facts;
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

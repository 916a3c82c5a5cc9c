import {
  accountRoles,
  arcAutomation,
  awsManagedPolicyArn,
  identityProviderArn,
  MICROSOFT_TENANT_ID,
} from "../../modules/plans";
import type { UnnamedAccount } from "../../modules/plans";
import { ROLE_KEYS } from "../../modules";
import { fanoutArns } from "../../modules/cloudtrail-fanout/arns";

/** An account in which every value that differs from account to account is a placeholder. */
const ACCOUNT: UnnamedAccount = {
  partition: "aws",
  urlSuffix: "amazonaws.com",
  accountId: "<account>",
  region: "<region>",
  entraTenantId: "<tenant>",
  settings: {
    dataCollectionExternalId: "<external id>",
    ciem: { applicationSubject: "<application subject>", cloudTrailBucketName: "<CloudTrail bucket>" },
    openSourceDatabases: { trustStatements: [], resources: ["<resources from the portal's template>"] },
    arc: {
      configurationId: "MDCSetup",
      attachToExistingProfiles: true,
      // Named, so that the second association is there.
      instanceProfileName: "<instance profile>",
      targets: [],
      regions: undefined,
    },
  },
};

const levels = (["default", "leastPrivilege"] as const).map((level) => accountRoles(ROLE_KEYS, level, ACCOUNT));
const roles = levels.flatMap((level) => level.roles);
const automationRoleArn = levels[0]?.context.roleArn("arcHostManagement") ?? "";

const { documents } = arcAutomation(
  { ...ACCOUNT, automationRoleArn },
  {
    configurationId: "MDCSetup",
    attachToExistingProfiles: true,
    instanceProfileName: "<instance profile>",
    targets: [],
  },
);

const regional = (service: string, resource: string) => `arn:aws:${service}:<region>:<account>:${resource}`;
const fanout = fanoutArns({
  partition: "aws",
  region: "<region>",
  accountId: "<account>",
  bucketAccountId: "<account>",
  bucketName: "<bucket>",
  topicName: "<topic>",
  sentinelQueueName: "<sentinel-queue>",
  defenderQueueName: "<topic>-defender",
});
const { sentinel, defender } = fanout.deadLetterQueues;
const ownQueues = [fanout.defenderQueue, sentinel, defender];
const policies = distinct(roles.flatMap((role) => role.policies.map(({ name }) => iam(`policy/${name}`))));

/** What the statements name, by kind: ARNs, as narrow as the names of the catalogue and the inputs allow. */
export const AWS_RESOURCES = {
  /** Actions that AWS ties to no resource. */
  any: ["*"],
  identityProvider: [MICROSOFT_TENANT_ID, "<tenant>"].map((tenant) => identityProviderArn(ACCOUNT, tenant)),
  /** The list of a running account may hold others. */
  anyIdentityProvider: [iam("oidc-provider/*")],
  role: distinct(roles.map(({ name }) => iam(`role/${name}`))),
  automationRole: [automationRoleArn],
  memberRole: ["arn:aws:iam::*:role/<member-role>"],
  anyInstanceProfile: [iam("instance-profile/*")],
  policy: policies,
  anyPolicy: [iam("policy/*")],
  document: documents.map(({ name }) => regional("ssm", `document/${name}`)),
  // Systems Manager numbers associations: their names are no part of the ARN.
  association: [regional("ssm", "association/*")],
  instance: [regional("ec2", "instance/*"), regional("ssm", "managed-instance/*")],
  stackSet: [regional("cloudformation", "stackset/<stack-set>:*")],
  stackSetTarget: [
    regional("cloudformation", "stackset/<stack-set>:*"),
    regional("cloudformation", "stackset-target/<stack-set>:*"),
    "arn:aws:cloudformation:<region>::type/resource/*",
  ],
  stack: [regional("cloudformation", "stack/<stack>/*")],
  anyStack: [regional("cloudformation", "stack/*/*")],
  controlPolicy: ["arn:aws:organizations::<account>:policy/o-*/*/p-*"],
  templateBucket: ["arn:aws:s3:::<template-bucket>"],
  templateObject: ["arn:aws:s3:::<template-bucket>/*"],
  logBucket: [fanout.bucket],
  anyBucket: ["arn:aws:s3:::*"],
  topic: [fanout.topic],
  subscription: [`${fanout.topic}:*`],
  ownQueue: ownQueues,
  queue: [fanout.sentinelQueue, ...ownQueues],
  anyQueue: [regional("sqs", "*")],
  anyKey: [regional("kms", "key/*")],
  alarm: ["sentinel-late", "defender-late", "sentinel-undelivered", "defender-undelivered"].map((name) =>
    regional("cloudwatch", `alarm:<topic>-${name}`),
  ),
} as const satisfies Record<string, readonly string[]>;

/** A kind of resource that statements name. */
export type AwsResource = keyof typeof AWS_RESOURCES;

/** Managed policies that the roles take: the only ones that the deployer may attach. */
export const ATTACHABLE_POLICIES = distinct([
  ...policies,
  ...roles.flatMap((role) => role.attachedPolicies.map(({ key }) => awsManagedPolicyArn(ACCOUNT, key))),
]);

function iam(resource: string): string {
  return `arn:aws:iam::<account>:${resource}`;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

import { ACCESS_LEVELS } from "../../modules/plans";
import { ROLE_KEYS } from "../../modules";
import type { AccessLevel, RoleKey } from "../../modules";
import type { AccountRole } from "../../modules/plans";
import { ENVIRONMENT, roleOf, rolesFor } from "../support/account-environment";
import { SELECTIONS } from "../support/plan-selections";
import { evaluate } from "../support/policy-evaluator";
import { policiesInFull } from "../support/role-policies";

const own: string = ENVIRONMENT.accountId;
const other = "999988887777";
const region = "eu-central-1";
const everything = SELECTIONS["all together"] ?? {};
const roles: Readonly<Record<AccessLevel, readonly AccountRole[]>> = {
  default: rolesFor(everything, "default").roles,
  leastPrivilege: rolesFor(everything, "leastPrivilege").roles,
};

/** A resource, and what else the request tells. */
type Target = string | readonly [resource: string, context: Readonly<Record<string, string | readonly string[]>>];

const ec2 = (resource: string, account = own) => `arn:aws:ec2:${region}:${account}:${resource}`;
const key = (account: string) => `arn:aws:kms:${region}:${account}:key/1`;
const alias = (name: string, account = own) => `arn:aws:kms:${region}:${account}:alias/${name}`;
const iam = (resource: string, account = own) => `arn:aws:iam::${account}:${resource}`;
const ssm = (resource: string) => `arn:aws:ssm:${region}::document/${resource}`;
const rds = (resource: string, account = own) => `arn:aws:rds:${region}:${account}:${resource}`;
const stream = (name: string, account = own) => `arn:aws:firehose:${region}:${account}:deliverystream/${name}`;
const queue = (name: string, account = own) => `arn:aws:sqs:${region}:${account}:${name}`;
const cluster = (account: string) => `arn:aws:eks:${region}:${account}:cluster/production`;
const logGroup = (account: string) => `arn:aws:logs:${region}:${account}:log-group:/aws/eks/production/cluster:*`;
const bucket = (name: string) => `arn:aws:s3:::${name}`;

const owned = (name: string, account = own) => [bucket(name), { "aws:ResourceAccount": account }] as const;

const OWN_ROLE = iam("role/AmazonSSMRoleForInstancesMDCSetup");
const TO_S3 = iam("role/MDCContainersK8sKinesisToS3Role");
const OWN_PROFILE = iam("instance-profile/AmazonSSMRoleForInstancesMDCSetup");
const AUTOMATION = iam(`role/AWS-MDCSetup-HostMgmtRole-${region}-MDCSetup`);
const attaches = (policy: string) =>
  [iam("role/Web"), { "iam:PolicyARN": `arn:aws:iam::aws:policy/${policy}` }] as const;
const passes = (role: string, service: string) =>
  [role, { "iam:PassedToService": `${service}.amazonaws.com` }] as const;
const takes = (profile: string) => [ec2("instance/i-1"), { "ec2:NewInstanceProfile": profile }] as const;
const through = (service: string, account: string) =>
  [key(account), { "kms:ViaService": `${service}.${region}.amazonaws.com`, "kms:CallerAccount": account }] as const;
const tagged = (tag: string) => [key(own), { "aws:TagKeys": [tag] }] as const;

/** Of each role: an action, where it may be done, and where it may not. */
const LIMITS: readonly (readonly [RoleKey, action: string, may: readonly Target[], mayNot: readonly Target[]])[] = [
  ["cspmMonitor", "ec2:DescribeInstances", ["*"], []],
  ["cspmMonitor", "s3:PutObject", [], [bucket("customer-data/object")]],

  [
    "agentlessScanner",
    "ec2:CreateTags",
    [ec2("volume/vol-1"), ec2("snapshot/snap-1", "")],
    [ec2("security-group/sg-1")],
  ],
  ["agentlessScanner", "ec2:CreateSnapshot", [ec2("volume/vol-1"), ec2("instance/i-1")], [ec2("image/ami-1")]],
  ["agentlessScanner", "ec2:ModifySnapshotAttribute", [ec2("snapshot/snap-1", "")], [ec2("image/ami-1")]],
  ["agentlessScanner", "kms:PutKeyPolicy", [key(own)], [key(other)]],
  ["agentlessScanner", "kms:CreateGrant", [key(own)], [key(other)]],
  [
    "agentlessScanner",
    "kms:CreateAlias",
    [alias("DefenderForCloudKey")],
    [alias("payroll"), alias("DefenderForCloudKey", other)],
  ],

  ["defenderForServers", "ec2:AuthorizeSecurityGroupIngress", [ec2("security-group/sg-1")], []],
  ["defenderForServers", "ec2:AuthorizeSecurityGroupEgress", [], [ec2("security-group/sg-1")]],

  [
    "arcAutoProvisioning",
    "ssm:SendCommand",
    [ssm("AWS-RunShellScript"), ssm("AWS-RunPowerShellScript"), ec2("instance/i-1")],
    [ssm("AWS-RunRemoteScript"), ec2("instance/i-1", other)],
  ],

  ["arcHostManagement", "iam:CreateRole", [OWN_ROLE], [iam("role/Admin")]],
  ["arcHostManagement", "iam:CreateInstanceProfile", [OWN_PROFILE], [iam("instance-profile/Admin")]],
  ["arcHostManagement", "iam:AddRoleToInstanceProfile", [OWN_PROFILE], [iam("instance-profile/Admin")]],
  [
    "arcHostManagement",
    "iam:AttachRolePolicy",
    [attaches("AmazonSSMManagedInstanceCore"), attaches("AmazonSSMPatchAssociation")],
    [attaches("AdministratorAccess"), iam("role/Web")],
  ],
  [
    "arcHostManagement",
    "iam:PassRole",
    [passes(OWN_ROLE, "ec2"), passes(AUTOMATION, "ssm")],
    [passes(OWN_ROLE, "lambda"), passes(AUTOMATION, "ec2"), passes(iam("role/Admin"), "ec2")],
  ],
  [
    "arcHostManagement",
    "ec2:AssociateIamInstanceProfile",
    [takes(OWN_PROFILE)],
    [takes(iam("instance-profile/Admin")), ec2("instance/i-1")],
  ],

  ["containersK8s", "logs:PutSubscriptionFilter", [logGroup(own)], [logGroup(other)]],
  [
    "containersK8s",
    "firehose:DeleteDeliveryStream",
    [stream("azuredefender-production"), stream("ms-defender-production")],
    [stream("orders"), stream("azuredefender-production", other)],
  ],
  [
    "containersK8s",
    "sqs:DeleteQueue",
    [queue("azuredefender-production"), queue("ms-defender-production")],
    [queue("orders"), queue("azuredefender-production", other)],
  ],
  [
    "containersK8s",
    "s3:DeleteObject",
    [owned("azuredefender-production/log"), owned("ms-defender-production/log")],
    [owned("customer-data/object"), owned("azuredefender-production/log", other)],
  ],
  ["containersK8s", "s3:CreateBucket", [bucket("azuredefender-new")], [bucket("customer-data")]],
  ["containersK8s", "eks:UpdateClusterConfig", [cluster(own)], [cluster(other)]],
  [
    "containersK8s",
    "iam:PassRole",
    [
      passes(TO_S3, "firehose"),
      passes(iam("role/MDCContainersK8sCloudWatchToKinesisRole"), "logs"),
      passes(iam("role/MDCContainersK8sCloudWatchToKinesisRole"), `logs.${region}`),
    ],
    [
      TO_S3,
      passes(TO_S3, "ec2"),
      passes(TO_S3, "lambda"),
      passes(iam("role/DefenderForCloud-Admin"), "ec2"),
      passes(iam("role/Admin"), "firehose"),
      passes(iam("role/MDCContainersK8sKinesisToS3Role", other), "firehose"),
    ],
  ],

  [
    "containersDataCollection",
    "sqs:ReceiveMessage",
    [queue("azuredefender-production")],
    [queue("orders"), queue("azuredefender-production", other)],
  ],
  [
    "containersDataCollection",
    "s3:GetObject",
    [owned("azuredefender-production/log")],
    [
      owned("customer-data/object"),
      owned("azuredefender-production/log", other),
      bucket("azuredefender-production/log"),
    ],
  ],
  ["containersDataCollection", "s3:PutObject", [], [owned("azuredefender-production/log")]],

  [
    "containersCloudWatchToKinesis",
    "firehose:PutRecord",
    [stream("azuredefender-production")],
    [stream("orders"), stream("azuredefender-production", other)],
  ],
  [
    "containersKinesisToS3",
    "s3:PutObject",
    [owned("azuredefender-production/log")],
    [owned("customer-data/object"), owned("azuredefender-production/log", other)],
  ],

  ["containersAgentlessDiscovery", "eks:UpdateClusterConfig", [cluster(own)], [cluster(other)]],
  ["containersAgentlessDiscovery", "eks:DeleteCluster", [], [cluster(own)]],
  ["containersImageAssessment", "ecr:BatchGetImage", ["*"], []],
  ["containersImageAssessment", "ecr:DeleteRepository", [], ["*"]],

  ["sensitiveDataDiscovery", "s3:GetObject", [bucket("customer-data/object")], []],
  ["sensitiveDataDiscovery", "s3:PutObject", [], [bucket("customer-data/object")]],
  ["sensitiveDataDiscovery", "kms:Decrypt", [key(own)], []],
  ["sensitiveDataDiscovery", "kms:Encrypt", [], [key(own)]],

  ["dataSecurityPostureDb", "rds:CopyDBSnapshot", [rds("snapshot:rds:orders")], [rds("snapshot:rds:orders", other)]],
  ["dataSecurityPostureDb", "rds:DescribeDBParameters", [rds("pg:orders")], [rds("pg:orders", other)]],
  [
    "dataSecurityPostureDb",
    "rds:DeleteDBSnapshot",
    [rds("snapshot:defenderfordatabases-1")],
    [rds("snapshot:rds:orders")],
  ],
  [
    "dataSecurityPostureDb",
    "rds:ModifyDBClusterSnapshotAttribute",
    [rds("cluster-snapshot:defenderfordatabases-1")],
    [rds("cluster-snapshot:rds:orders")],
  ],
  [
    "dataSecurityPostureDb",
    "kms:CreateGrant",
    [through("rds", own), tagged("DefenderForDatabases")],
    [through("rds", other), through("ebs", own), tagged("Payroll"), key(own)],
  ],
  ["dataSecurityPostureDb", "kms:ScheduleKeyDeletion", [tagged("DefenderForDatabases")], [tagged("Payroll"), key(own)]],
  [
    "dataSecurityPostureDb",
    "kms:CreateAlias",
    [alias("DefenderForDatabasesKey"), key(own)],
    [alias("payroll"), key(other)],
  ],

  ["dataThreatProtectionDb", "rds:ModifyDBInstance", [rds("db:orders")], [rds("db:orders", other)]],
  ["dataThreatProtectionDb", "rds:DeleteDBInstance", [], [rds("db:orders")]],

  [
    "ciemDiscovery",
    "s3:GetObject",
    [bucket("cloudtrail-logs/object")],
    [bucket("cloudtrail-logs-2/object"), bucket("customer-data/object")],
  ],
  ["ciemDiscovery", "s3:ListBucket", [bucket("cloudtrail-logs")], []],
  [
    "ciemOidc",
    "sts:AssumeRole",
    [iam("role/DefenderForCloud-Ciem")],
    [iam("role/DefenderForCloud-Ciem", other), iam("role/DefenderForCloud-Ciem-2"), iam("role/Admin")],
  ],
];

/** How many actions the statements of a role's own policies list, by the sources of 2024-02 and later. */
const ACTIONS: readonly (readonly [RoleKey, Readonly<Record<AccessLevel, number>>])[] = [
  ["cspmMonitor", { default: 7, leastPrivilege: 197 }],
  ["agentlessScanner", { default: 22, leastPrivilege: 22 }],
  ["defenderForServers", { default: 12, leastPrivilege: 12 }],
  ["arcAutoProvisioning", { default: 4, leastPrivilege: 4 }],
  ["arcHostManagement", { default: 22, leastPrivilege: 22 }],
  ["containersK8s", { default: 14, leastPrivilege: 10 }],
  ["containersDataCollection", { default: 4, leastPrivilege: 4 }],
  ["containersCloudWatchToKinesis", { default: 1, leastPrivilege: 1 }],
  ["containersKinesisToS3", { default: 6, leastPrivilege: 6 }],
  ["containersAgentlessDiscovery", { default: 6, leastPrivilege: 2 }],
  ["containersImageAssessment", { default: 0, leastPrivilege: 0 }],
  ["sensitiveDataDiscovery", { default: 1, leastPrivilege: 1 }],
  ["dataSecurityPostureDb", { default: 29, leastPrivilege: 29 }],
  ["dataThreatProtectionDb", { default: 18, leastPrivilege: 18 }],
  ["ciemDiscovery", { default: 2, leastPrivilege: 2 }],
  ["ciemOidc", { default: 7, leastPrivilege: 7 }],
];

describe.each(ACCESS_LEVELS)("at access level %s", (level) => {
  test.each(LIMITS)("%s does %s only where it may", (role, action, may, mayNot) => {
    const policies = policiesInFull(roleOf(roles[level], role));
    const allowed = (target: Target) => {
      const [resource, context] = typeof target === "string" ? [target, {}] : target;
      const principal = { aws: `arn:aws:sts::${own}:assumed-role/${role}/session` };
      return evaluate(policies, { action, resource, principal, context }).decision === "allowed";
    };
    expect({ may: may.filter(allowed), mayNot: mayNot.filter(allowed) }).toEqual({ may, mayNot: [] });
  });

  test.each(ACTIONS)("%s lists all its actions", (role, count) => {
    const { policies } = roleOf(roles[level], role);
    expect(policies.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => [...Action]))).toHaveLength(
      count[level],
    );
  });
});

test("says of every role what it may do where, and how much", () => {
  expect(new Set(LIMITS.map(([role]) => role))).toEqual(new Set(ROLE_KEYS));
  expect(ACTIONS.map(([role]) => role)).toEqual([...ROLE_KEYS]);
});

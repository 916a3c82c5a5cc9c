import { read } from "../../modules/inputs";
import { accountRoles, ROLE_CATALOGUE, ROLE_OPTIONS_BY_ROLE, ROLE_USES, rolesOf, roleUses } from "../../modules/plans";
import { AUDIENCES, audiencesOf, ROLE_KEYS, resolvePlans } from "../../modules";
import type { DefenderPlans, PolicyStatement, RoleKey, RoleOptionsByRole } from "../../modules";
import type { AccountRole } from "../../modules/plans";
import * as fc from "fast-check";
import { ARC, ENVIRONMENT, roleOf, rolesFor } from "../support/account-environment";
import { CIEM, OPEN_SOURCE_DATABASES, SELECTIONS } from "../support/plan-selections";

const boundary = `arn:aws:iam::${ENVIRONMENT.accountId}:policy/Boundary`;

describe("the roles of a selection", () => {
  test("holds a role that two plans need once", () => {
    const keys = rolesFor({ defenderCspm: {}, servers: { subPlan: "P2" }, containers: {} }, "default").roles.map(
      ({ key }) => key,
    );
    expect(keys.filter((key) => key === "agentlessScanner")).toHaveLength(1);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("has the current names and the root path unless told otherwise", () => {
    const { roles } = rolesFor({}, "default");
    expect(roles).toMatchObject([{ key: "cspmMonitor", name: "CspmMonitorAws", path: "/" }]);
  });

  test("puts the options for all roles on each, and those of one role above them", () => {
    const { roles, context } = rolesFor({ servers: { subPlan: "P1" } }, "leastPrivilege", {
      all: { path: "/security/", permissionsBoundaryArn: boundary, tags: { owner: "soc" } },
      cspmMonitor: { name: "Posture", path: "/posture/", maxSessionDurationSeconds: 7200 },
    });
    expect(roleOf(roles, "cspmMonitor")).toMatchObject({
      name: "Posture",
      path: "/posture/",
      permissionsBoundaryArn: boundary,
      maxSessionDurationSeconds: 7200,
      tags: { owner: "soc" },
    });
    expect(roleOf(roles, "defenderForServers")).toMatchObject({ path: "/security/", permissionsBoundaryArn: boundary });
    expect(context.roleArn("cspmMonitor")).toBe(`arn:aws:iam::${ENVIRONMENT.accountId}:role/posture/Posture`);
  });

  const elsewhere = `arn:aws:iam::${ENVIRONMENT.accountId}:role/team/Elsewhere`;
  test.each<[string, (key: RoleKey) => RoleOptionsByRole]>([
    ["its own name", (key) => ({ [key]: { name: "Own" } })],
    ["the path of all roles", () => ({ all: { path: "/security/" } })],
    ["its own path", (key) => ({ [key]: { path: "/security/" } })],
    ["its ARN, where it exists already", (key) => ({ [key]: { existingRoleArn: elsewhere } })],
  ])("names a role in every role that needs it by %s", (_, options) => {
    const plans = { containers: {}, defenderCspm: { ciem: CIEM } } as const;
    for (const [named, by, part] of [
      ["ciemOidc", "ciemDiscovery", "trust"],
      ["ciemDiscovery", "ciemOidc", "policies"],
      ["containersKinesisToS3", "containersK8s", "policies"],
      ["containersCloudWatchToKinesis", "containersK8s", "policies"],
    ] as const) {
      const { roles, context } = rolesFor(plans, "leastPrivilege", options(named));
      expect(JSON.stringify(roleOf(roles, by)[part])).toContain(`"${context.roleArn(named)}"`);
    }
  });

  test("does not create a role that exists, and names it where it is needed", () => {
    const existingRoleArn = `arn:aws:iam::${ENVIRONMENT.accountId}:role/shared/Firehose`;
    const { roles, context } = rolesFor({ containers: {} }, "leastPrivilege", {
      containersKinesisToS3: { existingRoleArn },
    });
    expect(roles.map(({ key }) => key)).not.toContain("containersKinesisToS3");
    expect(context.roleArn("containersKinesisToS3")).toBe(existingRoleArn);
    expect(JSON.stringify(roleOf(roles, "containersK8s").policies)).toContain(existingRoleArn);
  });

  test("adds the user's statements as a separate policy", () => {
    const additionalStatements: PolicyStatement[] = [
      { Effect: "Deny", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::payroll/*"] },
    ];
    const role = roleOf(rolesFor({}, "default", { cspmMonitor: { additionalStatements } }).roles, "cspmMonitor");
    expect(role.policies.at(-1)).toMatchObject({
      name: "CspmMonitorAws-Additional",
      document: { Statement: additionalStatements },
    });
  });

  test("splits what is too long for one policy, and loses no action", () => {
    const actions = Array.from({ length: 400 }, (_, index) => `s3:GetSomethingWithAVeryLongName${index}`);
    const additionalStatements: PolicyStatement[] = [
      { Sid: "Many", Effect: "Allow", Action: actions, Resource: ["*"] },
    ];
    const { policies } = roleOf(
      rolesFor({}, "default", { cspmMonitor: { additionalStatements } }).roles,
      "cspmMonitor",
    );
    const own = policies.filter(({ key }) => key.startsWith("additional"));
    expect(own.length).toBeGreaterThan(1);
    expect(own.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => [...Action]))).toEqual(actions);
    for (const { document } of own) {
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    }
    expect(own.map(({ name }) => name)).toEqual([
      "CspmMonitorAws-Additional",
      ...own.slice(1).map((_, index) => `CspmMonitorAws-Additional-${index + 2}`),
    ]);
  });
});

test("splits a statement with one action and many resources, and loses none", () => {
  const resources = Array.from({ length: 300 }, (_, index) => `arn:aws:s3:::bucket-with-a-long-name-${index}/*`);
  const additionalStatements: PolicyStatement[] = [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: resources }];
  const { policies } = roleOf(rolesFor({}, "default", { cspmMonitor: { additionalStatements } }).roles, "cspmMonitor");
  const own = policies.filter(({ key }) => key.startsWith("additional"));
  expect(own.flatMap(({ document }) => document.Statement.flatMap(({ Resource }) => [...(Resource ?? [])]))).toEqual(
    resources,
  );
  for (const { document } of own) {
    expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
  }
});

describe("wrong role options", () => {
  const refused =
    (options: unknown, plans: DefenderPlans = { containers: {} }) =>
    () =>
      rolesFor(plans, "default", options as RoleOptionsByRole);

  test("fails for a name with other characters than the portal accepts", () => {
    expect(refused({ cspmMonitor: { name: "Cspm.Monitor" } })).toThrow(
      'roles.cspmMonitor.name: "Cspm.Monitor" is not allowed; expected 1 to 64 letters, digits, hyphens or underscores',
    );
  });

  test("fails for a container role whose name does not start with MDC", () => {
    expect(refused({ containersImageAssessment: { name: "ImageAssessment" } })).toThrow(
      'roles.containersImageAssessment.name: "ImageAssessment" is not allowed; expected a name that starts with "MDC"',
    );
  });

  test("fails for a name that is too long for IAM", () => {
    expect(refused({ cspmMonitor: { name: "a".repeat(65) } })).toThrow("expected 1 to 64 letters");
  });

  test("fails for two roles of one name, also in other letter case", () => {
    expect(refused({ cspmMonitor: { name: "Defender" }, containersK8s: { name: "defender" } })).toThrow(
      'roles.containersK8s.name: "defender" is not allowed; roles.cspmMonitor already has that name; IAM compares names without regard to case',
    );
  });

  test("fails for a role that exists under the name of one to create", () => {
    const existingRoleArn = "arn:aws:iam::111122223333:role/team/CspmMonitorAws";
    expect(refused({ containersK8s: { existingRoleArn } })).toThrow(
      'roles.containersK8s.existingRoleArn: "CspmMonitorAws" is not allowed; roles.cspmMonitor already has that name; IAM compares names without regard to case',
    );
  });

  test("fails for one existing role in two places", () => {
    const existingRoleArn = "arn:aws:iam::111122223333:role/Defender";
    expect(refused({ cspmMonitor: { existingRoleArn }, containersK8s: { existingRoleArn } })).toThrow(
      'roles.containersK8s.existingRoleArn: "Defender" is not allowed; roles.cspmMonitor already has that name; IAM compares names without regard to case',
    );
  });

  test("fails for one policy in place of a list", () => {
    expect(refused({ cspmMonitor: { additionalManagedPolicyArns: boundary } })).toThrow(
      `roles.cspmMonitor.additionalManagedPolicyArns: "${boundary}" is not allowed; expected a literal list`,
    );
  });

  test("fails for tags that are no map", () => {
    expect(refused({ cspmMonitor: { tags: ["soc"] } })).toThrow(
      'roles.cspmMonitor.tags: ["soc"] is not allowed; expected a literal map of strings, for instance { team: "lab" }',
    );
  });

  const READ = { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::logs/*"] };

  test.each<[string, unknown, string]>([
    ["that is not a list", READ, ": {"],
    ["with a principal", { ...READ, Principal: { AWS: ["111122223333"] } }, "[0].Principal: {"],
    [
      "with another effect",
      { ...READ, Effect: "allow" },
      '[0].Effect: "allow" is not allowed; allowed: "Allow", "Deny"',
    ],
    [
      "without an action",
      { ...READ, Action: [] },
      "[0].Action: [] is not allowed; expected a list of one or more strings",
    ],
    [
      "without a resource",
      { ...READ, Resource: undefined },
      "[0].Resource: undefined is not allowed; expected a literal list",
    ],
    [
      "with an illegal id",
      { ...READ, Sid: "my-reads" },
      '[0].Sid: "my-reads" is not allowed; expected letters and digits',
    ],
  ])("fails for an additional statement %s", (name, statement, message) => {
    const additionalStatements = name === "that is not a list" ? statement : [statement];
    expect(refused({ cspmMonitor: { additionalStatements } })).toThrow(
      `roles.cspmMonitor.additionalStatements${message}`,
    );
  });

  test("fails for two additional statements of one id", () => {
    const additionalStatements = [
      { ...READ, Sid: "Read" },
      { ...READ, Sid: "Read" },
    ];
    expect(refused({ cspmMonitor: { additionalStatements } })).toThrow(
      'roles.cspmMonitor.additionalStatements.Sid: "Read" is not allowed; statement ids must be unique within a policy',
    );
  });

  test("fails for more additional statements than ten policies hold, and names what was given", () => {
    const Resource = Array.from({ length: 2000 }, (_, index) => `arn:aws:s3:::bucket-with-a-long-name-${index}/*`);
    expect(refused({ cspmMonitor: { additionalStatements: [{ ...READ, Resource }] } })).toThrow(
      /^roles\.cspmMonitor\.additionalStatements: "\d+ managed policies on one role" is not allowed; IAM allows 10/,
    );
  });

  test("fails for a role that the catalogue does not know", () => {
    expect(refused({ cspm: { name: "X" } })).toThrow(
      'roles.cspm: {"name":"X"} is not allowed; no such prop: roles has: all, cspmMonitor,',
    );
  });

  test("fails for an option that does not exist", () => {
    expect(refused({ cspmMonitor: { boundary } })).toThrow("roles.cspmMonitor.boundary:");
  });

  test("fails for an existing role that is given by name", () => {
    expect(refused({ cspmMonitor: { existingRoleArn: "CspmMonitorAws" } })).toThrow(
      'roles.cspmMonitor.existingRoleArn: "CspmMonitorAws" is not allowed; expected the ARN of an IAM role',
    );
  });

  test("fails for a path without its slashes", () => {
    expect(refused({ cspmMonitor: { path: "security" } })).toThrow(
      'roles.cspmMonitor.path: "security" is not allowed; expected a path that starts and ends with a slash',
    );
  });

  test("fails for a session longer than twelve hours", () => {
    expect(refused({ cspmMonitor: { maxSessionDurationSeconds: 86400 } })).toThrow(
      "roles.cspmMonitor.maxSessionDurationSeconds: 86400 is not allowed; expected a whole number from 3600 to 43200 (seconds)",
    );
  });

  test("fails for more than ten managed policies on a role", () => {
    const additionalManagedPolicyArns = Array.from({ length: 10 }, (_, index) => `${boundary}${index}`);
    expect(refused({ cspmMonitor: { additionalManagedPolicyArns } })).toThrow(
      'roles.cspmMonitor.additionalManagedPolicyArns: "12 managed policies on one role" is not allowed; IAM allows 10, those of Defender and of additionalStatements included',
    );
  });

  test("fails for a policy that is given twice", () => {
    expect(refused({ cspmMonitor: { additionalManagedPolicyArns: [boundary, boundary] } })).toThrow(
      `roles.cspmMonitor.additionalManagedPolicyArns[1]: "${boundary}" is not allowed; each policy is given at most once`,
    );
  });

  test("fails for a boundary that is no policy", () => {
    expect(refused({ all: { permissionsBoundaryArn: "Boundary" } })).toThrow(
      'roles.all.permissionsBoundaryArn: "Boundary" is not allowed; expected the ARN of a managed policy',
    );
  });

  test("fails for a path that is longer than IAM allows", () => {
    expect(refused({ cspmMonitor: { path: `/${"abcdefghij/".repeat(50)}` } })).toThrow("at most 512 characters");
  });

  test("fails for options beside a role that exists: they would be dropped", () => {
    const existingRoleArn = `arn:aws:iam::${ENVIRONMENT.accountId}:role/Own`;
    expect(refused({ cspmMonitor: { existingRoleArn, name: "Own" } })).toThrow(
      'roles.cspmMonitor.name: "Own" is not allowed; an existing role is used unchanged',
    );
  });

  test("fails for options of a role that no plan needs", () => {
    expect(refused({ ciemOidc: { name: "bad name!" } })).toThrow('roles.ciemOidc.name: "bad name!" is not allowed');
  });

  test("fails for an option that cannot be set for all roles", () => {
    expect(refused({ all: { name: "Everybody" } })).toThrow(
      'roles.all.name: "Everybody" is not allowed; no such prop: roles.all has:',
    );
  });

  test("fails for one statement that no splitting makes fit", () => {
    const additionalStatements = [
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: [`arn:aws:s3:::${"a".repeat(6200)}`] },
    ];
    expect(refused({ cspmMonitor: { additionalStatements } })).toThrow(
      /roles.cspmMonitor.additionalStatements: "a policy CspmMonitorAws-Additional of \d+ characters" is not allowed; IAM allows 6144/,
    );
  });

  test("fails for a trust policy longer than IAM allows", () => {
    const trustStatements = Array.from({ length: 10 }, () => OPEN_SOURCE_DATABASES.trustStatements).flat();
    const settings = { ...ENVIRONMENT.settings, openSourceDatabases: { ...OPEN_SOURCE_DATABASES, trustStatements } };
    expect(() => accountRoles(["dataThreatProtectionDb"], "default", { ...ENVIRONMENT, settings })).toThrow(
      /roles.dataThreatProtectionDb: "a trust policy of \d+ characters" is not allowed; IAM allows 2048/,
    );
  });
});

/** Any selection: each plan absent or with each feature absent, on or off. */
const anySwitch = fc.constantFrom(undefined, true, false);
const anyPlans: fc.Arbitrary<DefenderPlans> = fc.record(
  {
    defenderCspm: fc.record(
      {
        agentlessMachineScanning: anySwitch,
        sensitiveDataDiscovery: anySwitch,
        databasesPosture: anySwitch,
        ciem: fc.constantFrom(false as const, CIEM),
        agentlessKubernetesDiscovery: anySwitch,
        containerImageAssessment: anySwitch,
      },
      { requiredKeys: [] },
    ),
    servers: fc.oneof(
      fc.record({ subPlan: fc.constant("P1" as const), arcAutoProvisioning: anySwitch }),
      fc.record({
        subPlan: fc.constant("P2" as const),
        arcAutoProvisioning: anySwitch,
        agentlessMachineScanning: anySwitch,
      }),
    ),
    containers: fc.record(
      {
        auditLogCollection: anySwitch,
        sensorProvisioning: anySwitch,
        policyAddOnProvisioning: anySwitch,
        containerImageAssessment: anySwitch,
        agentlessKubernetesDiscovery: anySwitch,
        agentlessMachineScanning: anySwitch,
      },
      { requiredKeys: [] },
    ),
    databases: fc.record(
      {
        sqlServersOnMachines: anySwitch,
        openSourceDatabases: fc.constantFrom(false as const, OPEN_SOURCE_DATABASES),
        databasesPosture: anySwitch,
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

describe("any selection", () => {
  test("has no role without a use, and no use without its role", () => {
    fc.assert(
      fc.property(anyPlans, (plans) => {
        const selected = resolvePlans(plans);
        const roles = rolesOf(selected);
        const uses = roleUses(selected);
        expect(new Set(uses.map(({ role }) => role))).toEqual(new Set(roles));
        expect(ROLE_USES).toEqual(expect.arrayContaining(uses));
      }),
    );
  });

  test("lists exactly the audiences that its trusts name", () => {
    fc.assert(
      fc.property(anyPlans, (plans) => {
        const trusts = JSON.stringify(rolesFor(plans, "default").roles.map(({ trust }) => trust));
        const named = Object.values(AUDIENCES).filter(
          (audience) => audience !== AUDIENCES.ciem && trusts.includes(`["${audience}"]`),
        );
        expect(audiencesOf(resolvePlans(plans))).toEqual(named);
      }),
    );
  });
});

test("knows every role key in the catalogue's order", () => {
  expect(Object.keys(ROLE_CATALOGUE)).toEqual([...ROLE_KEYS]);
});

describe("names of policies", () => {
  const EVERY_PLAN = SELECTIONS["all together"] ?? {};
  const policyNames = (roles: readonly AccountRole[]) =>
    roles.flatMap(({ policies }) => policies.map(({ name }) => name));
  const everything = (given: RoleOptionsByRole) => rolesFor(EVERY_PLAN, "leastPrivilege", given).roles;
  const longest = (key: string) => `MDC${key}`.padEnd(64, "x");

  test("are the portal's while the role has the portal's name, also where that is given", () => {
    const name = "CspmMonitorAws";
    expect(policyNames(everything({ cspmMonitor: { name } }))).toEqual(policyNames(everything({})));
  });

  test("all differ from the portal's, and fit IAM's 128 characters, where every role has the longest name", () => {
    const names = everything(Object.fromEntries(ROLE_KEYS.map((key) => [key, { name: longest(key) }])));
    const portal = new Set(policyNames(everything({})));
    expect(policyNames(names).filter((name) => portal.has(name) || name.length > 128)).toEqual([]);
    expect(policyNames(names)).toHaveLength(portal.size);
  });

  test("follow the automation's configuration id", () => {
    const arc = { ...ARC, configurationId: "Second" };
    const settings = { ...ENVIRONMENT.settings, arc };
    const { roles } = accountRoles(["arcHostManagement", "cspmMonitor"], "default", { ...ENVIRONMENT, settings });
    expect(policyNames(roles)).toEqual([
      "AWS-MDCSetup-HostMgmtRole-eu-central-1-Second-Policy",
      "AWS-MDCSetup-HostMgmtRole-eu-central-1-Second-Policy-2",
      "CspmMonitorAwsDenyPolicy",
    ]);
  });
});

describe("policies to take over", () => {
  test("fails for a policy that is none of the role, and names those it has", () => {
    expect(() => rolesFor({}, "default", { cspmMonitor: { adoptPolicies: ["Other"] } })).toThrow(
      /roles\.cspmMonitor\.adoptPolicies.*"Other".*expected a policy of the role: CspmMonitorAwsDenyPolicy/s,
    );
  });

  test("fails for a role without a policy of its own", () => {
    const given = { containersImageAssessment: { adoptPolicies: ["Other"] } };
    expect(() => rolesFor({ containers: {} }, "default", given)).toThrow(/no policy of its own: leave it out/);
  });

  test("fails beside an existing role", () => {
    const existingRoleArn = `arn:aws:iam::${ENVIRONMENT.accountId}:role/Own`;
    for (const option of [{ adoptExisting: true }, { adoptPolicies: ["CspmMonitorAwsDenyPolicy"] }]) {
      expect(() => read(ROLE_OPTIONS_BY_ROLE, { cspmMonitor: { existingRoleArn, ...option } }, "roles")).toThrow(
        "an existing role is used unchanged",
      );
    }
  });
});

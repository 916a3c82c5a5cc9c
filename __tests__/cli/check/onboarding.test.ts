import type { RoleFacts } from "../../../cli/aws/roles";
import type { ConnectorFacts } from "../../../cli/azure/connectors";
import type { AccountFacts, OnboardingFacts } from "../../../cli/check/facts";
import { checkOnboarding } from "../../../cli/check/onboarding";
import type { Reading } from "../../../cli/reading";
import type { AccountOnboardingProps, OrganizationOnboardingProps } from "../../../modules";
import { ACCOUNT_ONBOARDING, ORGANIZATION_ONBOARDING } from "../../../modules/onboarding";
import { read } from "../../../modules/inputs";
import { CIEM } from "../../support/plan-selections";
import { ACCOUNT } from "../../support/synth";
import { deployedAccount, deployedOrganization } from "./deployed";

const PROPS: AccountOnboardingProps = {
  ...ACCOUNT,
  accessLevel: "leastPrivilege",
  plans: { defenderCspm: { ciem: CIEM }, servers: { subPlan: "P2" }, containers: {}, databases: {} },
};
const HEALTHY = deployedAccount(PROPS);

function findings(facts: OnboardingFacts, props: AccountOnboardingProps = PROPS): string[] {
  return checkOnboarding(read(ACCOUNT_ONBOARDING, props).value, facts).findings.map(
    ({ subject, wrong, found }) => `${subject}: ${wrong} [${found}]`,
  );
}

function withAccount(change: Partial<AccountFacts>): OnboardingFacts {
  return { ...HEALTHY, account: { ...HEALTHY.account, ...change } };
}

function withRole(name: string, change: (role: RoleFacts) => RoleFacts | undefined): OnboardingFacts {
  const role = valueOf(HEALTHY.account.roles.get(name));
  return withAccount({ roles: new Map([...HEALTHY.account.roles, [name, { value: change(role) }]]) });
}

function withConnector(change: (connector: ConnectorFacts) => ConnectorFacts[]): OnboardingFacts {
  return { ...HEALTHY, connectors: { value: HEALTHY.connectors.value.flatMap(change) } };
}

function valueOf<Value>(reading: Reading<Value | undefined> | undefined): Value {
  if (reading === undefined || !("value" in reading) || reading.value === undefined) {
    throw new Error("the deployed account lacks it");
  }
  return reading.value;
}

describe("an account as the stack deploys it", () => {
  test.each(["default", "leastPrivilege"] as const)("has no findings at access level %s", (accessLevel) => {
    const props = { ...PROPS, accessLevel };
    expect(findings(deployedAccount(props), props)).toEqual([]);
  });

  test("has no findings with own names, paths, boundaries and further statements", () => {
    const props: AccountOnboardingProps = {
      ...PROPS,
      roles: {
        all: { path: "/security/", permissionsBoundaryArn: `arn:aws:iam::${ACCOUNT.awsAccountId}:policy/Boundary` },
        cspmMonitor: {
          name: "Posture",
          additionalStatements: [
            { Effect: "Deny", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::${aws:username}/*"] },
          ],
        },
      },
    };
    expect(findings(deployedAccount(props), props)).toEqual([]);
  });

  test("says what was compared", () => {
    const { checked } = checkOnboarding(read(ACCOUNT_ONBOARDING, PROPS).value, HEALTHY);
    expect(checked).toHaveLength(2 + HEALTHY.account.roles.size + 1);
  });
});

describe("finds, in AWS,", () => {
  test("an identity provider that is gone", () => {
    expect(findings(withAccount({ identityProviders: { value: [] } }))[0]).toMatch(
      /33e01921.*does not exist.*no identity provider/,
    );
  });

  test("an identity provider whose URL lacks the final slash", () => {
    const value = valueOf(HEALTHY.account.identityProviders).map((provider) => ({
      ...provider,
      arn: provider.arn.replace(/\/$/, ""),
    }));
    expect(findings(withAccount({ identityProviders: { value } }))[0]).toMatch(/does not exist.*lacks the final slash/);
  });

  test("an audience that somebody removed", () => {
    const value = valueOf(HEALTHY.account.identityProviders).map((provider) => ({
      ...provider,
      audiences: provider.audiences.filter((audience) => !audience.endsWith("DefenderForServers")),
    }));
    expect(findings(withAccount({ identityProviders: { value } }))).toEqual([
      expect.stringMatching(/audience api:\/\/AzureSecurityCenter\.MultiCloud\.DefenderForServers is missing/),
    ]);
  });

  test("Sentinel's audience missing in a provider that it shares", () => {
    const props: AccountOnboardingProps = { ...PROPS, plans: {}, identityProvider: { mode: "extend" } };
    const { account } = HEALTHY;
    const value = valueOf(account.identityProviders).map((provider) => ({
      ...provider,
      audiences: provider.audiences.filter((audience) => !audience.includes("1462b192")),
    }));
    const connectors = deployedAccount({ ...PROPS, plans: {} }).connectors;
    expect(findings({ account: { ...account, identityProviders: { value } }, connectors }, props)).toEqual([
      expect.stringMatching(/audience api:\/\/1462b192.*Sentinel cannot read any more/),
    ]);
  });

  test("a role that is gone", () => {
    expect(findings(withRole("CspmMonitorAws", () => undefined))).toEqual([
      expect.stringMatching(/^role CspmMonitorAws: it does not exist/),
    ]);
  });

  test("a trust that names another tenant", () => {
    const other = "99999999-2222-4333-8444-555555555555";
    const found = findings(
      withRole("CspmMonitorAws", (role) => ({ ...role, trust: role.trust.replaceAll(ACCOUNT.entraTenantId, other) })),
    );
    expect(found).toEqual([
      expect.stringMatching(/^role CspmMonitorAws: its trust lacks what is declared/),
      expect.stringMatching(/^role CspmMonitorAws: its trust has a statement that is not declared.*99999999/),
    ]);
  });

  test("an external id of the log reader that is not the connector's", () => {
    const found = findings(
      withRole("MDCContainersK8sDataCollectionRole", (role) => ({
        ...role,
        trust: role.trust.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}(?="\})/g, "99999999-2222-4333-8444-555555555555"),
      })),
    );
    expect(found).toContainEqual(expect.stringMatching(/^role MDCContainersK8sDataCollectionRole: its trust lacks/));
  });

  test("a policy that somebody attached", () => {
    const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    const found = findings(
      withRole("CspmMonitorAws", (role) => ({
        ...role,
        attachedPolicies: [...role.attachedPolicies, { arn, name: "AdministratorAccess" }],
      })),
    );
    expect(found).toEqual([expect.stringMatching(/a policy is attached that is not declared.*AdministratorAccess/)]);
  });

  test("a policy that somebody detached", () => {
    const found = findings(withRole("CspmMonitorAws", (role) => ({ ...role, attachedPolicies: [] })));
    expect(found.length).toBeGreaterThan(0);
    expect(found.join()).toMatch(/policy CspmMonitorAws\w* is not attached.*no policy/);
  });

  test("an inline policy, as the portal's template leaves it", () => {
    const found = findings(withRole("CspmMonitorAws", (role) => ({ ...role, inlinePolicies: ["Leftover"] })));
    expect(found).toEqual(["role CspmMonitorAws: it has an inline policy, which nothing declares [Leftover]"]);
  });

  test("a policy that allows more, and less, than the access level", () => {
    const found = findings(
      withRole("DefenderForCloud-AgentlessScanner", (role) => ({
        ...role,
        attachedPolicies: role.attachedPolicies.map((policy) => ({
          ...policy,
          ...(policy.document === undefined
            ? {}
            : { document: policy.document.replace("ec2:CreateSnapshot", "ec2:TerminateInstances") }),
        })),
      })),
    );
    expect(found).toEqual([
      expect.stringMatching(/lacks permissions that are declared.*ec2:CreateSnapshot/),
      expect.stringMatching(/has permissions that are not declared.*ec2:TerminateInstances/),
    ]);
  });

  test("a permissions boundary that nobody declared", () => {
    const permissionsBoundaryArn = `arn:aws:iam::${ACCOUNT.awsAccountId}:policy/Narrow`;
    const found = findings(withRole("CspmMonitorAws", (role) => ({ ...role, permissionsBoundaryArn })));
    expect(found).toEqual([expect.stringMatching(/its permissions boundary is not none.*Narrow/)]);
  });

  test("that something could not be read", () => {
    const unread = "AccessDenied: iam:GetRole";
    const roles = new Map([...HEALTHY.account.roles, ["CspmMonitorAws", { unread }] as const]);
    expect(findings(withAccount({ roles, identityProviders: { unread } }))).toEqual([
      "identity providers: it could not be read [AccessDenied: iam:GetRole]",
      "role CspmMonitorAws: it could not be read [AccessDenied: iam:GetRole]",
    ]);
  });
});

describe("finds, in Azure,", () => {
  const offerings = ({ properties }: ConnectorFacts) => properties.offerings as Record<string, unknown>[];

  test("a connector that is gone, although its log reader's external id is then unknown", () => {
    expect(findings(withConnector(() => []))).toEqual([
      expect.stringMatching(/^connector aws-production: it does not exist/),
    ]);
  });

  test("a connector of another name for the same account", () => {
    const found = findings(withConnector((connector) => [{ ...connector, id: `${connector.id}-old` }]));
    expect(found).toEqual([expect.stringMatching(/it does not exist.*has .*aws-production-old/)]);
  });

  test("a plan that somebody switched off in the portal", () => {
    const found = findings(
      withConnector((connector) => [
        {
          ...connector,
          properties: {
            ...connector.properties,
            offerings: offerings(connector).filter(({ offeringType }) => offeringType !== "DefenderForServersAws"),
          },
        },
      ]),
    );
    expect(found).toEqual([expect.stringMatching(/offering DefenderForServersAws is not on \[the plan is off\]/)]);
  });

  test("a feature that somebody switched off in the portal", () => {
    const found = findings(
      withConnector((connector) => [
        {
          ...connector,
          properties: {
            ...connector.properties,
            offerings: offerings(connector).map((offering) =>
              offering.offeringType === "DefenderCspmAws"
                ? { ...offering, databasesDspm: { enabled: false } }
                : offering,
            ),
          },
        },
      ]),
    );
    expect(found[0]).toMatch(/DefenderCspmAws.databasesDspm.enabled is not true \[false\]/);
  });

  test("a plan that nobody declared", () => {
    const props = { ...PROPS, plans: { servers: { subPlan: "P2" } } } as const;
    const { connectors } = deployedAccount({ ...PROPS, plans: { servers: { subPlan: "P2" }, databases: {} } });
    const found = findings({ ...deployedAccount(props), connectors }, props);
    expect(found).toEqual([expect.stringMatching(/offering DefenderForDatabasesAws is not off \[the plan is on\]/)]);
  });
});

describe("an organization", () => {
  const props: OrganizationOnboardingProps = {
    ...PROPS,
    plans: { servers: { subPlan: "P2" }, containers: {} },
    stackSetName: "DefenderForCloud",
    targets: ["r-ab12"],
    excludedAccountIds: ["777788889999"],
  };
  const healthy = deployedOrganization(props);
  const member = { id: "444455556666", name: "workload" };
  const instance = { accountId: member.id, region: ACCOUNT.awsRegion, status: "CURRENT" };
  const accounts = { value: [member, { id: "777788889999", name: "excluded" }] };
  const connectors = {
    value: [
      ...healthy.connectors.value,
      { id: "/member", location: ACCOUNT.location, properties: { hierarchyIdentifier: member.id } },
    ],
  };
  const facts = (change: Partial<typeof healthy.stackSet> | undefined): OnboardingFacts => ({
    ...healthy,
    connectors,
    organization: {
      accounts,
      stackSet: { value: change === undefined ? undefined : { ...healthy.stackSet, instances: [instance], ...change } },
    },
  });
  const found = (given: OnboardingFacts): string[] =>
    checkOnboarding(read(ORGANIZATION_ONBOARDING, props).value, given).findings.map(
      ({ subject, wrong, found: what }) => `${subject}: ${wrong} [${what}]`,
    );

  test("has no findings as the stack deploys it", () => {
    expect(found(facts({}))).toEqual([]);
  });

  test("is found without its StackSet", () => {
    expect(found(facts(undefined))).toEqual([expect.stringMatching(/StackSet DefenderForCloud: it does not exist/)]);
  });

  test("is found with a member that has no stack", () => {
    expect(found(facts({ instances: [] }))).toEqual([expect.stringMatching(/member account 444455556666.*no stack/)]);
  });

  test("is found with a member whose stack failed, and why", () => {
    const failed = { ...instance, status: "OUTDATED", detailedStatus: "FAILED", reason: "denied by an SCP" };
    expect(found(facts({ instances: [failed] }))).toEqual([
      expect.stringMatching(/member account 444455556666.*not current.*OUTDATED, FAILED: denied by an SCP/),
    ]);
  });

  test("is found with another template", () => {
    expect(found(facts({ template: healthy.stackSet.template.replace("sts:AssumeRole", "sts:TagSession") }))).toEqual([
      expect.stringMatching(/its template is not the one of the configuration/),
    ]);
  });

  test("is found with a member that Defender has not connected", () => {
    expect(found({ ...facts({}), connectors: healthy.connectors })).toEqual([
      expect.stringMatching(/member account 444455556666.*made no connector/),
    ]);
  });
});

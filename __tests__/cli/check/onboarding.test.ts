import type { AssociationFacts, DocumentFacts } from "../../../cli/aws/automations";
import type { RoleFacts } from "../../../cli/aws/roles";
import type { ConnectorFacts } from "../../../cli/azure/connectors";
import type { AccountFacts, AutomationFacts, OnboardingFacts } from "../../../cli/check/facts";
import { checkOnboarding } from "../../../cli/check/onboarding";
import type { Reading } from "../../../cli/reading";
import type { AccountOnboardingProps, OrganizationOnboardingProps } from "../../../modules";
import { ACCOUNT_ONBOARDING, ORGANIZATION_ONBOARDING } from "../../../modules/onboarding";
import { read } from "../../../modules/inputs";
import { CIEM } from "../../support/plan-selections";
import { ACCOUNT } from "../../support/synth";
import { deployedAccount, deployedMember, deployedOrganization } from "./deployed";

const PROPS: AccountOnboardingProps = {
  ...ACCOUNT,
  accessLevel: "leastPrivilege",
  plans: { defenderCspm: { ciem: CIEM }, servers: { subPlan: "P2" }, containers: {}, databases: {} },
};
const HEALTHY = deployedAccount(PROPS);

function findings(facts: OnboardingFacts, props: AccountOnboardingProps = PROPS): string[] {
  return checkOnboarding(read(ACCOUNT_ONBOARDING, props).value, facts).findings.map(
    ({ subject, wrong, expected, found }) => `${subject}: ${wrong} [${expected} | ${found}]`,
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
    expect(checked).toHaveLength(2 + HEALTHY.account.roles.size + 3 + 1);
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
      expect.stringMatching(/audience api:\/\/1462b192.* of Microsoft Sentinel is missing/),
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

  test("a policy of AWS that somebody detached", () => {
    const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const props: AccountOnboardingProps = {
      ...PROPS,
      plans: {},
      roles: { cspmMonitor: { additionalManagedPolicyArns: [arn] } },
    };
    const healthy = deployedAccount(props);
    const role = valueOf(healthy.account.roles.get("CspmMonitorAws"));
    const attachedPolicies = role.attachedPolicies.filter((policy) => policy.arn !== arn);
    const roles = new Map([["CspmMonitorAws", { value: { ...role, attachedPolicies } }]]);
    expect(findings({ ...healthy, account: { ...healthy.account, roles } }, props)).toEqual([
      `role CspmMonitorAws: policy ${arn} is not attached [${arn} | attached: CspmMonitorAwsPolicy]`,
    ]);
  });

  test("an inline policy, as the portal's template leaves it", () => {
    const found = findings(withRole("CspmMonitorAws", (role) => ({ ...role, inlinePolicies: ["Leftover"] })));
    expect(found).toEqual([
      "role CspmMonitorAws: it has an inline policy, which nothing declares [no inline policy | Leftover]",
    ]);
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
    expect(found).toEqual([
      expect.stringMatching(/its permissions boundary is not what is declared \[none \| .*Narrow/),
    ]);
  });

  test("a role at another path", () => {
    const found = findings(
      withRole("CspmMonitorAws", (role) => ({ ...role, arn: role.arn.replace(":role/", ":role/elsewhere/") })),
    );
    expect(found).toEqual([expect.stringMatching(/its path is not what is declared \[\/ \| \/elsewhere\/\]/)]);
  });

  test("a session that may last longer", () => {
    const found = findings(withRole("CspmMonitorAws", (role) => ({ ...role, maxSessionDurationSeconds: 43_200 })));
    expect(found).toEqual([expect.stringMatching(/its longest session is not what is declared \[3600 \| 43200\]/)]);
  });

  test("tags that somebody removed or changed, of roles, policies, provider and connector", () => {
    const props: AccountOnboardingProps = { ...PROPS, plans: {}, tags: { owner: "security" } };
    const healthy = deployedAccount(props);
    expect(findings(healthy, props)).toEqual([]);
    const tagged = JSON.stringify([...healthy.account.roles]).replaceAll('"owner":"security"', '"owner":"nobody"');
    const facts: OnboardingFacts = {
      account: {
        ...healthy.account,
        roles: new Map(JSON.parse(tagged) as [string, { value: RoleFacts }][]),
        identityProviders: { value: valueOf(healthy.account.identityProviders).map((one) => ({ ...one, tags: {} })) },
      },
      connectors: { value: healthy.connectors.value.map((connector) => ({ ...connector, tags: {} })) },
    };
    expect(findings(facts, props)).toEqual([
      expect.stringMatching(/^identity provider .*its tag owner .*\[security \| no such tag\]/),
      expect.stringMatching(/^policy CspmMonitorAwsPolicy: its tag owner .*\[security \| nobody\]/),
      expect.stringMatching(/^role CspmMonitorAws: its tag owner .*\[security \| nobody\]/),
      expect.stringMatching(/^connector aws-production: its tag owner .*\[security \| no such tag\]/),
    ]);
  });

  test("nothing about tags of providers that others made", () => {
    const props: AccountOnboardingProps = {
      ...PROPS,
      plans: { defenderCspm: { ciem: CIEM } },
      tags: { owner: "security" },
      identityProvider: { mode: "extend", expectedAudiences: [] },
      ciemIdentityProvider: { mode: "extend" },
    };
    const healthy = deployedAccount({
      ...props,
      identityProvider: { mode: "create" },
      ciemIdentityProvider: { mode: "create" },
    });
    const value = valueOf(healthy.account.identityProviders).map((provider) => ({ ...provider, tags: {} }));
    expect(findings({ ...healthy, account: { ...healthy.account, identityProviders: { value } } }, props)).toEqual([]);
  });

  test("an existing role that does not trust Defender, or is another one than the connector names", () => {
    const existingRoleArn = `arn:aws:iam::${ACCOUNT.awsAccountId}:role/security/Posture`;
    const props: AccountOnboardingProps = { ...PROPS, plans: {}, roles: { cspmMonitor: { existingRoleArn } } };
    const { account, connectors } = deployedAccount({ ...PROPS, plans: {} });
    const role = { ...valueOf(account.roles.get("CspmMonitorAws")), arn: existingRoleArn };
    const connected = JSON.parse(
      JSON.stringify(connectors).replaceAll(/arn:aws:iam::\d+:role\/CspmMonitorAws/g, existingRoleArn),
    ) as typeof connectors;
    const withRoleOf = (change: Partial<RoleFacts>): OnboardingFacts => ({
      account: { ...account, roles: new Map([["Posture", { value: { ...role, ...change } }]]) },
      connectors: connected,
    });
    expect(findings(withRoleOf({}), props)).toEqual([]);
    expect(findings(withRoleOf({ trust: '{"Statement":[]}' }), props)).toEqual([
      expect.stringMatching(/^role Posture: its trust lacks the statement that Defender needs/),
    ]);
    expect(findings(withRoleOf({ arn: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/Posture` }), props)).toEqual([
      expect.stringMatching(/^role Posture: it has another ARN than the connector names \[.*security\/Posture/),
    ]);
    expect(checkOnboarding(read(ACCOUNT_ONBOARDING, props).value, withRoleOf({})).unchecked).toEqual([
      "policies of role Posture: the role is your own",
    ]);
  });

  test("that something could not be read", () => {
    const unread = "AccessDenied: iam:GetRole";
    const roles = new Map([...HEALTHY.account.roles, ["CspmMonitorAws", { unread }] as const]);
    expect(findings(withAccount({ roles, identityProviders: { unread } }))).toEqual([
      "identity providers: it could not be read [an answer | AccessDenied: iam:GetRole]",
      "role CspmMonitorAws: it could not be read [an answer | AccessDenied: iam:GetRole]",
    ]);
  });
});

describe("finds, in Systems Manager,", () => {
  const REGIONS = ["eu-central-1", "eu-west-1"];
  const props: AccountOnboardingProps = {
    ...PROPS,
    plans: { servers: { subPlan: "P2" } },
    arcAutomation: { regions: REGIONS, instanceProfileName: "Ours" },
  };
  const healthy = deployedAccount(props);
  const [document = ""] = valueOf({ value: healthy.account.automations.get("eu-west-1") }).documents.keys();
  const [association = ""] = valueOf({ value: healthy.account.automations.get("eu-west-1") }).associations.keys();

  function found(change: (facts: AutomationFacts) => Partial<AutomationFacts>): string[] {
    const west = valueOf({ value: healthy.account.automations.get("eu-west-1") });
    const automations = new Map([...healthy.account.automations, ["eu-west-1", { ...west, ...change(west) }] as const]);
    return findings({ ...healthy, account: { ...healthy.account, automations } }, props);
  }
  const withDocument = (change: Partial<DocumentFacts> | undefined) =>
    found(({ documents }) => ({
      documents: new Map([
        ...documents,
        [document, { value: change && { ...valueOf(documents.get(document)), ...change } }] as const,
      ]),
    }));
  const withAssociation = (change: Partial<AssociationFacts> | undefined) =>
    found(({ associations }) => ({
      associations: new Map([
        ...associations,
        [association, { value: change && { ...valueOf(associations.get(association)), ...change } }] as const,
      ]),
    }));

  test("nothing where both regions have what the stack deploys", () => {
    expect(findings(healthy, props)).toEqual([]);
    const { checked } = checkOnboarding(read(ACCOUNT_ONBOARDING, props).value, healthy);
    expect(checked.filter((line) => /^(document|association) /.test(line))).toHaveLength(8);
  });

  test("a document that is gone", () => {
    expect(withDocument(undefined)).toEqual([
      expect.stringMatching(new RegExp(`^document ${document} in eu-west-1: it does not exist`)),
    ]);
  });

  test("a document that somebody changed", () => {
    const { content } = valueOf(healthy.account.automations.get("eu-west-1")?.documents.get(document));
    expect(withDocument({ content: content.replace('"ForceReplace":false', '"ForceReplace":true') })).toEqual([
      expect.stringMatching(/somebody changed it/),
    ]);
  });

  test("a document that is not active", () => {
    expect(withDocument({ status: "Failed" })).toEqual([expect.stringMatching(/not active \[Active \| Failed\]/)]);
  });

  test("an association that is gone", () => {
    expect(withAssociation(undefined)).toEqual([
      expect.stringMatching(new RegExp(`^association ${association} in eu-west-1: it does not exist`)),
    ]);
  });

  test.each<[string, Partial<AssociationFacts>]>([
    ["document", { documentName: "Other" }],
    ["target parameter", { targetParameter: "Instances" }],
    ["schedule", { schedule: "rate(1 day)" }],
    ["parameters", { parameters: { AutomationAssumeRole: ["arn:aws:iam::111122223333:role/Admin"] } }],
    ["targets", { targets: [{ key: "tag:arc", values: ["yes"] }] }],
  ])("an association with another %s", (setting, change) => {
    expect(withAssociation(change)).toEqual([
      expect.stringMatching(new RegExp(`^association .*: its ${setting} is not what is declared`)),
    ]);
  });

  test("an association whose run failed, also where it failed on some instances only", () => {
    expect(withAssociation({ status: "Failed" })).toEqual([expect.stringMatching(/its last run failed/)]);
    expect(withAssociation({ targetsByStatus: { Success: 4, Failed: 1 } })).toEqual([
      expect.stringMatching(/its last run failed.*\[Success \| Success \(Success: 4, Failed: 1\)\]/),
    ]);
  });

  test("an instance profile that is gone, or has no role", () => {
    expect(found(() => ({ instanceProfile: { value: undefined } }))).toEqual([
      expect.stringMatching(/^instance profile Ours: it does not exist/),
    ]);
    expect(found(() => ({ instanceProfile: { value: [] } }))).toEqual([
      expect.stringMatching(/^instance profile Ours: it has no role/),
    ]);
  });

  test("that something could not be read", () => {
    const unread = "AccessDeniedException: ssm:GetDocument";
    expect(found(({ documents }) => ({ documents: new Map([...documents, [document, { unread }] as const]) }))).toEqual(
      [expect.stringMatching(/^document .* in eu-west-1: it could not be read .*ssm:GetDocument/)],
    );
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
    expect(found).toEqual([expect.stringMatching(/offering DefenderForServersAws is gone: the plan is off/)]);
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
    expect(found[0]).toMatch(/DefenderCspmAws.databasesDspm.enabled is not what is declared \[true \| false\]/);
  });

  test("scan settings that somebody changed in the portal", () => {
    const found = findings(
      withConnector((connector) => [
        {
          ...connector,
          properties: {
            ...connector.properties,
            environmentData: { environmentType: "AwsAccount", regions: ["eu-west-1"] },
          },
        },
      ]),
    );
    expect(found).toEqual([
      expect.stringMatching(/environmentData\.regions is not what is declared \[empty \| eu-west-1\]/),
    ]);
  });

  test("a connector of one account that somebody made that of an organization", () => {
    const organizationalData = { organizationMembershipType: "Organization", stacksetName: "X" };
    const found = findings(
      withConnector((connector) => [
        {
          ...connector,
          properties: {
            ...connector.properties,
            environmentData: { environmentType: "AwsAccount", regions: [], organizationalData },
          },
        },
      ]),
    );
    expect(found).toEqual([expect.stringMatching(/it is that of an organization.*stacksetName/)]);
  });

  test("a connector of another account, or at another location", () => {
    const found = findings(
      withConnector((connector) => [
        {
          ...connector,
          location: "northeurope",
          properties: { ...connector.properties, hierarchyIdentifier: "999988887777" },
        },
      ]),
    );
    expect(found).toEqual([
      expect.stringMatching(/its location is not what is declared \[westeurope \| northeurope\]/),
      expect.stringMatching(/hierarchyIdentifier is not what is declared \[111122223333 \| 999988887777\]/),
    ]);
  });

  test("what to do, which depends on whether the engine sees the portal", () => {
    const remedies = (engine: "azapi" | "templateDeployment") => {
      const props = { ...PROPS, engine };
      const facts = withConnector((connector) => [
        { ...connector, properties: { ...connector.properties, offerings: [] } },
      ]);
      return checkOnboarding(read(ACCOUNT_ONBOARDING, props).value, facts).findings.map(({ remedy }) => remedy);
    };
    expect(new Set(remedies("azapi"))).toEqual(new Set([expect.stringMatching(/^run terraform plan: it shows/)]));
    expect(remedies("templateDeployment")[0]).toMatch(/^terraform plan does not show it.*-replace/);
  });

  test("a plan that nobody declared", () => {
    const props = { ...PROPS, plans: { servers: { subPlan: "P2" } } } as const;
    const { connectors } = deployedAccount({ ...PROPS, plans: { servers: { subPlan: "P2" }, databases: {} } });
    const found = findings({ ...deployedAccount(props), connectors }, props);
    expect(found).toEqual([expect.stringMatching(/offering DefenderForDatabasesAws is there, which nothing declares/)]);
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
      ({ subject, wrong, expected, found: what }) => `${subject}: ${wrong} [${expected} | ${what}]`,
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

  test("is found without automatic deployment", () => {
    expect(found(facts({ isAutoDeployed: false }))).toEqual([
      expect.stringMatching(/StackSet DefenderForCloud: automatic deployment is off/),
    ]);
  });

  test("is found with a StackSet that is not active, another parameter, and without its tags", () => {
    const tagged = { ...props, tags: { owner: "security" } };
    const changed = {
      ...facts({
        status: "DELETED",
        parameters: Object.fromEntries(
          Object.entries(healthy.stackSet.parameters).map(([name, value], index) => [name, index ? value : "Other"]),
        ),
      }),
      ...deployedOrganization(tagged),
      connectors: { value: [...deployedOrganization(tagged).connectors.value, ...connectors.value.slice(1)] },
    };
    const { findings: all } = checkOnboarding(read(ORGANIZATION_ONBOARDING, tagged).value, changed);
    expect(all.map(({ wrong }) => wrong)).toEqual(
      expect.arrayContaining([
        "it is not active",
        expect.stringMatching(/^its parameter \w+ is not what is declared/),
        "its tag owner is not what is declared",
      ]),
    );
  });

  test("says what it did not look at, without a role in the members", () => {
    expect(checkOnboarding(read(ORGANIZATION_ONBOARDING, props).value, facts({})).unchecked).toEqual([
      expect.stringMatching(
        /^identity providers, roles and automations inside the member accounts: give --member-role/,
      ),
    ]);
  });

  describe("with a role in the members", () => {
    const all: OrganizationOnboardingProps = {
      ...props,
      tags: { owner: "security" },
      roles: {
        all: { path: "/security/", permissionsBoundaryArn: `arn:aws:iam::${ACCOUNT.awsAccountId}:policy/Boundary` },
        cspmMonitor: { maxSessionDurationSeconds: 7200 },
      },
    };
    let inMember: AccountFacts;
    beforeAll(async () => {
      inMember = await deployedMember(all, member.id);
    });
    const insideFindings = (change: Partial<AccountFacts>): string[] => {
      const deployed = deployedOrganization(all);
      const given: OnboardingFacts = {
        ...deployed,
        connectors: { value: [...deployed.connectors.value, ...connectors.value.slice(1)] },
        organization: {
          accounts,
          stackSet: { value: { ...deployed.stackSet, instances: [instance] } },
          insideMembers: new Map([[member.id, { value: { ...inMember, ...change } }]]),
        },
      };
      const { findings: every, unchecked } = checkOnboarding(read(ORGANIZATION_ONBOARDING, all).value, given);
      expect(unchecked).toEqual([]);
      return every.map(({ subject, wrong, remedy }) => `${subject}: ${wrong} (${remedy})`);
    };

    test("has no findings as the StackSet's stack makes it there", () => {
      expect(insideFindings({})).toEqual([]);
    });

    test("is found with a role that somebody deleted there", () => {
      expect(
        insideFindings({ roles: new Map([...inMember.roles].filter(([name]) => name !== "CspmMonitorAws")) }),
      ).toEqual([
        expect.stringMatching(
          /^member account 444455556666 \(workload\), role CspmMonitorAws: it does not exist \(delete the account's stack instance/,
        ),
      ]);
    });

    test("is found with a policy that somebody changed there, which neither Terraform nor CloudFormation sees", () => {
      const roles = JSON.parse(
        JSON.stringify([...inMember.roles]).replaceAll("ec2:CreateSnapshot", "ec2:TerminateInstances"),
      ) as [string, Reading<RoleFacts>][];
      expect(insideFindings({ roles: new Map(roles) })).toContainEqual(
        expect.stringMatching(/^member account 444455556666 \(workload\), policy .*not declared \(change it back/),
      );
    });

    test("is found with a document of Systems Manager that is gone there", () => {
      const region = ACCOUNT.awsRegion;
      const automation = valueOf({ value: inMember.automations.get(region) });
      expect(
        insideFindings({ automations: new Map([[region, { ...automation, documents: new Map() }]]) }),
      ).toHaveLength(automation.documents.size);
    });

    test("is found with a member where the role cannot be assumed", () => {
      const unread = "AccessDenied: sts:AssumeRole";
      const organization = { accounts, stackSet: facts({}).organization?.stackSet ?? { unread } };
      expect(
        found({ ...facts({}), organization: { ...organization, insideMembers: new Map([[member.id, { unread }]]) } }),
      ).toEqual([
        expect.stringMatching(/^member account 444455556666 \(workload\): it could not be read .*AssumeRole/),
      ]);
    });
  });

  test("is found with another template", () => {
    expect(found(facts({ template: healthy.stackSet.template.replace("sts:AssumeRole", "sts:TagSession") }))).toEqual([
      expect.stringMatching(/its template is not the one of the configuration/),
    ]);
  });

  test("without its connector has no findings about the external id, which nothing else knows", () => {
    expect(found({ ...facts({}), connectors: { value: connectors.value.slice(1) } })).toEqual([
      expect.stringMatching(/^connector aws-production: it does not exist/),
    ]);
  });

  test("is found with a member that Defender has not connected", () => {
    expect(found({ ...facts({}), connectors: healthy.connectors })).toEqual([
      expect.stringMatching(/member account 444455556666.*made no connector/),
    ]);
  });
});

import { connectorProperties } from "../../modules/azure-connector";
import { offeringsOf, roleUses } from "../../modules/plans";
import { resolvePlans } from "../../modules";
import type { ServersPlan, DefenderPlans } from "../../modules";
import type { Offering } from "../../modules/plans";
import { EXTERNAL_ID, rolesFor, withExternalId } from "../support/account-environment";
import { connectorSchemaErrors, roleArnsIn } from "../support/connector-schema";
import { roleArn } from "../support/offerings";
import { CIEM, OPEN_SOURCE_DATABASES, SELECTIONS } from "../support/plan-selections";
import { ACCOUNT } from "../support/synth";

const SCOPE =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/arc/providers/Microsoft.HybridCompute/privateLinkScopes/arc";

function offerings(plans: DefenderPlans): Offering[] {
  return offeringsOf(withExternalId(plans), rolesFor(plans, "default").context.roleArn);
}

/** The offering that a plan adds to foundational CSPM. */
function offering(plans: DefenderPlans): Offering | undefined {
  const [foundational, added, ...others] = offerings(plans);
  expect(foundational?.offeringType).toBe("CspmMonitorAws");
  expect(others).toEqual([]);
  return added;
}

describe.each(Object.entries(SELECTIONS))("the offerings of %s", (_, plans) => {
  const body = connectorProperties({ awsAccountId: ACCOUNT.awsAccountId, offerings: offerings(plans) });

  test("are valid against the strict schema", () => {
    expect(connectorSchemaErrors(body)).toEqual([]);
  });

  test("name the roles of the selection, and no other", () => {
    const named = roleUses(resolvePlans(plans)).flatMap(({ role, field }) => (field ? [role] : []));
    const { roleArn } = rolesFor(plans, "default").context;
    expect(new Set(roleArnsIn(body.offerings))).toEqual(new Set(named.map((role) => roleArn(role))));
  });

  test("hold nothing that is undefined, so that both engines write the same JSON", () => {
    expect(JSON.parse(JSON.stringify(body))).toStrictEqual(body);
  });
});

describe("foundational CSPM", () => {
  test("is the whole connector where no plan is selected", () => {
    expect(offerings({})).toEqual([
      { offeringType: "CspmMonitorAws", nativeCloudConnection: { cloudRoleArn: roleArn("CspmMonitorAws") } },
    ]);
  });
});

describe("a plan whose features are all off", () => {
  test("says so for Defender CSPM, feature by feature", () => {
    expect(offering(SELECTIONS["Defender CSPM without features"] ?? {})).toEqual({
      offeringType: "DefenderCspmAws",
      vmScanners: { enabled: false },
      dataSensitivityDiscovery: { enabled: false },
      databasesDspm: { enabled: false },
      mdcContainersImageAssessment: { enabled: false },
      mdcContainersAgentlessDiscoveryK8s: { enabled: false },
    });
  });

  test("says so for Servers, and keeps the role for just-in-time access", () => {
    expect(offering(SELECTIONS["Servers without features"] ?? {})).toEqual({
      offeringType: "DefenderForServersAws",
      defenderForServers: { cloudRoleArn: roleArn("DefenderForCloud-DefenderForServers") },
      arcAutoProvisioning: { enabled: false },
      vaAutoProvisioning: { enabled: false },
      mdeAutoProvisioning: { enabled: false, configuration: {} },
      subPlan: { type: "P2" },
      vmScanners: { enabled: false },
    });
  });

  test("says so for Containers, and leaves the log pipeline out", () => {
    expect(offering(SELECTIONS["Containers without features"] ?? {})).toEqual({
      offeringType: "DefenderForContainersAws",
      enableAuditLogsAutoProvisioning: false,
      enableDefenderAgentAutoProvisioning: false,
      enablePolicyAgentAutoProvisioning: false,
      mdcContainersImageAssessment: { enabled: false },
      mdcContainersAgentlessDiscoveryK8s: { enabled: false },
      vmScanners: { enabled: false },
    });
  });

  test("says so for Databases", () => {
    expect(offering(SELECTIONS["Databases without features"] ?? {})).toEqual({
      offeringType: "DefenderForDatabasesAws",
      arcAutoProvisioning: { enabled: false },
      rds: { enabled: false },
      databasesDspm: { enabled: false },
    });
  });
});

describe("each field of an offering", () => {
  const cspm = (features: DefenderPlans["defenderCspm"]) => offering({ defenderCspm: features });
  const servers = (features: Partial<ServersPlan>) => offering({ servers: { subPlan: "P2", ...features } });
  const containers = (features: DefenderPlans["containers"]) => offering({ containers: features });
  const databases = (features: DefenderPlans["databases"]) => offering({ databases: features });
  const scanner = roleArn("DefenderForCloud-AgentlessScanner");
  const arc = roleArn("DefenderForCloud-ArcAutoProvisioning");

  test.each([
    ["Defender CSPM", cspm({ agentlessMachineScanning: true })],
    ["Servers P2", servers({ agentlessMachineScanning: true })],
    ["Containers", containers({ agentlessMachineScanning: true })],
  ])("vmScanners of %s scans in the default mode with the scanner's role", (_, found) => {
    expect(found).toMatchObject({
      vmScanners: { enabled: true, cloudRoleArn: scanner, configuration: { scanningMode: "Default" } },
    });
  });

  test.each([
    ["Defender CSPM", cspm({ agentlessMachineScanning: { exclusionTags: { scan: "no" } } })],
    ["Servers P2", servers({ agentlessMachineScanning: { exclusionTags: { scan: "no" } } })],
    ["Containers", containers({ agentlessMachineScanning: { exclusionTags: { scan: "no" } } })],
  ])("vmScanners.configuration.exclusionTags of %s is a map from tag name to value", (_, found) => {
    expect(found).toMatchObject({ vmScanners: { configuration: { exclusionTags: { scan: "no" } } } });
  });

  test("dataSensitivityDiscovery and databasesDspm of Defender CSPM have their own roles", () => {
    expect(cspm({})).toMatchObject({
      dataSensitivityDiscovery: { enabled: true, cloudRoleArn: roleArn("SensitiveDataDiscovery") },
      databasesDspm: { enabled: true, cloudRoleArn: roleArn("DefenderForCloud-DataSecurityPostureDB") },
    });
  });

  test("ciem names both roles and the application, and is absent where CIEM is off: it has no switch", () => {
    expect(cspm({ ciem: CIEM })).toMatchObject({
      ciem: {
        ciemDiscovery: { cloudRoleArn: roleArn("DefenderForCloud-Ciem") },
        ciemOidc: {
          cloudRoleArn: roleArn("DefenderForCloud-OidcCiem"),
          azureActiveDirectoryAppName: "mciem-aws-oidc-connector",
        },
      },
    });
    expect(cspm({})).not.toHaveProperty("ciem");
  });

  test.each([
    ["Defender CSPM", cspm({})],
    ["Containers", containers({})],
  ])("mdcContainers* of %s share the container roles", (_, found) => {
    expect(found).toMatchObject({
      mdcContainersImageAssessment: { enabled: true, cloudRoleArn: roleArn("MDCContainersImageAssessmentRole") },
      mdcContainersAgentlessDiscoveryK8s: {
        enabled: true,
        cloudRoleArn: roleArn("MDCContainersAgentlessDiscoveryK8sRole"),
      },
    });
  });

  test.each(["P1", "P2"] as const)("subPlan is an object that holds %s", (subPlan) => {
    expect(offering({ servers: { subPlan } })).toMatchObject({ subPlan: { type: subPlan } });
  });

  test("vmScanners of Servers P1 is off", () => {
    expect(offering({ servers: { subPlan: "P1" } })).toMatchObject({ vmScanners: { enabled: false } });
  });

  test.each([
    ["Servers", servers({}), servers({ arcAutoProvisioning: { proxy: "http://proxy:8080", privateLinkScope: SCOPE } })],
    [
      "Databases",
      databases({}),
      databases({ sqlServersOnMachines: { proxy: "http://proxy:8080", privateLinkScope: SCOPE } }),
    ],
  ])("arcAutoProvisioning of %s takes a proxy and a private link scope", (_, plain, configured) => {
    expect(plain).toMatchObject({ arcAutoProvisioning: { enabled: true, cloudRoleArn: arc, configuration: {} } });
    expect(configured).toMatchObject({
      arcAutoProvisioning: { configuration: { proxy: "http://proxy:8080", privateLinkScope: SCOPE } },
    });
  });

  test.each(["TVM", "Qualys"] as const)("vaAutoProvisioning installs %s", (type) => {
    expect(servers({ vulnerabilityAssessment: type })).toMatchObject({
      vaAutoProvisioning: { enabled: true, configuration: { type } },
    });
  });

  test("mdeAutoProvisioning is on by default, with an empty configuration as every sample has it", () => {
    expect(servers({})).toMatchObject({ mdeAutoProvisioning: { enabled: true, configuration: {} } });
  });

  test("the log pipeline has its four roles, retention and external id", () => {
    expect(containers({ auditLogCollection: { retentionDays: 90 } })).toMatchObject({
      enableAuditLogsAutoProvisioning: true,
      kubernetesService: { cloudRoleArn: roleArn("MDCContainersK8sRole") },
      kubernetesDataCollection: { cloudRoleArn: roleArn("MDCContainersK8sDataCollectionRole") },
      cloudWatchToKinesis: { cloudRoleArn: roleArn("MDCContainersK8sCloudWatchToKinesisRole") },
      kinesisToS3: { cloudRoleArn: roleArn("MDCContainersK8sKinesisToS3Role") },
      kubeAuditRetentionTime: 90,
      dataCollectionExternalId: EXTERNAL_ID,
    });
  });

  test("kubeAuditRetentionTime is 30 days unless the selection says otherwise", () => {
    expect(containers({})).toMatchObject({ kubeAuditRetentionTime: 30 });
  });

  test.each([
    ["enableDefenderAgentAutoProvisioning", { sensorProvisioning: false }],
    ["enablePolicyAgentAutoProvisioning", { policyAddOnProvisioning: false }],
    ["enableAuditLogsAutoProvisioning", { auditLogCollection: false }],
  ] as const)("%s follows its feature alone", (field, off) => {
    const switches = {
      enableAuditLogsAutoProvisioning: true,
      enableDefenderAgentAutoProvisioning: true,
      enablePolicyAgentAutoProvisioning: true,
    };
    expect(containers({})).toMatchObject(switches);
    expect(containers(off)).toMatchObject({ ...switches, [field]: false });
  });

  test("rds has its role, and brings the databases posture along as the portal does", () => {
    expect(databases({ openSourceDatabases: OPEN_SOURCE_DATABASES })).toMatchObject({
      rds: { enabled: true, cloudRoleArn: roleArn("DefenderForCloud-DataThreatProtectionDB") },
      databasesDspm: { enabled: true, cloudRoleArn: roleArn("DefenderForCloud-DataSecurityPostureDB") },
    });
  });

  test("takes the ARN of a role that was renamed, moved to a path or made by somebody else", () => {
    const plans: DefenderPlans = { servers: { subPlan: "P1" } };
    const { context } = rolesFor(plans, "default", {
      all: { path: "/security/" },
      defenderForServers: { name: "JustInTime" },
      arcAutoProvisioning: { existingRoleArn: roleArn("shared/Arc") },
    });
    const [foundational, found] = offeringsOf(resolvePlans(plans), context.roleArn);
    expect(foundational).toMatchObject({ nativeCloudConnection: { cloudRoleArn: roleArn("security/CspmMonitorAws") } });
    expect(found).toMatchObject({
      defenderForServers: { cloudRoleArn: roleArn("security/JustInTime") },
      arcAutoProvisioning: { cloudRoleArn: roleArn("shared/Arc") },
    });
  });
});

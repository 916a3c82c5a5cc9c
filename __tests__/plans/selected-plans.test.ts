import { InputError, resolvePlans } from "../../modules";
import type { DefenderPlans } from "../../modules";
import { CIEM, OPEN_SOURCE_DATABASES } from "../support/plan-selections";

describe("a selection of plans", () => {
  test("leaves every plan off that is not named", () => {
    expect(resolvePlans({})).toEqual({ defenderCspm: false, servers: false, containers: false, databases: false });
  });

  test("fills in what the portal switches on", () => {
    expect(resolvePlans({ defenderCspm: {}, servers: { subPlan: "P2" }, containers: {}, databases: {} })).toEqual({
      defenderCspm: {
        agentlessMachineScanning: {},
        sensitiveDataDiscovery: true,
        databasesPosture: true,
        ciem: false,
        agentlessKubernetesDiscovery: true,
        containerImageAssessment: true,
        securityFindings: false,
        serverlessPosture: false,
        serverlessContainers: false,
      },
      servers: {
        subPlan: "P2",
        arcAutoProvisioning: {},
        defenderForEndpoint: true,
        vulnerabilityAssessment: "TVM",
        agentlessMachineScanning: {},
      },
      containers: {
        auditLogCollection: { retentionDays: 30 },
        sensorProvisioning: true,
        policyAddOnProvisioning: true,
        containerImageAssessment: true,
        agentlessKubernetesDiscovery: true,
        agentlessMachineScanning: {},
        securityFindings: false,
        securityGating: false,
        antiMalware: false,
      },
      databases: { sqlServersOnMachines: {}, openSourceDatabases: false, databasesPosture: false },
    });
  });

  test("leaves agentless scanning off with P1, where it is not included", () => {
    expect(resolvePlans({ servers: { subPlan: "P1" } }).servers).toMatchObject({ agentlessMachineScanning: false });
  });
});

describe("a wrong selection", () => {
  const refused = (plans: unknown) => () => resolvePlans(plans as DefenderPlans);

  test("fails for agentless scanning with P1", () => {
    expect(refused({ servers: { subPlan: "P1", agentlessMachineScanning: true } })).toThrow(
      'plans.servers.agentlessMachineScanning: true is not allowed; it needs sub-plan P2: set plans.servers.subPlan to "P2" or leave it out',
    );
  });

  test("fails for an unknown plan", () => {
    expect(refused({ storage: {} })).toThrow(
      "plans.storage: {} is not allowed; no such prop: plans has: defenderCspm, servers, containers, databases",
    );
  });

  test.each([undefined, null, "all", []])("fails for %p in place of the plans", (plans) => {
    expect(refused(plans)).toThrow(
      "is not allowed; expected an object with: defenderCspm, servers, containers, databases",
    );
  });

  test.each([true, "on", []])("fails for %p in place of a plan's features", (plan) => {
    expect(refused({ defenderCspm: plan })).toThrow(
      "is not allowed; expected an object with: agentlessMachineScanning,",
    );
  });

  test("fails for an unknown feature", () => {
    expect(refused({ containers: { imageAssessment: true } })).toThrow(
      "plans.containers.imageAssessment: true is not allowed; no such prop: plans.containers has: auditLogCollection, sensorProvisioning,",
    );
  });

  test("fails for an unknown setting of a feature", () => {
    expect(refused({ servers: { subPlan: "P2", arcAutoProvisioning: { httpProxy: "x" } } })).toThrow(
      'plans.servers.arcAutoProvisioning.httpProxy: "x" is not allowed; no such prop: plans.servers.arcAutoProvisioning has: proxy, privateLinkScope',
    );
  });

  test("fails for a switch that is no boolean", () => {
    expect(refused({ defenderCspm: { databasesPosture: "yes" } })).toThrow(
      'plans.defenderCspm.databasesPosture: "yes" is not allowed; allowed: true, false',
    );
  });

  test("fails for an unknown sub-plan", () => {
    expect(refused({ servers: { subPlan: "P3" } })).toThrow(
      'plans.servers.subPlan: "P3" is not allowed; allowed: "P1", "P2"',
    );
  });

  test("fails for an unknown assessment engine", () => {
    expect(refused({ servers: { subPlan: "P1", vulnerabilityAssessment: "Nessus" } })).toThrow(
      'plans.servers.vulnerabilityAssessment: "Nessus" is not allowed; allowed: false, "TVM", "Qualys"',
    );
  });

  test("fails for a retention that CloudWatch Logs does not accept", () => {
    expect(refused({ containers: { auditLogCollection: { retentionDays: 31 } } })).toThrow(
      "plans.containers.auditLogCollection.retentionDays: 31 is not allowed; allowed: 1, 3, 5, 7, 14, 30, 60,",
    );
  });

  test("fails for an external id that is not a GUID", () => {
    expect(refused({ containers: { auditLogCollection: { externalId: "secret" } } })).toThrow(
      'plans.containers.auditLogCollection.externalId: "secret" is not allowed; expected a GUID',
    );
  });

  test("fails for an external id that Microsoft has published in a sample", () => {
    expect(
      refused({ containers: { auditLogCollection: { externalId: "a47ae0a2-7bf7-482a-897a-7a139d30736c" } } }),
    ).toThrow(
      "expected a GUID of your own, not one from a public sample of Microsoft's: generate one, or leave it out",
    );
  });

  test("fails for exclusion tags that are no string map", () => {
    expect(refused({ defenderCspm: { agentlessMachineScanning: { exclusionTags: ["lab"] } } })).toThrow(
      'plans.defenderCspm.agentlessMachineScanning.exclusionTags: ["lab"] is not allowed; expected a literal map of strings',
    );
  });

  test("fails for CIEM that is only switched on", () => {
    expect(refused({ defenderCspm: { ciem: true } })).toThrow(
      "plans.defenderCspm.ciem: true is not allowed; CIEM needs its tenant application",
    );
  });

  test("fails for CIEM without the application's subject", () => {
    expect(refused({ defenderCspm: { ciem: { ...CIEM, applicationSubject: undefined } } })).toThrow(
      "plans.defenderCspm.ciem.applicationSubject: undefined is not allowed; expected the object id of Microsoft's service principal for CIEM in your tenant",
    );
  });

  test("fails for CIEM with every bucket", () => {
    expect(refused({ defenderCspm: { ciem: { ...CIEM, cloudTrailBucketName: "*" } } })).toThrow(
      'plans.defenderCspm.ciem.cloudTrailBucketName: "*" is not allowed; expected the name of an S3 bucket',
    );
  });

  test("fails for open-source databases without the trust that Microsoft does not publish", () => {
    expect(refused({ databases: { openSourceDatabases: true } })).toThrow(
      "plans.databases.openSourceDatabases: true is not allowed; Microsoft does not publish the trust",
    );
  });

  test("fails for CIEM with a bucket name that holds IAM's other wildcard", () => {
    expect(refused({ defenderCspm: { ciem: { ...CIEM, cloudTrailBucketName: "log?" } } })).toThrow(
      'plans.defenderCspm.ciem.cloudTrailBucketName: "log?" is not allowed',
    );
  });

  test("fails for CIEM with the application id of the caller, which is the same in every tenant", () => {
    const applicationSubject = "b46c3ac5-9da6-418f-a849-0a07a10b3c6c";
    expect(refused({ defenderCspm: { ciem: { ...CIEM, applicationSubject } } })).toThrow(
      "az ad sp show --id b46c3ac5-9da6-418f-a849-0a07a10b3c6c --query id -o tsv",
    );
  });

  test("fails for CIEM with a subject that is not a GUID", () => {
    expect(refused({ defenderCspm: { ciem: { ...CIEM, applicationSubject: "mciem-app" } } })).toThrow(
      'plans.defenderCspm.ciem.applicationSubject: "mciem-app" is not allowed; expected the object id of Microsoft\'s service principal for CIEM in your tenant, a GUID in lower case',
    );
  });

  test("fails for open-source databases without resources", () => {
    const { trustStatements } = OPEN_SOURCE_DATABASES;
    expect(refused({ databases: { openSourceDatabases: { trustStatements } } })).toThrow(
      "plans.databases.openSourceDatabases.resources: undefined is not allowed; expected a literal list",
    );
  });

  test.each<[unknown, string]>([
    ["*", '.Principal: "*" is not allowed; an Allow with principal "*" grants access to everyone'],
    [{ AWS: ["*"] }, '.Principal.AWS[0]: "*" is not allowed; expected a principal without a wildcard'],
  ])("fails for open-source databases whose role everyone may assume: %j", (Principal, message) => {
    const trustStatements = [{ Effect: "Allow", Action: ["sts:AssumeRole"], Principal }];
    expect(refused({ databases: { openSourceDatabases: { ...OPEN_SOURCE_DATABASES, trustStatements } } })).toThrow(
      `plans.databases.openSourceDatabases.trustStatements[0]${message}`,
    );
  });

  test("fails for open-source databases with a trust that names no principal", () => {
    const trustStatements = [{ Effect: "Allow", Action: ["sts:AssumeRole"] }];
    expect(refused({ databases: { openSourceDatabases: { ...OPEN_SOURCE_DATABASES, trustStatements } } })).toThrow(
      "the statement must name its principal",
    );
  });

  test.each<[string, object, string]>([
    ["with an unknown effect", { Effect: "Permit" }, '[0].Effect: "Permit" is not allowed; allowed: "Allow", "Deny"'],
    ["without an action", { Action: undefined }, "[0].Action: undefined is not allowed; expected a literal list"],
    ["with an unknown key", { NotPrincipal: "*" }, '[0].NotPrincipal: "*" is not allowed;'],
  ])("fails for open-source databases with a trust %s", (_, part, message) => {
    const trustStatements = [{ ...OPEN_SOURCE_DATABASES.trustStatements[0], ...part }];
    expect(refused({ databases: { openSourceDatabases: { ...OPEN_SOURCE_DATABASES, trustStatements } } })).toThrow(
      `plans.databases.openSourceDatabases.trustStatements${message}`,
    );
  });

  test("fails for open-source databases with an audience that their trust does not name", () => {
    const openSourceDatabases = { ...OPEN_SOURCE_DATABASES, audience: "api://another" };
    expect(refused({ databases: { openSourceDatabases } })).toThrow(
      'plans.databases.openSourceDatabases.audience: "api://another" is not allowed; no trust statement names it',
    );
  });

  test.each<[string, unknown, string]>([
    ["proxy", 5, "expected the URL of an HTTP proxy"],
    ["proxy", "proxy.example", "expected the URL of an HTTP proxy"],
    ["privateLinkScope", "scope", "expected the resource id of an Arc private link scope"],
  ])("fails for a %s of %p", (setting, value, message) => {
    expect(refused({ servers: { subPlan: "P1", arcAutoProvisioning: { [setting]: value } } })).toThrow(
      `plans.servers.arcAutoProvisioning.${setting}: ${JSON.stringify(value)} is not allowed; ${message}`,
    );
    expect(refused({ databases: { sqlServersOnMachines: { [setting]: value } } })).toThrow(
      `plans.databases.sqlServersOnMachines.${setting}: ${JSON.stringify(value)} is not allowed; ${message}`,
    );
  });

  test("fails for CIEM with a subject in capitals, which IAM would compare with the token's small letters", () => {
    const applicationSubject = "AAAABBBB-CCCC-4DDD-8EEE-FFFF00001111";
    expect(refused({ defenderCspm: { ciem: { ...CIEM, applicationSubject } } })).toThrow("a GUID in lower case");
  });

  test("throws an InputError", () => {
    expect(refused({ servers: {} })).toThrow(InputError);
  });
});

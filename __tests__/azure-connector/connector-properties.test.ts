import { connectorProperties } from "../../modules";
import type { ConnectorContent, Offering } from "../../modules";
import { connectorSchemaErrors } from "../support/connector-schema";
import { EXTERNAL_ID } from "../support/account-environment";
import { auditLogs, CSPM, roleArn } from "../support/offerings";
import { ACCOUNT } from "../support/synth";

const SERVERS = {
  offeringType: "DefenderForServersAws",
  defenderForServers: { cloudRoleArn: roleArn("Servers") },
} as const;
const AUDIT_LOGS = auditLogs(EXTERNAL_ID);
const OPEN_SOURCE_DATABASES: Offering = {
  offeringType: "DefenderForDatabasesAws",
  rds: { enabled: true, cloudRoleArn: roleArn("Rds") },
};

function properties(content: Partial<ConnectorContent> = {}) {
  return connectorProperties({ awsAccountId: ACCOUNT.awsAccountId, offerings: [CSPM], ...content });
}

describe("the properties of a connector", () => {
  test("are those of a single account unless an organization is named", () => {
    expect(properties()).toEqual({
      hierarchyIdentifier: ACCOUNT.awsAccountId,
      environmentName: "AWS",
      environmentData: { environmentType: "AwsAccount", regions: [] },
      offerings: [CSPM],
    });
  });

  test("say that all regions are scanned by an empty list, so that a later widening is a visible change", () => {
    expect(properties().environmentData.regions).toEqual([]);
  });

  test("carry regions and scan interval", () => {
    const { environmentData } = properties({ scanRegions: ["eu-central-1", "us-east-1"], scanIntervalHours: 6 });
    expect(environmentData).toEqual({
      environmentType: "AwsAccount",
      regions: ["eu-central-1", "us-east-1"],
      scanInterval: 6,
    });
  });

  test("carry the StackSet and the members that are left out", () => {
    const body = properties({ organization: { stackSetName: "Defender-1", excludedAccountIds: ["222233334444"] } });
    expect(body.environmentData.organizationalData).toEqual({
      organizationMembershipType: "Organization",
      stacksetName: "Defender-1",
      excludedAccountIds: ["222233334444"],
    });
    expect(connectorSchemaErrors(body)).toEqual([]);
  });

  test("say that no member is left out by an empty list", () => {
    expect(properties({ organization: { stackSetName: "Defender" } }).environmentData).toMatchObject({
      organizationalData: { excludedAccountIds: [] },
    });
  });

  test.each([4, 6, 12, 24] as const)("accept a scan interval of %i hours", (scanIntervalHours) => {
    expect(connectorSchemaErrors(properties({ scanIntervalHours }))).toEqual([]);
  });
});

describe("a connector that the service would refuse", () => {
  const refused = (content: unknown) => () => properties(content as Partial<ConnectorContent>);

  test("fails for an offering that is given twice", () => {
    expect(refused({ offerings: [CSPM, CSPM] })).toThrow(
      'offerings: "CspmMonitorAws" is not allowed; each offering is given at most once',
    );
  });

  test("fails without foundational CSPM", () => {
    expect(refused({ offerings: [SERVERS] })).toThrow(
      'offerings: ["DefenderForServersAws"] is not allowed; CspmMonitorAws is part of every connector: add it',
    );
  });

  test("fails for a role of another account", () => {
    const foreign = roleArn("Cspm", "999988887777");
    expect(refused({ offerings: [{ ...CSPM, nativeCloudConnection: { cloudRoleArn: foreign } }] })).toThrow(
      `offerings.CspmMonitorAws.nativeCloudConnection.cloudRoleArn: "${foreign}" is not allowed; expected the ARN of an IAM role, for instance "arn:aws:iam::111122223333:role/Name", in account ${ACCOUNT.awsAccountId}`,
    );
  });

  test("fails for the name of a role in place of its ARN", () => {
    expect(refused({ offerings: [{ ...CSPM, nativeCloudConnection: { cloudRoleArn: "Cspm" } }] })).toThrow(
      'offerings.CspmMonitorAws.nativeCloudConnection.cloudRoleArn: "Cspm" is not allowed; expected the ARN of an IAM role',
    );
  });

  test("fails for a nested role of another account", () => {
    const ciem = {
      ciemDiscovery: { cloudRoleArn: roleArn("Ciem") },
      ciemOidc: { cloudRoleArn: roleArn("Oidc", "999988887777"), azureActiveDirectoryAppName: "app" },
    };
    expect(refused({ offerings: [CSPM, { offeringType: "DefenderCspmAws", ciem }] })).toThrow(
      "offerings.DefenderCspmAws.ciem.ciemOidc.cloudRoleArn:",
    );
  });

  test("fails for a feature that is on without its role", () => {
    const databases = { offeringType: "DefenderForDatabasesAws", rds: { enabled: true } };
    expect(refused({ offerings: [CSPM, databases] })).toThrow(
      "offerings.DefenderForDatabasesAws.rds.cloudRoleArn: undefined is not allowed; a feature that is enabled needs the ARN of its role",
    );
  });

  test("accepts the two rollouts that have no role", () => {
    const servers = { ...SERVERS, vaAutoProvisioning: { enabled: true }, mdeAutoProvisioning: { enabled: true } };
    expect(refused({ offerings: [CSPM, servers] })).not.toThrow();
  });

  test("fails for agentless scanning with P1", () => {
    const vmScanners = { enabled: true, cloudRoleArn: roleArn("Scanner") };
    expect(refused({ offerings: [CSPM, { ...SERVERS, subPlan: { type: "P1" }, vmScanners }] })).toThrow(
      "offerings.DefenderForServersAws.vmScanners.enabled: true is not allowed; it needs sub-plan P2",
    );
  });

  test.each(["kubernetesService", "kubernetesDataCollection", "cloudWatchToKinesis", "kinesisToS3"])(
    "fails for audit logs without the role %s",
    (role) => {
      expect(refused({ offerings: [CSPM, { ...AUDIT_LOGS, [role]: undefined }] })).toThrow(
        `offerings.DefenderForContainersAws.${role}.cloudRoleArn: undefined is not allowed; collecting audit logs needs all four roles`,
      );
    },
  );

  test.each(["kubeAuditRetentionTime", "dataCollectionExternalId"])("fails for audit logs without %s", (field) => {
    expect(refused({ offerings: [CSPM, { ...AUDIT_LOGS, [field]: undefined }] })).toThrow(
      `offerings.DefenderForContainersAws.${field}: undefined is not allowed; collecting audit logs needs it`,
    );
  });

  test("fails for a retention of 31 days", () => {
    expect(refused({ offerings: [CSPM, { ...AUDIT_LOGS, kubeAuditRetentionTime: 31 }] })).toThrow(
      "offerings.DefenderForContainersAws.kubeAuditRetentionTime: 31 is not allowed; allowed: 1, 3, 5, 7, 14, 30, 60,",
    );
  });

  test("fails for a region that does not exist", () => {
    expect(refused({ scanRegions: ["eu-central-1", "eu-central-9"] })).toThrow(
      'scanRegions: "eu-central-9" is not allowed; expected the code of an AWS region: af-south-1, ap-east-1,',
    );
  });

  test("fails for a region that is given twice", () => {
    expect(refused({ scanRegions: ["eu-central-1", "eu-central-1"] })).toThrow(
      'scanRegions: "eu-central-1" is not allowed; each region is given at most once',
    );
  });

  test.each(["il-central-1", "eu-south-1", "ap-southeast-3", "eu-south-2", "me-south-1"])(
    "fails for open-source databases with %s, where they are not available",
    (region) => {
      expect(refused({ offerings: [CSPM, OPEN_SOURCE_DATABASES], scanRegions: ["eu-central-1", region] })).toThrow(
        `scanRegions: "${region}" is not allowed; open-source databases are not available in il-central-1, eu-south-1, ap-southeast-3, eu-south-2, me-south-1: leave the region out, or switch plans.databases.openSourceDatabases off`,
      );
    },
  );

  test("accepts those regions without open-source databases", () => {
    const off: Offering = { offeringType: "DefenderForDatabasesAws", rds: { enabled: false } };
    expect(refused({ offerings: [CSPM, off], scanRegions: ["il-central-1"] })).not.toThrow();
  });

  test("fails for a scan interval of 5 hours", () => {
    expect(refused({ scanIntervalHours: 5 })).toThrow("scanIntervalHours: 5 is not allowed; allowed: 4, 6, 12, 24");
  });

  test("fails for the management account among the members that are left out", () => {
    const organization = { stackSetName: "Defender", excludedAccountIds: [ACCOUNT.awsAccountId] };
    expect(refused({ organization })).toThrow(
      `organization.excludedAccountIds: "${ACCOUNT.awsAccountId}" is not allowed; it is the management account: only members can be left out`,
    );
  });

  test("fails for a member that is left out by name", () => {
    const organization = { stackSetName: "Defender", excludedAccountIds: ["sandbox"] };
    expect(refused({ organization })).toThrow(
      'organization.excludedAccountIds: "sandbox" is not allowed; expected an AWS account id of 12 digits',
    );
  });

  test.each(["", "1defender", "defender_roles", "d".repeat(129)])(
    "fails for the StackSet name '%s'",
    (stackSetName) => {
      expect(refused({ organization: { stackSetName } })).toThrow(
        `organization.stackSetName: ${JSON.stringify(stackSetName)} is not allowed; expected the name of a StackSet: a letter, then letters, digits and hyphens, at most 128 characters`,
      );
    },
  );
});

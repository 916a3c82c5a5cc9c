import { AzureConnector } from "../../modules";
import { connectorProperties } from "../../modules/azure-connector";
import type { AzureConnectorProps } from "../../modules";
import type { ConnectorContent } from "../../modules/azure-connector";
import { connectorSchemaErrors } from "../support/connector-schema";
import { CSPM, ROLE_ARNS, roleArn } from "../support/offerings";
import { OPEN_SOURCE_DATABASES } from "../support/plan-selections";
import { ACCOUNT, synth } from "../support/synth";

const { azureSubscriptionId, resourceGroupName, location, connectorName } = ACCOUNT;
const DESTINATION = { azureSubscriptionId, resourceGroupName, location, connectorName };

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
  const refused = (props: unknown) => () =>
    synth(
      (stack) =>
        new AzureConnector(stack, "Connector", {
          ...DESTINATION,
          entraTenantId: ACCOUNT.entraTenantId,
          awsAccountId: ACCOUNT.awsAccountId,
          plans: {},
          roleArns: ROLE_ARNS,
          ...(props as Partial<AzureConnectorProps>),
        }),
    );
  const databases = { openSourceDatabases: OPEN_SOURCE_DATABASES };

  test("fails for a role of another account", () => {
    const foreign = roleArn("Cspm", "999988887777");
    expect(refused({ roleArns: { cspmMonitor: foreign } })).toThrow(
      `roleArns.cspmMonitor: "${foreign}" is not allowed; expected the ARN of a role in account ${ACCOUNT.awsAccountId}`,
    );
  });

  test("fails for the name of a role in place of its ARN", () => {
    expect(refused({ roleArns: { cspmMonitor: "Cspm" } })).toThrow(
      'roleArns.cspmMonitor: "Cspm" is not allowed; expected the ARN of an IAM role',
    );
  });

  test("fails for a feature that is on without its role", () => {
    const roleArns = { ...ROLE_ARNS, dataThreatProtectionDb: undefined };
    expect(refused({ plans: { databases }, roleArns })).toThrow(
      "roleArns.dataThreatProtectionDb: undefined is not allowed; databases.openSourceDatabases needs the role: give its ARN",
    );
  });

  test("fails for a misspelled key of a role, and names the right one", () => {
    const { cspmMonitor, ...others } = ROLE_ARNS;
    expect(refused({ roleArns: { ...others, cspmMonitr: cspmMonitor } })).toThrow(
      /^roleArns.cspmMonitr: .* is not allowed; no such prop: did you mean cspmMonitor\?/,
    );
  });

  test("fails for audit logs without an external id, which the trust of the role has, too", () => {
    expect(refused({ plans: { containers: {} } })).toThrow(
      "plans.containers.auditLogCollection.externalId: undefined is not allowed; the trust of the role containersDataCollection",
    );
  });

  test("fails for what is no region", () => {
    expect(refused({ scanRegions: ["eu-central-1", "frankfurt"] })).toThrow(
      'scanRegions[1]: "frankfurt" is not allowed; expected the code of an AWS region, for instance "eu-central-1"',
    );
  });

  test("fails for an availability zone", () => {
    expect(refused({ scanRegions: ["eu-central-1a"] })).toThrow('(not an availability zone such as "eu-central-1a")');
  });

  test("accepts a region that AWS may open later", () => {
    expect(refused({ scanRegions: ["eu-west-9"] })).not.toThrow();
  });

  test("fails for a region that is given twice", () => {
    expect(refused({ scanRegions: ["eu-central-1", "eu-central-1"] })).toThrow(
      'scanRegions[1]: "eu-central-1" is not allowed; each region is given at most once',
    );
  });

  test.each(["il-central-1", "eu-south-1", "ap-southeast-3", "eu-south-2", "me-south-1"])(
    "fails for open-source databases with %s, where they are not available",
    (region) => {
      expect(refused({ plans: { databases }, scanRegions: ["eu-central-1", region] })).toThrow(
        `scanRegions: "${region}" is not allowed; open-source databases are not available in il-central-1, eu-south-1, ap-southeast-3, eu-south-2, me-south-1: leave the region out, or switch plans.databases.openSourceDatabases off`,
      );
    },
  );

  test("accepts those regions without open-source databases", () => {
    expect(refused({ plans: { databases: {} }, scanRegions: ["il-central-1"] })).not.toThrow();
  });

  test("fails for a scan interval of 5 hours", () => {
    expect(refused({ scanIntervalHours: 5 })).toThrow("scanIntervalHours: 5 is not allowed; allowed: 4, 6, 12, 24");
  });

  test("fails for the management account among the members that are left out", () => {
    const organization = { stackSetName: "Defender", excludedAccountIds: [ACCOUNT.awsAccountId] };
    expect(refused({ organization })).toThrow(
      `organization.excludedAccountIds: "${ACCOUNT.awsAccountId}" is not allowed; it is the management account: only member accounts can be excluded`,
    );
  });

  test("fails for a member that is left out by name", () => {
    const organization = { stackSetName: "Defender", excludedAccountIds: ["sandbox"] };
    expect(refused({ organization })).toThrow(
      'organization.excludedAccountIds[0]: "sandbox" is not allowed; expected an AWS account id of 12 digits',
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

import { connectorProperties } from "../../modules/azure-connector";
import { offeringsOf } from "../../modules/plans";
import { connectorSchemaErrors } from "./connector-schema";
import { withExternalId } from "./account-environment";
import { SELECTIONS } from "./plan-selections";
import { ACCOUNT } from "./synth";

/** A connector with everything in it, as loose JSON that a test can spoil. */
function connector() {
  const offerings = offeringsOf(
    withExternalId(SELECTIONS["all together"] ?? {}),
    (role) => `arn:aws:iam::${ACCOUNT.awsAccountId}:role/${role}`,
  );
  const properties = JSON.parse(
    JSON.stringify(
      connectorProperties({
        awsAccountId: ACCOUNT.awsAccountId,
        offerings,
        organization: { stackSetName: "defender" },
        scanIntervalHours: 12,
      }),
    ),
  ) as Loose;
  const offering = (type: string) =>
    (properties.offerings as Loose[]).find(({ offeringType }) => offeringType === type) ?? {};
  return { properties, environment: properties.environmentData as Loose, offering };
}

type Loose = Record<string, unknown>;

/** The errors after a change to one connector. */
function errorsAfter(spoil: (parts: ReturnType<typeof connector>) => void): string {
  const parts = connector();
  spoil(parts);
  return connectorSchemaErrors(parts.properties).join("\n");
}

describe("the strict schema of a connector", () => {
  test("accepts a connector with everything in it", () => {
    expect(connectorSchemaErrors(connector().properties)).toEqual([]);
  });

  test.each<[string, string, (parts: ReturnType<typeof connector>) => void]>([
    ["a field that does not exist", "additional properties", ({ properties }) => (properties.etag = "1")],
    [
      "a name in place of the account",
      "/hierarchyIdentifier",
      ({ properties }) => (properties.hierarchyIdentifier = "prod"),
    ],
    ["a region that does not exist", "/regions/0", ({ environment }) => (environment.regions = ["eu-central-9"])],
    ["a scan interval of 5 hours", "/scanInterval", ({ environment }) => (environment.scanInterval = 5)],
    [
      "an organization without its StackSet",
      "stacksetName",
      ({ environment }) => (environment.organizationalData = { organizationMembershipType: "Organization" }),
    ],
    ["no foundational CSPM", "contain at least 1", ({ properties }) => (properties.offerings as Loose[]).shift()],
    [
      "an offering twice",
      "no more than 1",
      ({ properties, offering }) => (properties.offerings as Loose[]).push(offering("DefenderCspmAws")),
    ],
    [
      "an unknown offering",
      "value of tag",
      ({ offering }) => (offering("DefenderCspmAws").offeringType = "DefenderForApisAws"),
    ],
    [
      "a switch that is not said",
      "/rds must have required property 'enabled'",
      ({ offering }) => (offering("DefenderForDatabasesAws").rds = {}),
    ],
    [
      "a feature that is on without its role",
      "/rds must have required property 'cloudRoleArn'",
      ({ offering }) => (offering("DefenderForDatabasesAws").rds = { enabled: true }),
    ],
    [
      "a role name in place of an ARN",
      "/nativeCloudConnection/cloudRoleArn",
      ({ offering }) => (offering("CspmMonitorAws").nativeCloudConnection = { cloudRoleArn: "CspmMonitorAws" }),
    ],
    ["a sub-plan as a string", "/subPlan", ({ offering }) => (offering("DefenderForServersAws").subPlan = "P2")],
    [
      "agentless scanning with P1",
      "/vmScanners/enabled",
      ({ offering }) => (offering("DefenderForServersAws").subPlan = { type: "P1" }),
    ],
    [
      "a retention of 31 days",
      "/kubeAuditRetentionTime",
      ({ offering }) => (offering("DefenderForContainersAws").kubeAuditRetentionTime = 31),
    ],
    [
      "an external id that is not a GUID",
      "/dataCollectionExternalId",
      ({ offering }) => (offering("DefenderForContainersAws").dataCollectionExternalId = "secret"),
    ],
    [
      "audit logs without a role",
      "kinesisToS3",
      ({ offering }) => delete offering("DefenderForContainersAws").kinesisToS3,
    ],
  ])("refuses %s", (_, error, spoil) => {
    expect(errorsAfter(spoil)).toContain(error);
  });
});

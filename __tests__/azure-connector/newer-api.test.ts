import { TerraformVariable } from "cdktf";
import { AccountOnboarding, AzureConnector, CloudTrailFanout, InputError, ROLE_KEYS } from "../../modules";
import type { AccountOnboardingProps, DefenderPlans } from "../../modules";
import { connectorProperties } from "../../modules/azure-connector";
import { offeringsOf } from "../../modules/plans";
import { emptyScenario } from "../../rehearsal";
import { rolesFor, withExternalId } from "../support/account-environment";
import { connectorSchemaErrors } from "../support/connector-schema";
import { roleArn } from "../support/offerings";
import { CIEM, CLOUD_TRAIL_INGESTION, NEWER_SELECTIONS, SELECTIONS } from "../support/plan-selections";
import { ACCOUNT, onlyResource, synth } from "../support/synth";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

const NEWER = "2026-08-01-preview";
const CONNECTOR_ACCOUNT = Object.fromEntries(Object.entries(ACCOUNT).filter(([name]) => name !== "awsRegion")) as Omit<
  typeof ACCOUNT,
  "awsRegion"
>;

function body(plans: DefenderPlans) {
  const offerings = offeringsOf(withExternalId(plans), rolesFor(plans, "default").context.roleArn, NEWER);
  return connectorProperties({ awsAccountId: ACCOUNT.awsAccountId, offerings });
}

const offering = (plans: DefenderPlans, type: string) =>
  body(plans).offerings.find(({ offeringType }) => offeringType === type);

const onboarding = (props: Partial<AccountOnboardingProps>) =>
  synth((stack) => {
    new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, accessLevel: "default", plans: {}, ...props });
  });

describe("the body for API version 2026-08-01-preview", () => {
  test.each(Object.entries({ ...SELECTIONS, ...NEWER_SELECTIONS }))("is valid for %s", (_, plans) => {
    expect(connectorSchemaErrors(body(plans), NEWER)).toEqual([]);
    expect(JSON.parse(JSON.stringify(body(plans)))).toStrictEqual(body(plans));
  });

  test("is what the connector sends", () => {
    const stack = onboarding({ apiVersion: NEWER, plans: { defenderCspm: {} } });
    const { type, body: sent } = onlyResource(stack, "azapi_resource");
    expect(type).toBe(`Microsoft.Security/securityConnectors@${NEWER}`);
    expect(sent).toEqual({ properties: body({ defenderCspm: {} }) });
  });

  test("names no ciemDiscovery, for which the version has no field", () => {
    const plans = { defenderCspm: { ciem: CIEM } };
    expect(offering(plans, "DefenderCspmAws")?.ciem).toEqual({
      ciemOidc: {
        cloudRoleArn: "arn:aws:iam::111122223333:role/DefenderForCloud-OidcCiem",
        azureActiveDirectoryAppName: CIEM.applicationName,
      },
    });
  });

  test("names the reader's role and the resources of each region for CloudTrail ingestion", () => {
    const plans = { defenderCspm: { ciem: { ...CIEM, cloudTrailIngestion: CLOUD_TRAIL_INGESTION } } };
    expect(offering(plans, "DefenderCspmAws")?.ciem).toMatchObject({
      logCollectionOidc: { cloudRoleArn: CLOUD_TRAIL_INGESTION.readerRoleArn },
      cloudTrailAuditLogIngestion: {
        provisioningType: "BringYourOwn",
        cloudTrailResourceSets: CLOUD_TRAIL_INGESTION.resourceSets,
      },
    });
  });

  const KEY = "arn:aws:kms:eu-central-1:111122223333:key/12121212-3434-4545-8656-787878787878";

  test.each([
    ["literals", false, ACCOUNT.awsAccountId, "cloudtrail-logs", KEY],
    ["Terraform values", true, "${var.account}", "${var.bucket}", "${var.key}"],
  ])("takes the resources of a fan-out as they are: %s", (_, areVariables, account, bucket, key) => {
    const stack = synth((scope) => {
      const value = (name: string, literal: string) =>
        areVariables ? new TerraformVariable(scope, name, { type: "string" }).stringValue : literal;
      const awsAccountId = value("account", account);
      const { cloudTrailResourceSet } = new CloudTrailFanout(scope, "Fanout", {
        phase: "prepare",
        awsAccountId,
        awsRegion: ACCOUNT.awsRegion,
        bucketName: value("bucket", bucket),
        sentinel: { queueName: "sentinel-cloudtrail" },
        defender: { readerRoleArns: [CLOUD_TRAIL_INGESTION.readerRoleArn] },
        encryption: { logKeyArn: value("key", key) },
      });
      const cloudTrailIngestion = { ...CLOUD_TRAIL_INGESTION, resourceSets: [cloudTrailResourceSet] };
      new AccountOnboarding(scope, "Onboarding", {
        ...ACCOUNT,
        awsAccountId,
        accessLevel: "default",
        apiVersion: NEWER,
        plans: { defenderCspm: { ciem: { ...CIEM, cloudTrailIngestion } } },
      });
    });
    const { body: sent } = onlyResource(stack, "azapi_resource") as { body: { properties: ReturnType<typeof body> } };
    const cspm = sent.properties.offerings.find(({ offeringType }) => offeringType === "DefenderCspmAws");
    expect(cspm?.ciem).toMatchObject({
      cloudTrailAuditLogIngestion: {
        cloudTrailResourceSets: [
          {
            resourceRegion: ACCOUNT.awsRegion,
            s3BucketArn: `arn:aws:s3:::${bucket}`,
            sqsQueueArn: `arn:aws:sqs:eu-central-1:${account}:cloudtrail-fanout-defender`,
            kmsKeyArn: key,
          },
        ],
      },
    });
  });

  test("says every switch of the version, also those that are off", () => {
    expect(offering({ defenderCspm: {} }, "DefenderCspmAws")).toMatchObject({
      agentlessServerlessPosture: { enabled: false },
      serverlessContainers: { enabled: false },
      mdcContainersImageAssessment: { enabled: true, securityFindingsEnabled: false },
    });
    expect(offering({ containers: {} }, "DefenderForContainersAws")).toMatchObject({
      securityGatingEnabled: false,
      containerAntiMalwareEnabled: false,
      mdcContainersImageAssessment: { enabled: true, securityFindingsEnabled: false },
    });
    expect(offering({ containers: {} }, "DefenderForContainersAws")).not.toHaveProperty("installationMethod");
  });
});

describe("a feature that API version 2024-08-01-preview lacks", () => {
  const refusal = (prop: string) =>
    new RegExp(
      `${prop}: .* is not allowed; API version 2024-08-01-preview has no field for it: set apiVersion to "2026-08-01-preview", or leave it out`,
    );

  test.each<[string, DefenderPlans]>([
    ["plans.defenderCspm.ciem.cloudTrailIngestion", NEWER_SELECTIONS["CSPM CloudTrail ingestion"] ?? {}],
    ["plans.defenderCspm.securityFindings", NEWER_SELECTIONS["CSPM security findings"] ?? {}],
    ["plans.defenderCspm.serverlessPosture", NEWER_SELECTIONS["CSPM serverless posture"] ?? {}],
    ["plans.defenderCspm.serverlessContainers", NEWER_SELECTIONS["CSPM serverless containers"] ?? {}],
    ["plans.containers.securityFindings", NEWER_SELECTIONS["Containers security findings"] ?? {}],
    ["plans.containers.securityGating", NEWER_SELECTIONS["Containers gated deployment"] ?? {}],
    ["plans.containers.antiMalware", NEWER_SELECTIONS["Containers anti-malware"] ?? {}],
    ["plans.containers.installationMethod", NEWER_SELECTIONS["Containers by Helm"] ?? {}],
  ])("fails by name and version: %s", (prop, plans) => {
    expect(() => onboarding({ plans })).toThrow(refusal(prop));
    expect(() => onboarding({ plans, apiVersion: NEWER })).not.toThrow();
  });

  test("fails for all of them at once, together with other faults", () => {
    const faults = () => {
      try {
        onboarding({ plans: NEWER_SELECTIONS["all of 2026"] ?? {} });
      } catch (error) {
        return error instanceof InputError ? error.faults.map(({ prop }) => prop) : [];
      }
      return [];
    };
    expect(faults()).toHaveLength(8);
  });

  test("fails in a connector by itself, too", () => {
    const build = () =>
      synth((stack) => {
        new AzureConnector(stack, "Connector", {
          ...CONNECTOR_ACCOUNT,
          plans: { defenderCspm: { serverlessContainers: true } },
          roleArns: Object.fromEntries(ROLE_KEYS.map((key) => [key, roleArn(key)])),
        });
      });
    expect(build).toThrow(refusal("plans.defenderCspm.serverlessContainers"));
  });
});

describe("a feature without what it needs", () => {
  test.each<[string, string, DefenderPlans]>([
    [
      "gated deployment without the sensor",
      "plans.containers.securityGating: true is not allowed; it needs sensorProvisioning: switch that on, too",
      { containers: { sensorProvisioning: false, securityFindings: true, securityGating: true } },
    ],
    [
      "gated deployment without findings",
      "plans.containers.securityGating: true is not allowed; it needs securityFindings: switch that on, too",
      { containers: { securityGating: true } },
    ],
    [
      "gated deployment without registry access",
      "plans.containers.securityGating: true is not allowed; it needs containerImageAssessment, securityFindings",
      { containers: { containerImageAssessment: false, securityGating: true } },
    ],
    [
      "findings of Containers without registry access",
      "plans.containers.securityFindings: true is not allowed; it needs containerImageAssessment",
      { containers: { containerImageAssessment: false, securityFindings: true } },
    ],
    [
      "findings of Defender CSPM without registry access",
      "plans.defenderCspm.securityFindings: true is not allowed; it needs containerImageAssessment",
      { defenderCspm: { containerImageAssessment: false, securityFindings: true } },
    ],
    [
      "serverless containers without registry access",
      "plans.defenderCspm.serverlessContainers: true is not allowed; it needs containerImageAssessment",
      { defenderCspm: { containerImageAssessment: false, serverlessContainers: true } },
    ],
    [
      "anti-malware without the sensor",
      "plans.containers.antiMalware: true is not allowed; it needs sensorProvisioning",
      { containers: { sensorProvisioning: false, antiMalware: true } },
    ],
    [
      "a way to install the sensor without the sensor",
      'plans.containers.installationMethod: "Helm" is not allowed; it needs sensorProvisioning',
      { containers: { sensorProvisioning: false, installationMethod: "Helm" } },
    ],
  ])("fails: %s", (_, message, plans) => {
    expect(() => onboarding({ plans, apiVersion: NEWER })).toThrow(message);
  });
});

describe("wrong resources of CloudTrail ingestion", () => {
  const [set] = CLOUD_TRAIL_INGESTION.resourceSets;
  const at = "plans.defenderCspm.ciem.cloudTrailIngestion";
  const withIngestion = (cloudTrailIngestion: unknown) => () =>
    onboarding({
      apiVersion: NEWER,
      plans: { defenderCspm: { ciem: { ...CIEM, cloudTrailIngestion } } } as DefenderPlans,
    });

  test.each<[string, unknown, string]>([
    ["a switch without the reader", true, `${at}: true is not allowed; the reader's role is not published`],
    ["no region", { ...CLOUD_TRAIL_INGESTION, resourceSets: [] }, `${at}.resourceSets: [] is not allowed; give the`],
    [
      "a region twice",
      { ...CLOUD_TRAIL_INGESTION, resourceSets: [set, set] },
      `${at}.resourceSets[1].resourceRegion: "eu-central-1" is not allowed; each region has one set`,
    ],
    [
      "a queue of another region",
      { ...CLOUD_TRAIL_INGESTION, resourceSets: [{ ...set, resourceRegion: "eu-west-1", kmsKeyArn: undefined }] },
      "expected an ARN of region eu-west-1, as resourceRegion says",
    ],
    [
      "a queue by its URL",
      {
        ...CLOUD_TRAIL_INGESTION,
        resourceSets: [{ ...set, sqsQueueArn: "https://sqs.eu-central-1.amazonaws.com/111122223333/q" }],
      },
      "expected the ARN of an SQS queue",
    ],
    [
      "a bucket by its name",
      { ...CLOUD_TRAIL_INGESTION, resourceSets: [{ ...set, s3BucketArn: "cloudtrail-logs" }] },
      "expected the ARN of an S3 bucket",
    ],
    ["a reader by its name", { ...CLOUD_TRAIL_INGESTION, readerRoleArn: "Reader" }, "expected the ARN of an IAM role"],
    [
      "a key by its alias",
      {
        ...CLOUD_TRAIL_INGESTION,
        resourceSets: [{ ...set, kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:alias/trail" }],
      },
      "expected the ARN of a KMS key",
    ],
  ])("fails for %s", (_, ingestion, message) => {
    expect(withIngestion(ingestion)).toThrow(message);
  });
});

afterEach(stopRehearsals);

describeWithTerraform.each(["azapi", "templateDeployment"] as const)("everything of 2026 by engine %s", (engine) => {
  test("is applied, leaves nothing to do, can fall back to the older version, and is destroyed", async () => {
    const clouds = emptyScenario();
    const trust = { Version: "2012-10-17", Statement: [] };
    clouds.aws.caller.iam.createRole({ name: "FromThePortalsTemplate", assumeRolePolicy: trust });
    const plans = NEWER_SELECTIONS["all of 2026"] ?? {};
    const rehearsal = await rehearse({ ...clouds, stack: onboarding({ engine, apiVersion: NEWER, plans }) });
    await rehearsal.apply();
    const made = () => clouds.azure.connectors.get(ACCOUNT.connectorName)?.properties;
    expect(connectorSchemaErrors(made(), NEWER)).toEqual([]);
    expect((await rehearsal.plan()).empty).toBe(true);

    // Somebody switches a feature off in the portal: azapi sees it, a template deployment does not.
    const cspm = made()?.offerings?.find(({ offeringType }) => offeringType === "DefenderCspmAws");
    Object.assign(cspm ?? {}, { serverlessContainers: { enabled: false } });
    expect((await rehearsal.plan()).counts.change).toBe(engine === "azapi" ? 1 : 0);

    const older = SELECTIONS["all together"] ?? {};
    await rehearsal.updateStack(onboarding({ engine, plans: older }));
    await rehearsal.apply();
    expect(connectorSchemaErrors(made())).toEqual([]);
    await rehearsal.destroy();
    expect(made()).toBeUndefined();
  });
});

describe("the strict schema of 2026-08-01-preview", () => {
  interface Loose {
    [name: string]: Loose | Loose[] | string | boolean;
  }
  const errorsAfter = (spoil: (cspm: Loose, containers: Loose) => void) => {
    const properties = JSON.parse(JSON.stringify(body(NEWER_SELECTIONS["all of 2026"] ?? {}))) as {
      offerings: Loose[];
    };
    const find = (type: string) => properties.offerings.find(({ offeringType }) => offeringType === type) ?? {};
    spoil(find("DefenderCspmAws"), find("DefenderForContainersAws"));
    return connectorSchemaErrors(properties, NEWER).join("\n");
  };

  test.each<[string, string, (cspm: Loose, containers: Loose) => void]>([
    ["ciemDiscovery", "ciemDiscovery", (cspm) => ((cspm.ciem as Loose).ciemDiscovery = {})],
    [
      "a reader without resources",
      "cloudTrailAuditLogIngestion",
      (cspm) => delete (cspm.ciem as Loose).cloudTrailAuditLogIngestion,
    ],
    [
      "resources without a queue",
      "sqsQueueArn",
      (cspm) => {
        const { cloudTrailAuditLogIngestion: ingestion } = cspm.ciem as { cloudTrailAuditLogIngestion: Loose };
        delete (ingestion.cloudTrailResourceSets as Loose[])[0]?.sqsQueueArn;
      },
    ],
    [
      "serverless posture without its role",
      "cloudRoleArn",
      (cspm) => (cspm.agentlessServerlessPosture = { enabled: true }),
    ],
    ["a switch that is not said", "serverlessContainers", (cspm) => delete cspm.serverlessContainers],
    ["another way to install", "/installationMethod", (_, containers) => (containers.installationMethod = "Kubectl")],
    ["gating as a text", "/securityGatingEnabled", (_, containers) => (containers.securityGatingEnabled = "true")],
  ])("refuses %s", (_, error, spoil) => {
    expect(errorsAfter(spoil)).toContain(error);
  });

  test("and that of 2024-08-01-preview refuse each other's bodies", () => {
    const newer = body(NEWER_SELECTIONS["all of 2026"] ?? {});
    expect(connectorSchemaErrors(newer, NEWER)).toEqual([]);
    expect(connectorSchemaErrors(newer)).not.toEqual([]);
  });
});

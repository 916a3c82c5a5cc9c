import { assumeRole } from "../../../cli/aws/assumed-role";
import { readAssociation, readDocument, readInstanceProfile } from "../../../cli/aws/automations";
import { awsClients } from "../../../cli/aws/clients";
import type { AwsClients } from "../../../cli/aws/clients";
import { reading } from "../../../cli/aws/errors";
import { readKeyPolicy } from "../../../cli/aws/key-policies";
import { AwsOverHttp, awsError } from "../../support/aws-over-http";
import type { AwsAnswer } from "../../support/aws-over-http";

const json = (content: object): AwsAnswer => ({ result: JSON.stringify(content) });

describe("the readers of Systems Manager, KMS and STS read", () => {
  const environment = { ...process.env };
  let server: AwsOverHttp | undefined;
  afterEach(() => {
    process.env = { ...environment };
    server?.stop();
  });

  async function clients(answers: Readonly<Record<string, AwsAnswer>>): Promise<AwsClients> {
    server = await AwsOverHttp.start(answers);
    Object.assign(process.env, server.environment);
    return awsClients("eu-central-1");
  }

  test("a document", async () => {
    const aws = await clients({ GetDocument: json({ Content: "{}", Status: "Active" }) });
    expect(await readDocument(aws, "A")).toEqual({ value: { content: "{}", status: "Active" } });
  });

  test("an association, with how its targets ended", async () => {
    const AssociationDescription = {
      Name: "Attach",
      AutomationTargetParameterName: "InstanceId",
      ScheduleExpression: "rate(30 days)",
      Parameters: { IsPolicyAttachAllowed: ["true"] },
      Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      Overview: { Status: "Failed", AssociationStatusAggregatedCount: { Failed: 1 } },
    };
    const aws = await clients({
      ListAssociations: json({ Associations: [{ AssociationId: "1" }] }),
      DescribeAssociation: json({ AssociationDescription }),
    });
    expect(await readAssociation(aws, "A")).toEqual({
      value: {
        documentName: "Attach",
        targetParameter: "InstanceId",
        schedule: "rate(30 days)",
        parameters: { IsPolicyAttachAllowed: ["true"] },
        targets: [{ key: "InstanceIds", values: ["*"] }],
        status: "Failed",
        targetsByStatus: { Failed: 1 },
      },
    });
  });

  test("that a document, an association, an instance profile or a key is not there", async () => {
    const aws = await clients({
      GetDocument: awsError("InvalidDocument", "no such document"),
      ListAssociations: json({ Associations: [] }),
      GetInstanceProfile: awsError("NoSuchEntity", "no such profile"),
      GetKeyPolicy: awsError("NotFoundException", "no such key"),
    });
    expect(await readDocument(aws, "A")).toEqual({ value: undefined });
    expect(await readAssociation(aws, "A")).toEqual({ value: undefined });
    expect(await readInstanceProfile(aws, "A")).toEqual({ value: undefined });
    expect(await readKeyPolicy(aws, "A")).toEqual({ value: undefined });
  });

  test("the policy of a key, the roles of an instance profile, and credentials of a role", async () => {
    const credentials =
      "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>";
    const aws = await clients({
      GetKeyPolicy: json({ Policy: "{}" }),
      GetInstanceProfile: {
        result: "<InstanceProfile><Roles><member><RoleName>Web</RoleName></member></Roles></InstanceProfile>",
      },
      AssumeRole: { result: `<Credentials>${credentials}</Credentials>` },
    });
    expect(await readKeyPolicy(aws, "A")).toEqual({ value: "{}" });
    expect(await readInstanceProfile(aws, "A")).toEqual({ value: ["Web"] });
    expect(await assumeRole(aws, "arn:aws:iam::444455556666:role/A")).toEqual({
      value: { accessKeyId: "ASIA", secretAccessKey: "secret", sessionToken: "token" },
    });
  });

  test("which right is missing", async () => {
    const aws = await clients({});
    for (const reader of [readDocument, readAssociation, readKeyPolicy, readInstanceProfile, assumeRole]) {
      expect(await reader(aws, "A")).toEqual({ unread: expect.stringMatching(/not authorized to perform/) as unknown });
    }
  });

  test("that AWS throttled every attempt", async () => {
    const throttled = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    expect(await reading(() => Promise.reject(throttled))).toEqual({ unread: "ThrottlingException: Rate exceeded" });
  });
});

import { awsClients } from "../../../cli/aws/clients";
import type { AwsClients } from "../../../cli/aws/clients";
import { readBucketKey } from "../../../cli/aws/buckets";
import { readCaller } from "../../../cli/aws/caller";
import { readOrganizationSettings } from "../../../cli/aws/organization-settings";
import { readAws } from "../../../cli/discover/read-clouds";
import { ACCOUNT } from "../../support/synth";
import { awsError, AwsOverHttp } from "../../support/aws-over-http";
import type { AwsAnswer } from "../../support/aws-over-http";

const REGION = "eu-west-1";
const OPTIONS = { region: REGION, plans: [], organization: false };

/** A trail as CloudTrail describes it (CloudTrail API reference, "Trail"). */
function trail(name: string, HomeRegion: string, more: object = {}) {
  const TrailARN = `arn:aws:cloudtrail:${HomeRegion}:${ACCOUNT.awsAccountId}:trail/${name}`;
  return { Name: name, TrailARN, HomeRegion, S3BucketName: `${name}-logs`, ...more };
}

const result = (value: object): AwsAnswer => ({ result: JSON.stringify(value) });
const regions = (...names: readonly string[]): AwsAnswer => ({
  result: `<regionInfo>${names.map((name) => `<item><regionName>${name}</regionName></item>`).join("")}</regionInfo>`,
});

describe("discover reads in AWS", () => {
  const environment = { ...process.env };
  let server: AwsOverHttp | undefined;
  afterEach(() => {
    process.env = { ...environment };
    server?.stop();
  });

  async function clients(answers: Readonly<Record<string, AwsAnswer>>): Promise<AwsClients> {
    server = await AwsOverHttp.start(answers);
    Object.assign(process.env, server.environment);
    return awsClients(REGION);
  }

  test("the trails of every region, each once, with the bucket that they share", async () => {
    const here = trail("here", "us-east-1", { IsMultiRegionTrail: true, S3KeyPrefix: "o-ab12", KmsKeyId: "key" });
    const there = trail("there", "eu-north-1", { IsOrganizationTrail: true, S3BucketName: "here-logs" });
    const aws = await clients({
      DescribeRegions: regions(REGION, "eu-north-1"),
      [`DescribeTrails@${REGION}`]: result({ trailList: [here] }),
      // The trail of several regions shows here, too.
      "DescribeTrails@eu-north-1": result({ trailList: [here, there] }),
    });
    const { buckets } = await readAws(aws, await readCaller(aws), OPTIONS);
    expect(buckets).toEqual([
      {
        name: "here-logs",
        trails: [
          {
            arn: here.TrailARN,
            name: "here",
            homeRegion: "us-east-1",
            isMultiRegion: true,
            isOrganizationTrail: false,
            bucket: "here-logs",
            keyPrefix: "o-ab12/",
            kmsKeyArn: "key",
          },
          expect.objectContaining({
            name: "there",
            homeRegion: "eu-north-1",
            isOrganizationTrail: true,
            keyPrefix: "",
          }),
        ],
        region: { unread: expect.stringContaining("s3:GetBucketLocation") as unknown },
        rules: { unread: expect.stringContaining("s3:GetBucketNotification") as unknown },
        keyArn: { unread: expect.stringContaining("s3:GetEncryptionConfiguration") as unknown },
        logFolders: { unread: expect.stringContaining("s3:ListBucket") as unknown },
      },
    ]);
  });

  test("a bucket's key, and a queue in the bucket's region", async () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/one";
    const queue = `arn:aws:sqs:us-east-1:${ACCOUNT.awsAccountId}:sentinel`;
    const aws = await clients({
      DescribeTrails: result({ trailList: [trail("here", REGION)] }),
      "GET ?location": { result: '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>' },
      "GET ?notification": {
        result: `<NotificationConfiguration><QueueConfiguration><Id>one</Id><Queue>${queue}</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>`,
      },
      "GET ?encryption": {
        result: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${key}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
      },
      // In another region the call is denied.
      "GetQueueUrl@us-east-1": awsError("QueueDoesNotExist", "The specified queue does not exist."),
    });
    const { buckets, queues } = await readAws(aws, await readCaller(aws), OPTIONS);
    expect(buckets).toMatchObject([
      { region: { value: "us-east-1" }, keyArn: { value: key }, rules: { value: [{ id: "one", destination: queue }] } },
    ]);
    expect([...queues]).toEqual([[queue, { value: undefined }]]);
  });

  test("no key of a bucket where only an alias is known: policies need the key itself", async () => {
    const alias = "arn:aws:kms:eu-west-1:111122223333:alias/logs";
    const aws = await clients({
      "GET ?encryption": {
        result: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${alias}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
      },
    });
    const of = { bucket: "logs", ownerAccountId: ACCOUNT.awsAccountId };
    expect(await readBucketKey(aws, of)).toEqual({ value: undefined });
  });

  test("the other regions, also where one of them does not know the account", async () => {
    const noInstances = { result: "<reservationSet/>" };
    const aws = await clients({
      DescribeRegions: regions(REGION, "me-south-1"),
      "DescribeInstances@eu-west-1": noInstances,
      "DescribeInstances@me-south-1": awsError("AuthFailure", "AWS was not able to validate the credentials"),
    });
    const { instances } = await readAws(aws, await readCaller(aws), OPTIONS);
    expect(instances.get("eu-west-1")).toEqual({ value: { count: 0, withoutProfile: 0 } });
    expect(instances.get("me-south-1")).toEqual({
      unread: expect.stringMatching(/^region me-south-1: AWS credentials: AWS does not know them there/) as unknown,
    });
  });

  test("of an organization what it may, one right at a time", async () => {
    const aws = await clients({
      DescribeOrganization: result({ Organization: { MasterAccountId: ACCOUNT.awsAccountId } }),
      ListRoots: result({ Roots: [{ Id: "r-ab12" }] }),
      ListDelegatedAdministrators: result({ DelegatedAdministrators: [{ Id: "444455556666" }] }),
    });
    expect(await readOrganizationSettings(aws)).toEqual({
      value: {
        managementAccountId: ACCOUNT.awsAccountId,
        rootIds: { value: ["r-ab12"] },
        stackSetAdministrators: { value: ["444455556666"] },
        trustsStackSets: {
          unread: expect.stringContaining("organizations:ListAWSServiceAccessForOrganization") as unknown,
        },
        controlPolicies: { unread: expect.stringContaining("organizations:ListPolicies") as unknown },
      },
    });
  });
});

import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { Terraform } from "./support/terraform";
import { describeWithTools } from "./support/tools";
import { text } from "./support/xml";

describeWithTools("the emulator", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api("eu-west-1");
  });
  beforeEach(() => emulator.reset());
  afterAll(() => emulator.stop());

  test("is an empty account on loopback", async () => {
    expect(new URL(emulator.endpoint).hostname).toBe("127.0.0.1");
    expect(await aws.accountId()).toBe(EMULATOR_ACCOUNT);
    expect(await aws.listOidcProviders()).toEqual([]);
    expect(await aws.listRoles()).toEqual([]);
  });

  test("keeps a role's trust policy", async () => {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Sid: "a b+c&<d>" }],
    };
    const arn = await aws.createRole("reader", trust);
    const [role] = await aws.listRoles();
    expect(role).toMatchObject({ name: "reader", arn });
    expect(JSON.parse(role?.trust ?? "")).toEqual(trust);
  });

  test("delivers S3 events under the rule's prefix and suffix to the queue", async () => {
    const queue = await aws.createQueue("sentinel");
    expect(queue).toContain(emulator.endpoint);
    const { QueueArn: arn = "" } = await aws.getQueueAttributes(queue);
    const events = ["s3:ObjectCreated:*"];
    const rule = { kind: "Queue", id: "to-sentinel", arn, events, prefix: "AWSLogs/", suffix: ".gz" } as const;
    await aws.createBucket("trail");
    await aws.putNotification("trail", [rule]);
    expect(await aws.getNotification("trail")).toEqual([rule]);
    expect((await aws.takeMessages(queue)).map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { Event: "s3:TestEvent" },
    ]);

    await aws.putObject("trail", "AWSLogs/log.json.gz", "log");
    await aws.putObject("trail", "AWSLogs/log.json", "log");
    await aws.putObject("trail", "elsewhere/log.json.gz", "log");
    const bodies = (await aws.takeMessages(queue)).map((body) => JSON.parse(body) as object);
    expect(bodies).toHaveLength(1);
    expect(bodies).toMatchObject([{ Records: [{ s3: { bucket: { name: "trail" } } }] }]);
    expect(await aws.takeMessages(queue)).toEqual([]);
  });

  test("keeps a queue's policy", async () => {
    const queue = await aws.createQueue("sentinel");
    const policy = { Version: "2008-10-17", Statement: [{ Sid: 'allow <s3> & "others"' }] };
    await aws.setQueueAttributes(queue, { Policy: JSON.stringify(policy) });
    const { Policy: kept = "" } = await aws.getQueueAttributes(queue);
    expect(JSON.parse(kept)).toEqual(policy);
  });

  test("shows a topic's policy and subscriptions", async () => {
    const topicArn = `arn:aws:sns:eu-west-1:${EMULATOR_ACCOUNT}:fanout`;
    const queueArn = `arn:aws:sqs:eu-west-1:${EMULATOR_ACCOUNT}:defender`;
    const policy = { Version: "2012-10-17", Statement: [{ Sid: "AllowS3" }] };
    await aws.createQueue("defender");
    await aws.query("sns", "CreateTopic", { Name: "fanout" });
    const attribute = { AttributeName: "Policy", AttributeValue: JSON.stringify(policy) };
    await aws.query("sns", "SetTopicAttributes", { TopicArn: topicArn, ...attribute });
    await aws.query("sns", "Subscribe", { TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn });
    expect(JSON.parse(await aws.getTopicPolicy(topicArn))).toEqual(policy);
    expect(await aws.listSubscriptions(topicArn)).toMatchObject([{ protocol: "sqs", endpoint: queueArn }]);
  });

  test("keeps the accounts apart that a caller assumes roles in", async () => {
    const other = "210987654321";
    const provider = { url: "https://sts.windows.net/x/", clientIds: ["api://a"], thumbprints: [] };
    await aws.createOidcProvider(provider);
    const parameters = { RoleArn: `arn:aws:iam::${other}:role/member`, RoleSessionName: "test" };
    const answer = await aws.query("sts", "AssumeRole", parameters);
    const member = emulator.api("eu-west-1", text(answer, "AccessKeyId"));
    const arn = await member.createOidcProvider(provider);
    expect(arn).toContain(other);
    await member.addClientId(arn, "api://b");
    expect((await member.getOidcProvider(arn)).clientIds).toEqual(["api://a", "api://b"]);
    expect((await aws.getOidcProvider(arn.replace(other, EMULATOR_ACCOUNT))).clientIds).toEqual(["api://a"]);
  });

  describe("changes the audiences of an identity provider", () => {
    const provider = {
      url: "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/",
      clientIds: ["api://sentinel"],
      thumbprints: ["626d44e704d1ceabe3bf0d53397464ac8080142c"],
      tags: { owner: "sentinel", "cost center": "a&b" },
    };
    let arn: string;
    beforeEach(async () => {
      arn = await aws.createOidcProvider(provider);
    });

    test("and keeps thumbprints and tags", async () => {
      await aws.addClientId(arn, "api://defender");
      expect(await aws.getOidcProvider(arn)).toEqual({ ...provider, clientIds: ["api://sentinel", "api://defender"] });
      await aws.removeClientId(arn, "api://sentinel");
      expect(await aws.getOidcProvider(arn)).toEqual({ ...provider, clientIds: ["api://defender"] });
    });

    test("without effect where nothing is to be done", async () => {
      await aws.addClientId(arn, "api://sentinel");
      await aws.removeClientId(arn, "api://unknown");
      expect(await aws.getOidcProvider(arn)).toEqual(provider);
    });

    test("one after the other when many come at once, and never shows the provider missing", async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `api://${index}`);
      await Promise.all(ids.flatMap((id) => [aws.addClientId(arn, id), aws.getOidcProvider(arn)]));
      expect(new Set((await aws.getOidcProvider(arn)).clientIds)).toEqual(new Set(["api://sentinel", ...ids]));
    });

    test("fails with NoSuchEntity on an unknown provider", async () => {
      await expect(aws.addClientId(`${arn}x`, "api://a")).rejects.toMatchObject({ code: "NoSuchEntity", status: 404 });
      await expect(aws.removeClientId(`${arn}x`, "api://a")).rejects.toMatchObject({ code: "NoSuchEntity" });
    });

    test("fails with LimitExceeded on audience 101", async () => {
      await aws.deleteOidcProvider(arn);
      const clientIds = Array.from({ length: 99 }, (_, index) => `api://${index}`);
      await aws.createOidcProvider({ ...provider, clientIds });
      await aws.addClientId(arn, "api://100");
      await expect(aws.addClientId(arn, "api://101")).rejects.toMatchObject({ code: "LimitExceeded", status: 409 });
      expect((await aws.getOidcProvider(arn)).clientIds).toEqual([...clientIds, "api://100"]);
    });

    test.each(["", "a".repeat(256)])("fails with ValidationError on a bad audience", async (clientId) => {
      await expect(aws.addClientId(arn, clientId)).rejects.toMatchObject({ code: "ValidationError", status: 400 });
    });
  });

  test("serves every provider alias of a stack, each in its region", async () => {
    const terraform = new Terraform(tools, emulator, { name: "trail" });
    await terraform.load({
      provider: { aws: [{ region: "eu-west-1" }, { alias: "other", region: "us-east-1" }] },
      variable: { name: { type: "string" } },
      data: { aws_region: { here: {}, there: { provider: "aws.other" } }, aws_caller_identity: { me: {} } },
      resource: { aws_s3_bucket: { trail: { bucket: "${var.name}" } } },
      output: {
        regions: { value: ["${data.aws_region.here.name}", "${data.aws_region.there.name}"] },
        account: { value: "${data.aws_caller_identity.me.account_id}" },
        bucket: { value: "${aws_s3_bucket.trail.arn}" },
      },
    });
    await terraform.apply();
    expect(await terraform.outputs()).toEqual({
      regions: ["eu-west-1", "us-east-1"],
      account: EMULATOR_ACCOUNT,
      bucket: "arn:aws:s3:::trail",
    });
    terraform.cleanUp();
  });

  test("fails with what Terraform says, and the provider version it ran", async () => {
    const terraform = new Terraform(tools, emulator);
    await terraform.load({ resource: { aws_sqs_queue: { q: { name: "q", no_such_argument: true } } } });
    await expect(terraform.plan()).rejects.toThrow(
      new RegExp(`AWS provider ${tools.awsProvider.version}[^]*Extraneous JSON object property[^]*no_such_argument`),
    );
    terraform.cleanUp();
  });
});

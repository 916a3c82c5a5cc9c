import { elements, escapeXml, members, text } from "./xml";

export interface OidcProvider {
  /** As IAM returns it: without `https://`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  /** The trust policy, JSON text. */
  readonly trust: string;
}

/** One rule of a bucket's notification configuration. */
export interface NotificationRule {
  readonly kind: "Queue" | "Topic" | "CloudFunction";
  readonly id: string;
  readonly arn: string;
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/** An error answer of AWS: `code` as in the API reference, for instance `NoSuchEntity`. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
    readonly status: number,
  ) {
    super(`${code}: ${reason}`);
  }
}

const API_VERSIONS = {
  monitoring: "2010-08-01",
  iam: "2010-05-08",
  sts: "2011-06-15",
  sqs: "2012-11-05",
  sns: "2010-03-31",
};

/**
 * The few AWS calls with which tests prepare an account and look at it afterwards: what stood there before Terraform came,
 * and what another reader sees. The emulator does not check signatures, so requests carry dummy credentials, only to
 * name service and region.
 */
export class AwsApi {
  constructor(
    private readonly endpoint: string,
    private readonly region: string,
    /** Names the account: `test` is the emulator's own, `sts:AssumeRole` gives keys of others. */
    private readonly accessKeyId = "test",
  ) {}

  // IAM

  async createOidcProvider(provider: Omit<OidcProvider, "tags"> & Partial<OidcProvider>): Promise<string> {
    const answer = await this.query("iam", "CreateOpenIDConnectProvider", {
      Url: provider.url.replace(/^(?!https:\/\/)/, "https://"),
      ...numbered("ClientIDList.member", provider.clientIds),
      ...numbered("ThumbprintList.member", provider.thumbprints),
      ...numbered("Tags.member", Object.keys(provider.tags ?? {}), ".Key"),
      ...numbered("Tags.member", Object.values(provider.tags ?? {}), ".Value"),
    });
    return text(answer, "OpenIDConnectProviderArn");
  }

  async getOidcProvider(arn: string): Promise<OidcProvider> {
    const answer = await this.query("iam", "GetOpenIDConnectProvider", { OpenIDConnectProviderArn: arn });
    const tags = elements(elements(answer, "Tags")[0] ?? "", "member");
    return {
      url: text(answer, "Url"),
      clientIds: members(answer, "ClientIDList"),
      thumbprints: members(answer, "ThumbprintList"),
      tags: Object.fromEntries(tags.map((tag) => [text(tag, "Key"), text(tag, "Value")])),
    };
  }

  async listOidcProviders(): Promise<readonly string[]> {
    return elements(await this.query("iam", "ListOpenIDConnectProviders"), "Arn");
  }

  async addClientId(arn: string, clientId: string): Promise<void> {
    await this.query("iam", "AddClientIDToOpenIDConnectProvider", {
      OpenIDConnectProviderArn: arn,
      ClientID: clientId,
    });
  }

  async removeClientId(arn: string, clientId: string): Promise<void> {
    const parameters = { OpenIDConnectProviderArn: arn, ClientID: clientId };
    await this.query("iam", "RemoveClientIDFromOpenIDConnectProvider", parameters);
  }

  async deleteOidcProvider(arn: string): Promise<void> {
    await this.query("iam", "DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn: arn });
  }

  async createRole(name: string, trust: object): Promise<string> {
    const parameters = { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) };
    return text(await this.query("iam", "CreateRole", parameters), "Arn");
  }

  async listRoles(): Promise<readonly Role[]> {
    const answer = await this.query("iam", "ListRoles");
    return elements(elements(answer, "Roles")[0] ?? "", "member").map((role) => ({
      name: text(role, "RoleName"),
      arn: text(role, "Arn"),
      trust: decodeURIComponent(text(role, "AssumeRolePolicyDocument")),
    }));
  }

  // STS

  async accountId(): Promise<string> {
    return text(await this.query("sts", "GetCallerIdentity"), "Account");
  }

  // S3

  async createBucket(bucket: string): Promise<void> {
    const location = this.region === "us-east-1" ? "" : `<LocationConstraint>${this.region}</LocationConstraint>`;
    const body = `<CreateBucketConfiguration>${location}</CreateBucketConfiguration>`;
    await this.rest("PUT", `/${bucket}`, location ? body : undefined);
  }

  async putObject(bucket: string, key: string, body: string): Promise<void> {
    await this.rest("PUT", `/${bucket}/${key}`, body);
  }

  async putNotification(bucket: string, rules: readonly NotificationRule[]): Promise<void> {
    const body = rules.map(notificationXml).join("");
    await this.rest("PUT", `/${bucket}?notification`, `<NotificationConfiguration>${body}</NotificationConfiguration>`);
  }

  async getNotification(bucket: string): Promise<readonly NotificationRule[]> {
    const answer = await this.rest("GET", `/${bucket}?notification`);
    return (["Queue", "Topic", "CloudFunction"] as const).flatMap((kind) =>
      elements(answer, `${kind}Configuration`).map((rule) => notificationRule(kind, rule)),
    );
  }

  // SQS

  async createQueue(name: string, attributes: Readonly<Record<string, string>> = {}): Promise<string> {
    return text(
      await this.query("sqs", "CreateQueue", { QueueName: name, ...queueAttributes(attributes) }),
      "QueueUrl",
    );
  }

  async getQueueUrl(name: string): Promise<string> {
    return text(await this.query("sqs", "GetQueueUrl", { QueueName: name }), "QueueUrl");
  }

  async getQueueAttributes(url: string): Promise<Readonly<Record<string, string>>> {
    const answer = await this.query("sqs", "GetQueueAttributes", { QueueUrl: url, "AttributeName.1": "All" });
    return Object.fromEntries(
      elements(answer, "Attribute").map((attribute) => [text(attribute, "Name"), text(attribute, "Value")]),
    );
  }

  async setQueueAttributes(url: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    await this.query("sqs", "SetQueueAttributes", { QueueUrl: url, ...queueAttributes(attributes) });
  }

  async tagQueue(url: string, key: string, value: string): Promise<void> {
    await this.query("sqs", "TagQueue", { QueueUrl: url, "Tag.1.Key": key, "Tag.1.Value": value });
  }

  /** Receives and deletes all messages of a queue, as a consumer does, and returns their bodies. */
  async takeMessages(url: string): Promise<readonly string[]> {
    const answer = await this.query("sqs", "ReceiveMessage", { QueueUrl: url, MaxNumberOfMessages: "10" });
    const messages = elements(answer, "Message");
    if (messages.length === 0) return [];
    for (const message of messages)
      await this.query("sqs", "DeleteMessage", { QueueUrl: url, ReceiptHandle: text(message, "ReceiptHandle") });
    return [...messages.map((message) => text(message, "Body")), ...(await this.takeMessages(url))];
  }

  // CloudWatch

  /** One value of a queue's metric, ten minutes ago. */
  async putMetric(queueName: string, name: string, value: number): Promise<void> {
    await this.query("monitoring", "PutMetricData", {
      Namespace: "AWS/SQS",
      "MetricData.member.1.MetricName": name,
      "MetricData.member.1.Dimensions.member.1.Name": "QueueName",
      "MetricData.member.1.Dimensions.member.1.Value": queueName,
      "MetricData.member.1.Value": String(value),
      "MetricData.member.1.Timestamp": new Date(Date.now() - 600_000).toISOString(),
    });
  }

  // CloudTrail

  async createTrail(name: string, bucket: string): Promise<void> {
    const target = { "x-amz-target": "CloudTrail_20131101.CreateTrail" };
    const body = JSON.stringify({ Name: name, S3BucketName: bucket });
    await this.send("cloudtrail", "POST", "/", "application/x-amz-json-1.1", body, target);
  }

  // SNS

  async getTopicPolicy(arn: string): Promise<string> {
    const answer = await this.query("sns", "GetTopicAttributes", { TopicArn: arn });
    const policy = elements(answer, "entry").find((entry) => text(entry, "key") === "Policy");
    return text(policy ?? "", "value");
  }

  async listSubscriptions(topicArn: string): Promise<readonly Subscription[]> {
    const answer = await this.query("sns", "ListSubscriptionsByTopic", { TopicArn: topicArn });
    return elements(answer, "member").map((member) => ({
      arn: text(member, "SubscriptionArn"),
      protocol: text(member, "Protocol"),
      endpoint: text(member, "Endpoint"),
    }));
  }

  /** Calls an action of a service with AWS's query protocol, and returns the XML answer. */
  async query(
    service: keyof typeof API_VERSIONS,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: API_VERSIONS[service], ...parameters });
    return this.send(service, "POST", "/", "application/x-www-form-urlencoded", body.toString());
  }

  private async rest(method: string, path: string, body?: string): Promise<string> {
    return this.send("s3", method, path, "application/xml", body);
  }

  private async send(
    service: string,
    method: string,
    path: string,
    contentType: string,
    body?: string,
    more: Readonly<Record<string, string>> = {},
  ) {
    const scope = `Credential=${this.accessKeyId}/20000101/${this.region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`;
    const headers = { authorization, "content-type": contentType, ...more };
    const response = await fetch(this.endpoint + path, { method, headers, body });
    const answer = await response.text();
    if (response.ok) return answer;
    throw new AwsError(text(answer, "Code") || "Unknown", text(answer, "Message") || answer, response.status);
  }
}

/** `{ "<name>.1<suffix>": first, "<name>.2<suffix>": second }` */
function numbered(name: string, values: readonly string[], suffix = ""): Readonly<Record<string, string>> {
  return Object.fromEntries(values.map((value, index) => [`${name}.${index + 1}${suffix}`, value]));
}

function queueAttributes(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...numbered("Attribute", Object.keys(attributes), ".Name"),
    ...numbered("Attribute", Object.values(attributes), ".Value"),
  };
}

function notificationXml(rule: NotificationRule): string {
  const filter = ([name, value]: readonly [string, string | undefined]) =>
    value === undefined ? "" : `<FilterRule><Name>${name}</Name><Value>${escapeXml(value)}</Value></FilterRule>`;
  const filters = (
    [
      ["prefix", rule.prefix],
      ["suffix", rule.suffix],
    ] as const
  )
    .map(filter)
    .join("");
  return [
    `<${rule.kind}Configuration><Id>${escapeXml(rule.id)}</Id>`,
    `<${rule.kind}>${rule.arn}</${rule.kind}>`,
    ...rule.events.map((event) => `<Event>${event}</Event>`),
    filters && `<Filter><S3Key>${filters}</S3Key></Filter>`,
    `</${rule.kind}Configuration>`,
  ].join("");
}

function notificationRule(kind: NotificationRule["kind"], rule: string): NotificationRule {
  const filters = elements(rule, "FilterRule");
  const filter = (name: string) => filters.find((filterRule) => text(filterRule, "Name").toLowerCase() === name);
  const [prefix, suffix] = [filter("prefix"), filter("suffix")];
  return {
    kind,
    id: text(rule, "Id"),
    arn: text(rule, kind),
    events: elements(rule, "Event"),
    ...(prefix !== undefined && { prefix: text(prefix, "Value") }),
    ...(suffix !== undefined && { suffix: text(suffix, "Value") }),
  };
}

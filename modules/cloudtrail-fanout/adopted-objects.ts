import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { ITerraformDependable, TerraformProvider, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { policyDocument } from "../iam";
import { addressOf, ImportBlock, localValues, RemovedBlock, reserveAddress } from "../terraform";
import type { FanoutArns } from "./arns";
import { allowTopic, policyText } from "./policies";

/** Ids of the adopted objects. */
const FOUND_POLICY = "SentinelQueuePolicyFound";
const POLICY = "SentinelQueuePolicy";
const NOTIFICATION = "Notification";

/** The existing policy of Sentinel's queue, as expressions. */
export interface FoundPolicy {
  /** Whether it had the topic's statement before this plan. */
  readonly allowsTopic: string;
  /** Whether it has other statements. */
  readonly hasOthers: string;
  /** Ids of the statements that deny the topic to send. */
  readonly denials: string;
  /** The policy with the topic's statement. */
  readonly extended: SqsQueuePolicy;
}

/**
 * Objects of others: the policy of Sentinel's queue and the notification configuration of the bucket. Both are imported, never
 * created, because S3 and SQS silently overwrite what exists. Both are changed in place, never destroyed, and released unchanged.
 */
export class AdoptedObjects extends Construct {
  /** @param provider - the lock */
  public constructor(
    scope: Construct,
    id: string,
    private readonly provider: TerraformProvider,
  ) {
    super(scope, id);
  }

  /**
   * Adds the topic's statement to the policy of Sentinel's queue; every other statement is kept unchanged.
   *
   * No data source reads a queue's policy, so it is imported twice: the first resource ignores its configuration and only reads,
   * the second writes what was read, plus the statement.
   * @param statementId - id of the statement, as an expression
   */
  public queuePolicy(
    queueUrl: string,
    arns: FanoutArns,
    statementId: string,
    dependsOn: ITerraformDependable[],
  ): FoundPolicy {
    const ours = policyText(policyDocument([allowTopic(arns, arns.sentinelQueue)]));
    const found = new SqsQueuePolicy(this, FOUND_POLICY, {
      queueUrl,
      policy: ours,
      ...this.adopted({ ignoreChanges: ["policy"] }),
    });
    const document = `jsondecode(${addressOf(found)}.policy)`;
    // A policy with one statement may omit the list.
    const statements = `flatten([${document}.Statement])`;
    const isOurs = `try(statement.Sid, "") == ${statementId}`;
    const others = `[for statement in ${statements} : statement if !(${isOurs})]`;
    const { ours: text } = localValues(this, "Statement", { ours });
    const all = `concat(${others}, jsondecode(${text}).Statement)`;
    const extended = new SqsQueuePolicy(this, POLICY, {
      queueUrl,
      policy: `\${jsonencode(merge(${document}, { Statement = ${all} }))}`,
      dependsOn,
      ...this.adopted(),
    });
    new ImportBlock(found, queueUrl);
    new ImportBlock(extended, queueUrl);
    return {
      extended,
      allowsTopic: `anytrue([for statement in ${statements} : ${isOurs}])`,
      hasOthers: `length(${others}) > 0`,
      denials: `[for statement in ${statements} : try(statement.Sid, "without Sid") if ${deniesTopic("statement")}]`,
    };
  }

  /**
   * Adopts the notification configuration of a bucket.
   * @param blocks - its rules, in Terraform's JSON
   * @param lifecycle - what must hold before it is changed
   */
  public notification(
    bucket: string,
    blocks: Record<string, unknown>,
    lifecycle: TerraformResourceLifecycle,
    dependsOn: ITerraformDependable[],
  ): void {
    const notification = new S3BucketNotification(this, NOTIFICATION, {
      bucket,
      dependsOn,
      ...this.adopted(lifecycle),
    });
    Object.entries(blocks).forEach(([name, value]) => {
      notification.addOverride(name, value);
    });
    new ImportBlock(notification, bucket);
  }

  /** Releases everything unchanged. */
  public release(): void {
    const released = [
      reserveAddress(this, SqsQueuePolicy.tfResourceType, FOUND_POLICY),
      reserveAddress(this, SqsQueuePolicy.tfResourceType, POLICY),
      reserveAddress(this, S3BucketNotification.tfResourceType, NOTIFICATION),
    ];
    released.forEach((address, index) => new RemovedBlock(this, `Released${index}`, address));
  }

  private adopted(lifecycle: TerraformResourceLifecycle = {}) {
    return { lifecycle: { ...lifecycle, preventDestroy: true }, provider: this.provider };
  }
}

/**
 * Whether a statement may deny SNS to send, as an expression. A statement for given principals of AWS does not, nor one for
 * requests without TLS or of others than services. No other condition is evaluated: its statement counts as a denial.
 * Sources: IAM User Guide, "AWS JSON policy elements: Principal", and "AWS global condition context keys" (2026-11).
 */
function deniesTopic(statement: string): string {
  const items = (path: string, otherwise: string) => `flatten([try(${statement}.${path}, ${otherwise})])`;
  const pattern = `replace(replace(lower(action), "*", ".*"), "?", ".")`;
  const sends = (path: string, otherwise: string) =>
    `anytrue([for action in ${items(path, otherwise)} : can(regex("^\${${pattern}}$", "sqs:sendmessage"))])`;
  const isForSns = `anytrue([for name in concat(${items("Principal.Service", "[]")}, ${items("Principal.AWS", "[]")}) : contains(["*", "sns.amazonaws.com"], name)])`;
  const isForAll = `try(${statement}.Principal == "*", false) || can(${statement}.NotPrincipal)`;
  const isFalse = (path: string) => `try(tostring(${items(path, '""')}[0]), "") == "false"`;
  const isForOthers = [
    isFalse(`Condition.Bool["aws:SecureTransport"]`),
    isFalse(`Condition.Bool["aws:PrincipalIsAWSService"]`),
    isFalse(`Condition.BoolIfExists["aws:PrincipalIsAWSService"]`),
  ].join(" || ");
  const isSend = `(can(${statement}.NotAction) ? !${sends("NotAction", "[]")} : ${sends("Action", "[]")})`;
  return `${statement}.Effect == "Deny" && ${isSend} && (${isForSns} || ${isForAll}) && !(${isForOthers})`;
}

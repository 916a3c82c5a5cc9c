import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { CloudTrailFanout, fanoutPhase, inputVariable, requireProviders } from "../../modules";
import { BUCKET_NAME, STANDARD_QUEUE_NAME } from "../../modules/cloudtrail-fanout/formats";
import { AWS_ACCOUNT_ID, AWS_REGION, ROLE_ARN } from "../../modules/foundation";

/** An account whose CloudTrail Sentinel reads already: Defender for Cloud comes as a second reader. */
export class CloudTrailFanoutExample extends TerraformStack {
  public constructor(scope: Construct, name: string) {
    super(scope, name);
    // Relative to cdktf.out/stacks/<name>, where Terraform runs; cdktf's own default is an absolute path.
    new LocalBackend(this, { path: `../../../terraform.${name}.tfstate` });
    const variables = fanoutVariables(this);
    new AwsProvider(this, "aws", { region: variables.awsRegion });
    requireProviders(this, "aws");

    const fanout = new CloudTrailFanout(this, "Fanout", {
      phase: fanoutPhase("FANOUT_PHASE", process.env.FANOUT_PHASE ?? "prepare"),
      awsAccountId: variables.awsAccountId,
      awsRegion: variables.awsRegion,
      bucketName: variables.bucketName,
      trailLayout: { kind: "account" },
      sentinel: {
        queueName: variables.sentinelQueueName,
        roleArns: [variables.sentinelRoleArn],
        notificationRule: {
          id: variables.sentinelRuleId,
          events: ["s3:ObjectCreated:*"],
          prefix: `AWSLogs/${variables.awsAccountId}/CloudTrail/`,
          suffix: ".gz",
        },
      },
      defender: { readerRoleArns: [variables.defenderReaderRoleArn] },
      // Every other rule of the bucket goes in here: what is not declared is removed. See the README.
      otherRules: { queues: [], topics: [], lambdaFunctions: [], eventBridge: false },
      alarms: { actionArns: [] },
    });
    this.output("bucket_arn", "ARN of the bucket: the portal asks for it.", fanout.bucketArn);
    this.output("defender_queue_arn", "ARN of Defender's queue: the portal asks for it.", fanout.defenderQueueArn);
    this.output("topic_arn", "ARN of the topic.", fanout.topicArn);
    this.output("dead_letter_queue_arns", "ARNs of the dead-letter queues.", fanout.deadLetterQueueArns);
  }

  /** An output under its plain name. */
  private output(name: string, description: string, value: unknown): void {
    new TerraformOutput(this, name, { description, value, staticId: true });
  }
}

function fanoutVariables(stack: TerraformStack) {
  return {
    awsAccountId: inputVariable(stack, "aws_account_id", {
      description: "The AWS account that owns the bucket: 12 digits. The AWS credentials must belong to it.",
      format: AWS_ACCOUNT_ID,
    }).stringValue,
    awsRegion: inputVariable(stack, "aws_region", {
      description: "Region of the bucket and of Sentinel's queue, for instance eu-central-1.",
      format: AWS_REGION,
    }).stringValue,
    bucketName: inputVariable(stack, "cloudtrail_bucket_name", {
      description: "The bucket into which CloudTrail writes.",
      format: BUCKET_NAME,
    }).stringValue,
    sentinelQueueName: inputVariable(stack, "sentinel_queue_name", {
      description: "Name of the queue that Sentinel reads.",
      format: STANDARD_QUEUE_NAME,
    }).stringValue,
    sentinelRoleArn: inputVariable(stack, "sentinel_role_arn", {
      description: "ARN of the role with which Sentinel reads the queue. Its queue policy names it.",
      format: ROLE_ARN,
    }).stringValue,
    sentinelRuleId: inputVariable(stack, "sentinel_rule_id", {
      description: "Id of the bucket's rule for Sentinel's queue, as get-bucket-notification-configuration shows it.",
      format: { expected: "the id of the rule, 1 to 255 characters", pattern: "^.{1,255}$" },
    }).stringValue,
    defenderReaderRoleArn: inputVariable(stack, "defender_reader_role_arn", {
      description: "ARN of the role with which Defender reads, from the template that the portal generates.",
      format: ROLE_ARN,
    }).stringValue,
  };
}

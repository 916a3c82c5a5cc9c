import { TerraformVariable, Token } from "cdktf";
import type { TerraformStack } from "cdktf";
import {
  ALARM_ACTION_ARN,
  FANOUT_PHASE,
  KEY_PREFIX,
  KEY_SUFFIX,
  KMS_KEY_ARN,
  STANDARD_QUEUE_NAME,
  STANDARD_TOPIC_NAME,
} from "../../modules/cloudtrail-fanout";
import { AWS_ACCOUNT_ID, AWS_REGION, AWS_TAG_KEY, AWS_TAG_VALUE, BUCKET_NAME, ROLE_ARN } from "../../modules/inputs";
import type { Format, TerraformInput } from "../../modules/inputs";
import { preconditionsOf } from "../../modules/terraform";

interface Variable {
  readonly description: string;
  readonly type: string;
  /** Absent: the variable must be set. With null it need not be. */
  readonly default?: unknown;
  readonly checks: readonly TerraformInput[];
}

const RELEASE_PHASE: Format = {
  expected: "release, which this configuration does; the other phases belong to the module around it",
  pattern: "^release$",
};

/** The configurations of one state: of the phases that share one, and of the release. */
export type PhaseSet = "shared" | "release";

const PHASES: Readonly<Record<PhaseSet, { readonly description: string; readonly format: Format }>> = {
  shared: {
    description:
      "What the apply does: `prepare`, `fanout` or `rollback`. The release is a module of its own, `release`.",
    format: { ...FANOUT_PHASE, expected: `${FANOUT_PHASE.expected}, the module release` },
  },
  release: { description: "`release`: the only phase of this module.", format: RELEASE_PHASE },
};

const SECONDS = 1_209_600;

function variables(phase: PhaseSet): Readonly<Record<string, Variable>> {
  const string = (name: string, description: string, format: Format, preset?: { readonly default: string | null }) => ({
    [name]: { description, type: "string", ...preset, checks: [{ prop: name, value: value(name), format }] },
  });
  return {
    ...string("phase", PHASES[phase].description, PHASES[phase].format),
    ...string(
      "aws_account_id",
      "The account that owns topic and queues: 12 digits. The AWS credentials must belong to it.",
      AWS_ACCOUNT_ID,
    ),
    ...string("aws_region", "Region of the bucket, of Sentinel's queue and of the AWS provider.", AWS_REGION),
    ...string("bucket_name", "The bucket to which CloudTrail delivers log files.", BUCKET_NAME),
    ...string(
      "bucket_account_id",
      "The account that owns the bucket, if it is another one. Its bucket policy must then allow s3:GetBucketNotification and s3:PutBucketNotification.",
      AWS_ACCOUNT_ID,
      { default: null },
    ),
    ...string("sentinel_queue_name", "Sentinel's queue, in this account and region.", STANDARD_QUEUE_NAME),
    ...string("defender_queue_name", "Defender's queue. null: the topic's name with -defender.", STANDARD_QUEUE_NAME, {
      default: null,
    }),
    reader_role_arns: {
      description:
        "ARNs of the roles with which Defender reads the queue. Each must exist. Microsoft publishes none: take them from the portal's template, and leave the list empty until then.",
      type: "list(string)",
      checks: [
        {
          prop: "reader_role_arns",
          entries: entries("var.reader_role_arns"),
          format: ROLE_ARN,
          distinct: "list each role only once",
        },
      ],
    },
    message_retention_seconds: {
      description: "Seconds for which Defender's queue keeps an unread message: 60 to 1209600.",
      type: "number",
      default: SECONDS,
      checks: numberBetween("message_retention_seconds", 60, SECONDS),
    },
    visibility_timeout_seconds: {
      description:
        "Seconds for which a message of Defender's queue stays hidden while one reader works on it: 0 to 43200.",
      type: "number",
      default: 30,
      checks: numberBetween("visibility_timeout_seconds", 0, 43_200),
    },
    ...string(
      "topic_name",
      "Name of the topic. The dead-letter queues and the alarms are named after it.",
      STANDARD_TOPIC_NAME,
      { default: "cloudtrail-fanout" },
    ),
    additional_keys: {
      description:
        "More object keys whose new objects are announced to the topic in phase `fanout`. Both readers get the events, and Sentinel reads one path per queue: ask its team first.",
      type: 'list(object({ prefix = string, suffix = optional(string, "") }))',
      default: [],
      checks: [
        {
          prop: "additional_keys",
          entries: entries("[for key in var.additional_keys : key.prefix]"),
          format: KEY_PREFIX,
        },
        {
          prop: "additional_keys",
          entries: entries("[for key in var.additional_keys : key.suffix]"),
          format: KEY_SUFFIX,
        },
      ],
    },
    ...string("topic_key_arn", "Customer managed key that encrypts the topic. null: no encryption.", KMS_KEY_ARN, {
      default: null,
    }),
    ...string(
      "queue_key_arn",
      "Customer managed key that encrypts Defender's queue and the dead-letter queues. null: SSE-SQS.",
      KMS_KEY_ARN,
      { default: null },
    ),
    ...string(
      "sentinel_queue_key_arn",
      "Customer managed key that encrypts Sentinel's queue, if it has one. It is not changed.",
      KMS_KEY_ARN,
      { default: null },
    ),
    ...string(
      "log_key_arn",
      "Customer managed key that encrypts the log files, if they have one. It is not changed.",
      KMS_KEY_ARN,
      { default: null },
    ),
    alarms: {
      description:
        "CloudWatch alarms on the age of the oldest message and on the dead-letter queues; null is none. `action_arns`: what an alarm notifies; `oldest_message_seconds`: age at which a reader counts as late.",
      type: "object({ action_arns = list(string), oldest_message_seconds = optional(number, 900) })",
      default: null,
      checks: [
        { prop: "alarms.action_arns", entries: entries("var.alarms.action_arns"), format: ALARM_ACTION_ARN },
        ...numberBetween("alarms.oldest_message_seconds", 60, SECONDS),
      ],
    },
    tags: {
      description: "Tags of everything that is created.",
      type: "map(string)",
      default: {},
      checks: [
        { prop: "tags", entries: entries("keys(var.tags)"), format: AWS_TAG_KEY },
        { prop: "tags", entries: entries("values(var.tags)"), format: AWS_TAG_VALUE },
      ],
    },
    adopt: {
      description:
        "Whether queues of these names that another state created are not refused, because the root imports them (README, A lost state). Take it out after the apply.",
      type: "bool",
      default: false,
      checks: [],
    },
    assume_role_arn: {
      description:
        "Role that the module's own provider assumes. A provider block inside a module does not inherit the caller's assume_role: give the same role here.",
      type: "string",
      default: null,
      checks: [{ prop: "assume_role_arn", value: value("assume_role_arn"), format: ROLE_ARN }],
    },
  };
}

/** Declares the variables of the module, or of its release. */
export function addFanoutVariables(stack: TerraformStack, phase: PhaseSet): void {
  for (const [name, { checks, default: preset, ...described }] of Object.entries(variables(phase))) {
    const nullable = preset === null;
    const variable = new TerraformVariable(stack, name, {
      ...described,
      nullable,
      ...(preset === undefined || nullable ? {} : { default: preset }),
    });
    variable.overrideLogicalId(name);
    for (const validation of checks.flatMap(preconditionsOf)) {
      variable.addValidation(validation);
    }
  }
}

/** Names of the variables, in the order in which a reader wants them. */
export function fanoutVariableNames(): readonly string[] {
  return Object.keys(variables("shared"));
}

/** A value that only Terraform knows, as a string of a construct. */
export function value(name: string): string {
  return Token.asString(`\${var.${name}}`);
}

/** The same as a number. */
export function numberValue(name: string): number {
  return Token.asNumber(`\${var.${name}}`);
}

function entries(expression: string): readonly string[] {
  return Token.asList(`\${${expression}}`);
}

function numberBetween(name: string, least: number, most: number): readonly TerraformInput[] {
  return [{ prop: name, value: numberValue(name), least, most, unit: "seconds" }];
}

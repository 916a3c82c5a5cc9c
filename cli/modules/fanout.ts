import { PROVIDERS, TERRAFORM_VERSION } from "../../modules/terraform";
import { hcl, jsonDocument, Nested } from "../hcl";
import type { Blocks } from "../hcl";
import { byChoice } from "./by-choice";
import { withVariables } from "./fanout-expressions";
import { fanoutStack, READERS } from "./fanout-stack";
import { reword } from "./rewording";
import type { Rewording } from "./rewording";
import { unitedBlocks } from "./united-blocks";
import { uniteVariants } from "./variants";

/** How HCL asks for a choice. */
const CHOICES: Readonly<Record<string, string>> = { readers: "local.readers", alarms: "(var.alarms != null)" };

/** Texts of the construct that name its props, and what a module says. */
const WORDS: readonly Rewording[] = [
  [/sentinel\.queueName/g, "sentinel_queue_name"],
  [/defender\.queueName/g, "defender_queue_name"],
  [/topicName/g, "topic_name"],
  [/awsRegion/g, "aws_region"],
  [/additionalKeys/g, "additional_keys"],
  [/encryption\.topicKeyArn/g, "topic_key_arn"],
  [/encryption\.queueKeyArn/g, "queue_key_arn"],
  [/encryption\.sentinelQueueKeyArn/g, "sentinel_queue_key_arn"],
  [/encryption\.logKeyArn/g, "log_key_arn"],
  [/adopt them with the prop adopt/g, "adopt them: README, A lost state"],
];

const RELEASE_WORDS: readonly Rewording[] = [
  ...WORDS.slice(0, 4),
  ...WORDS.slice(5, 9),
  [/adopt it with the prop adopt first/g, "adopt it first: README, A lost state"],
];

type Body = Readonly<Record<string, unknown>>;

/** The blocks of the module `cloudtrail-fanout`, by file. */
export function fanoutModule(): Readonly<Record<string, Blocks>> {
  const variants = READERS.flatMap((readers) =>
    [true, false].map((alarms) => {
      const selection = { readers, alarms };
      return { selection, stack: withVariables(fanoutStack("shared", selection)) };
    }),
  );
  const choice = (name: string) => CHOICES[name] ?? name;
  const [first] = variants.map(({ stack }) => stack);
  const values = variants.map(({ selection, stack: { output } }) => ({
    selection,
    value: readable(output as Outputs),
  }));
  const { locals, main } = reword(
    { locals: first?.locals, main: unitedBlocks(uniteVariants(variants, choice)) },
    WORDS,
  );
  return {
    ...settings(first),
    "locals.tf": { locals: { readers: READERS_GIVEN, ...(locals as object) } },
    "main.tf": main,
    "outputs.tf": { output: { ...onlyGiven(byChoice(values, choice) as Outputs), ...importIds(main.resource) } },
  };
}

/** The blocks of the module that releases, by file: the objects that it does not declare. */
export function fanoutReleaseModule(): Readonly<Record<string, Blocks>> {
  const stack = withVariables(fanoutStack("release", { readers: "none", alarms: false }));
  const { data, resource, locals } = reword(stack, RELEASE_WORDS);
  return {
    ...settings(stack),
    "locals.tf": { locals },
    "main.tf": { data, resource, removed: stack.removed },
  };
}

/** The files that both modules have. */
function settings(stack: Blocks | undefined): Readonly<Record<string, Blocks>> {
  const { aws } = stack?.provider as { readonly aws: readonly Body[] };
  return {
    "versions.tf": {
      terraform: { required_version: TERRAFORM_VERSION, required_providers: { aws: PROVIDERS.awsForFanout } },
    },
    "variables.tf": { variable: stack?.variable },
    "lock.tf": { provider: { aws: [{ ...aws.find(({ alias }) => alias !== undefined), ...ASSUMED_ROLE }] } },
  };
}

/** A provider block inside a module does not take over what the caller's provider assumes. */
const ASSUMED_ROLE = {
  dynamic: {
    assume_role: { for_each: "${var.assume_role_arn[*]}", content: { role_arn: "${assume_role.value}" } },
  },
};

const READERS_GIVEN = '${length(var.reader_role_arns) > 0 ? "some" : "none"}';

type Outputs = Readonly<Record<string, Body>>;

/** Key policies as data, not as one string. */
function readable(outputs: Outputs): Outputs {
  const { key_policy_statements: keys } = outputs;
  const statements = Object.entries((keys?.value ?? {}) as Readonly<Record<string, string>>).map(([name, text]) => [
    name,
    hcl`jsonencode(${new Nested(jsonDocument(text))})`,
  ]);
  return { ...outputs, key_policy_statements: { ...keys, value: Object.fromEntries(statements) as unknown } };
}

/** Leaves out what belongs to keys that are not given. */
function onlyGiven(outputs: Outputs): Outputs {
  const { key_policy_statements: keys, cloud_trail_resource_set: set } = outputs;
  const byKey = Object.entries(keys?.value as Body).map(([name, statements]) => [
    name,
    hcl`var.${name} == null ? null : ${new Nested(statements)}`,
  ]);
  return {
    ...outputs,
    cloud_trail_resource_set: { ...set, value: withoutNull(set?.value) },
    key_policy_statements: { ...keys, value: withoutNull(Object.fromEntries(byKey)) },
  };
}

function withoutNull(value: unknown): unknown {
  return hcl`{\n  for name, value in ${new Nested(value, 1)} : name => value if value != null\n}`;
}

/** What the root needs to import what is shared. */
function importIds(resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Outputs {
  const { queue_url: url } = resources.aws_sqs_queue_policy?.adopted_sentinel_queue_policy as Body;
  return {
    bucket_name: { description: "The bucket: id for imports.tf.", value: "${var.bucket_name}" },
    sentinel_queue_url: { description: "URL of Sentinel's queue: id for imports.tf.", value: url },
  };
}

/** A refusal that is the design, and the way on. */
export interface Refusal {
  readonly why: readonly string[];
  /** What to do next. */
  readonly next: readonly string[];
}

/** Who holds an object that Terraform must not destroy: by the type of the resource. */
const HELD: readonly (readonly [types: RegExp, why: string, next: string])[] = [
  [
    /^aws_(s3_bucket_notification|sqs_|sns_)|Fanout/,
    "the bucket's notification and Sentinel's queue belong to others, or topic and queues are still in use",
    "fan-out: apply phase rollback, then phase release, then destroy",
  ],
  [
    /^aws_iam_openid_connect_provider|_mode_release/,
    "the account's identity provider is shared with Microsoft Sentinel, and a deletion would cut it off",
    'identity provider: apply mode "release", then destroy',
  ],
  [
    /^aws_cloudformation_stack_set/,
    "the StackSet holds the roles of every member account",
    "StackSet: set preventDestroy: false, apply, then destroy",
  ],
];

/**
 * Explains a refusal by `prevent_destroy`.
 * @param diagnostics - what Terraform printed
 * @returns undefined where the fault is another one
 */
export function destroyRefusal(diagnostics: string): Refusal | undefined {
  const addresses = [...diagnostics.matchAll(/Resource\s+(\S+)\s+has\s+lifecycle\.prevent_destroy/g)].map(
    ([, address = ""]) => address,
  );
  if (addresses.length === 0) {
    return undefined;
  }
  const held = HELD.filter(([types]) => addresses.some((address) => types.test(address)));
  return held.length === 0
    ? {
        why: [`the configuration protects ${addresses.join(", ")} by prevent_destroy`],
        next: ["take prevent_destroy out, apply, then destroy"],
      }
    : { why: held.map(([, why]) => why), next: held.map(([, , next]) => next) };
}

/** The message with which a guard of the modules refuses a phase; undefined where the fault is another one. */
export function phaseRefusal(diagnostics: string): string | undefined {
  return /phase: "\w+" is not allowed;[^]*?(?=\n\n|$)/.exec(diagnostics)?.[0].replaceAll(/\s+/g, " ").trim();
}

import { hcl, Nested, snakeCase } from "../hcl";
import type { Blocks } from "../hcl";
import { MARKS } from "./fanout-stack";
import { fanoutVariableNames } from "./fanout-variables";
import { mapTexts } from "./texts";

type Body = Readonly<Record<string, unknown>>;
type Objects = Readonly<Record<string, Readonly<Record<string, Body>>>>;
type Named = Readonly<Record<string, Body>>;

interface Check {
  readonly condition: string;
  readonly error_message: string;
}

/** A fan-out's stack with the module's variables and locals in the place of the construct's marks and locals. */
export function withVariables(stack: Blocks): Blocks {
  const optional = Object.entries(stack.variable as Named).flatMap(([name, { nullable }]) => (nullable ? [name] : []));
  const objects = (kind: "resource" | "data") =>
    Object.fromEntries(
      Object.entries((stack[kind] ?? {}) as Objects).map(([type, named]) => [
        type,
        Object.fromEntries(Object.entries(named).map(([name, body]) => [name, bodyOf(type, name, body, optional)])),
      ]),
    );
  const variable = Object.fromEntries(
    fanoutVariableNames().map((name) => [name, variableOf((stack.variable as Named)[name] ?? {}, optional)]),
  );
  const { locals, names } = plainLocals(stack.locals as ConstructLocals);
  const written = mapTexts(
    { ...stack, variable, locals, resource: objects("resource"), data: objects("data") },
    (text) =>
      text
        .replaceAll(/\blocal\.is\.(\w+)/g, (_, key: string) => names.get(key) ?? "")
        .replaceAll("local.adopted_statement.ours", "local.topic_statement")
        .replaceAll("-additional-0", "-additional-${index}")
        .replaceAll(MARKS.prefix, "${key.prefix}")
        .replaceAll(MARKS.suffix, "${key.suffix}")
        .replaceAll(`["${MARKS.reader}"]`, `"${MARKS.reader}"`)
        .replaceAll(MARKS.reader, "${var.reader_role_arns}")
        // Two calls of the module in one state, for two buckets, are not the same fan-out.
        .replaceAll("/module/Fanout ", "/${var.bucket_name} "),
  ) as Blocks & { readonly locals: Body };
  return { ...written, locals: onlyUsed(written.locals, written) };
}

interface ConstructLocals {
  readonly is: Readonly<Record<string, string>>;
  readonly additional_rules: readonly Body[];
  readonly refusals: readonly string[];
  readonly adopted_statement?: { readonly ours: string };
}

/** Locals one by one, in place of those in an object; a local that is only a variable is that variable. */
function plainLocals({ is, additional_rules: rules, refusals, adopted_statement: statement, ...own }: ConstructLocals) {
  const names = new Map(
    Object.entries(is).map(([key, text]) => [
      key,
      /^\$\{((?:var|local)\.\w+)\}$/.exec(text)?.[1] ?? `local.${snakeCase(key)}`,
    ]),
  );
  const composed = [...names].filter(([key, name]) => name === `local.${snakeCase(key)}` && !(snakeCase(key) in own));
  return {
    names,
    locals: {
      ...own,
      ...Object.fromEntries(composed.map(([key]) => [snakeCase(key), is[key]])),
      ...(statement && { topic_statement: statement.ours }),
      additional_rules: hcl`[\n  for index, key in var.additional_keys : ${new Nested(rules[0], 1)}\n]`,
      refusals: refusals.map((text) =>
        text.includes("Queues exist that this state did not create") ? text.replace("${", "${!var.adopt && ") : text,
      ),
    },
  };
}

function onlyUsed(locals: Body, stack: Blocks): Body {
  const text = JSON.stringify(stack);
  return Object.fromEntries(Object.entries(locals).filter(([name]) => new RegExp(`\\blocal\\.${name}\\b`).test(text)));
}

function bodyOf(type: string, name: string, body: Body, optional: readonly string[]): Body {
  const written = Object.fromEntries(
    Object.entries(body).map(([argument, given]) => [argument, argumentOf(argument, given)]),
  );
  if (type === "aws_sqs_queue") {
    return { ...written, ...(body.kms_master_key_id === undefined ? {} : { sqs_managed_sse_enabled: MANAGED }) };
  }
  if (name === "account_guard") {
    const { precondition = [], ...lifecycle } = body.lifecycle as { precondition?: readonly Check[] };
    return {
      ...written,
      lifecycle: { ...lifecycle, precondition: precondition.map((check) => whereGiven(check, optional)) },
    };
  }
  return name === "adopted_sentinel_queue_policy_found"
    ? { ...written, lifecycle: importedOnly(body.lifecycle) }
    : written;
}

/** SSE-SQS, unless a key is given: SQS refuses both. */
const MANAGED = "${var.queue_key_arn == null ? true : null}";

function argumentOf(argument: string, given: unknown): unknown {
  if (argument === "tags") {
    const { [MARKS.tag]: isEverything, ...more } = given as Body;
    return isEverything === undefined || Object.keys(more).length === 0
      ? "${var.tags}"
      : hcl`merge(var.tags, ${new Nested(more)})`;
  }
  return Array.isArray(given) && given[0] === MARKS.action ? "${var.alarms.action_arns}" : given;
}

/** Without the root's import blocks Terraform would create the policy, which overwrites Sentinel's. */
function importedOnly(lifecycle: unknown): object {
  return {
    ...(lifecycle as object),
    postcondition: [
      {
        condition:
          '${anytrue([for statement in flatten([jsondecode(self.policy).Statement]) : try(statement.Sid, "") != local.topic_statement_id])}',
        error_message:
          "The policy of queue ${var.sentinel_queue_name} has no statement of others. The root does not import it, and an apply would overwrite it: add imports.tf (README). If the queue has no policy, run the setup of Sentinel's connector first.",
      },
    ],
  };
}

function variableOf(body: Body, optional: readonly string[]): Body {
  const { validation, nullable, ...rest } = body as { validation?: readonly Check[]; nullable: boolean };
  return {
    ...rest,
    ...(nullable ? { default: hcl`null` } : { nullable }),
    ...(validation && { validation: validation.map((check) => whereGiven(check, optional)) }),
  };
}

/** Lets a check pass where an optional variable is null. Terraform evaluates the message in any case. */
function whereGiven(check: Check, optional: readonly string[]): Check {
  return optional
    .filter((name) => new RegExp(`\\bvar\\.${name}\\b`).test(check.condition))
    .reduce(
      ({ condition, error_message: message }, name) => ({
        condition: condition.replace(/^\$\{(.*)\}$/s, `\${var.${name} == null ? true : $1}`),
        error_message: message.replace(
          /"?\$\{((?!try\().*)\}"? is not allowed/s,
          '${try(jsonencode($1), "")} is not allowed',
        ),
      }),
      check,
    );
}

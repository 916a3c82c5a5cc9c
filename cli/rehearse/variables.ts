import { InputError } from "../../modules/inputs";
import type { StackJson } from "../../rehearsal";

/** Values for the variables of the examples, by name. */
const REHEARSAL_VALUES: Readonly<Record<string, unknown>> = {
  aws_account_id: "111122223333",
  aws_region: "eu-central-1",
  entra_tenant_id: "11111111-2222-4333-8444-555555555555",
  azure_subscription_id: "00000000-0000-4000-8000-000000000001",
  resource_group_name: "security",
  location: "westeurope",
  connector_name: "aws-connector",
  targets: ["r-ab12"],
  cloudtrail_bucket_name: "cloudtrail-logs",
  sentinel_queue_name: "sentinel-cloudtrail",
  defender_reader_role_arn: "arn:aws:iam::111122223333:role/DefenderCloudTrailReader",
};

/** Values by the name of the variable. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Values for the variables that a stack declares: given ones, else those of the examples by name, else the variable's default.
 * @throws InputError that names every variable without a value
 */
export function variableValues({ variable = {} }: StackJson, given: Values): Values {
  const known: Values = { ...REHEARSAL_VALUES, ...given };
  const missing = Object.keys(variable).filter((name) => !(name in known) && variable[name]?.default === undefined);
  if (missing.length > 0) {
    throw InputError.of(
      "--var",
      Object.keys(given),
      `the stack has variables without a value: ${missing.join(", ")}. Give each with --var <name>=<value>, or in a terraform.tfvars.json beside the stack`,
    );
  }
  return Object.fromEntries(
    Object.keys(variable)
      .filter((name) => name in known)
      .map((name) => [name, typed(variable[name]?.type, known[name])]),
  );
}

/** A value of the command line is text; lists, numbers and the like are written as JSON. */
function typed(type: string | undefined, value: unknown): unknown {
  if (typeof value !== "string" || type === undefined || type === "string") {
    return value;
  }
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The variable that holds the phase of a fan-out: it is named so, or takes only its phases. */
export function phaseVariable({ variable = {} }: StackJson): string | undefined {
  return Object.keys(variable).find(
    (name) => name === "fanout_phase" || JSON.stringify(variable[name]).includes("prepare|fanout|rollback"),
  );
}

import { AUDIENCES, offeringsOf, ROLE_CATALOGUE, ROLE_USES } from "../../modules/plans";
import type { ResolvedPlans, RoleKey } from "../../modules/plans";
import { call, Code, hcl, Nested, snakeCase } from "../hcl";
import { byChoice, condition } from "./by-choice";
import { choicesOf, derivedDefault, everySelection, PLAN_KEYS } from "./choices";
import type { Choice, PlanKey } from "./choices";

/*
 * The selection of plans as Terraform variables and local values. Everything follows from the plans' schemas, role uses and
 * offerings: for each plan every selection is tried, and the expressions say what was found.
 */

/** The variable of each plan: `null` is off. */
export function planVariables(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PLAN_KEYS.map((key) => [snakeCase(key), planVariable(key)]));
}

const TITLES: Readonly<Record<PlanKey, string>> = {
  defenderCspm: "Defender CSPM",
  servers: "Defender for Servers",
  containers: "Defender for Containers",
  databases: "Defender for Databases",
};

function planVariable(key: PlanKey) {
  const name = snakeCase(key);
  const choices = choicesOf(key);
  const settings = choices.map((choice) => {
    const given = choice.values.map((value) => JSON.stringify(value)).join(", ");
    return `\`${choice.name}\`: ${given} (${choice.required ? "required" : `default ${presetOf(key, choice)}`})`;
  });
  const words = choices
    .filter(({ values }) => !values.every((value) => typeof value === "boolean"))
    .map((choice) => ({
      // Without try, a null stops with a message about an argument of contains.
      condition: `\${alltrue([for plan in var.${name}[*] : try(contains(${JSON.stringify(choice.values.map(String)).replaceAll(",", ", ")}, plan.${choice.name}), false)])}`,
      error_message: `${name}.${choice.name}: \${jsonencode(try(var.${name}.${choice.name}, null))} is not allowed; allowed: ${choice.values.map((value) => JSON.stringify(String(value))).join(", ")}.`,
    }));
  return {
    description: `${TITLES[key]}; null is off, and {} the portal's selection${choices.some(({ required }) => required) ? ", as far as it has one" : ""}. ${settings.join("; ")}.`,
    type: objectType(choices),
    default: new Code(["null"]),
    validation: [...words, ...refusedPairs(key)],
  };
}

/** The default of a choice in words: a value, or the condition on other choices that it follows from. */
function presetOf(key: PlanKey, choice: Choice): string {
  return choice.default === undefined
    ? derived(key, choice, (prop) => nameOf(key, prop))
    : JSON.stringify(choice.default);
}

function objectType(choices: readonly Choice[]): Code {
  const members = Object.fromEntries(
    choices.map((choice) => {
      const type = choice.values.every((value) => typeof value === "boolean") ? "bool" : "string";
      const preset =
        choice.default === undefined
          ? ""
          : `, ${JSON.stringify(typeof choice.default === "boolean" && type === "string" ? String(choice.default) : choice.default)}`;
      return [choice.name, new Code([choice.required ? type : `optional(${type}${preset})`])];
    }),
  );
  return new Code(["object(", new Nested(members), ")"]);
}

/** Two values that the plan refuses together, whatever else is chosen. */
function refusedPairs(key: PlanKey) {
  const all = everySelection(key);
  const name = snakeCase(key);
  const choices = choicesOf(key);
  const pairs = choices.flatMap((one, index) =>
    choices.slice(index + 1).flatMap((other) =>
      one.values.flatMap((value) =>
        other.values.flatMap((otherValue) => {
          const having = all.filter(
            ({ selection }) => selection[one.prop] === value && selection[other.prop] === otherValue,
          );
          return having.every(({ faults }) => faults.length > 0)
            ? [{ one, value, other, otherValue, fault: having[0]?.faults[0] ?? "" }]
            : [];
        }),
      ),
    ),
  );
  return pairs.map(({ one, value, other, otherValue, fault }) => ({
    condition: `\${alltrue([for plan in var.${name}[*] : !(${equals(one, value)} && ${equals(other, otherValue)})])}`,
    error_message: withModuleNames(key, fault),
  }));
}

function equals({ name, values }: Choice, value: boolean | string): string {
  const isFlag = values.every((one) => typeof one === "boolean");
  return isFlag ? `coalesce(plan.${name}, false) == ${String(value)}` : `plan.${name} == ${JSON.stringify(value)}`;
}

function withModuleNames(key: PlanKey, message: string): string {
  return choicesOf(key).reduce(
    (text, { prop, name }) => text.replaceAll(prop, name),
    message.replaceAll(key, snakeCase(key)),
  );
}

function nameOf(key: PlanKey, prop: string): string {
  return choicesOf(key).find((choice) => choice.prop === prop)?.name ?? prop;
}

/** Refers to a choice of the plan that an expression iterates over. */
const ofPlan = (key: PlanKey) => (prop: string) => `plan.${nameOf(key, prop)}`;

/** The plan as a list of at most one, with the defaults that follow from other choices. */
function chosen(key: PlanKey): string {
  return `local.${snakeCase(key)}`;
}

/** Local values: the chosen plans, their roles, audiences and offerings. */
export function selectionLocals(
  roleArn: (role: RoleKey) => string,
  externalId: string,
): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(PLAN_KEYS.map((key) => [snakeCase(key), withDerivedDefaults(key)])),
    roles: rolesExpression(),
    audiences: audiencesExpression(),
    offerings: call("concat", [
      hcl`${new Nested(offeringsOf(NO_PLANS, roleArn))}`,
      ...PLAN_KEYS.map((key) => offeringExpression(key, roleArn, externalId)),
    ]),
  };
}

const NO_PLANS: ResolvedPlans = { defenderCspm: false, servers: false, containers: false, databases: false };

function withDerivedDefaults(key: PlanKey): Code {
  const choices = choicesOf(key).filter((choice) => !choice.required && choice.default === undefined);
  if (choices.length === 0) {
    return hcl`var.${snakeCase(key)}[*]`;
  }
  const filled = Object.fromEntries(
    choices.map((choice) => [
      choice.name,
      new Code([`coalesce(plan.${choice.name}, ${derived(key, choice, ofPlan(key))})`]),
    ]),
  );
  return hcl`[\n  for plan in var.${snakeCase(key)}[*] : merge(plan, ${new Nested(filled, 1)})\n]`;
}

/** The default that follows from other choices: a value if it is always the same, else a condition. */
function derived(key: PlanKey, choice: Choice, reference: (prop: string) => string): string {
  const cases = derivedDefault(key, choice).map(({ selection, plan }) => ({ selection, holds: plan }));
  const [only] = cases;
  return only && cases.every(({ holds }) => holds === only.holds) ? String(only.holds) : condition(cases, reference);
}

/** The roles that the chosen features need, each once, in the order of the uses. */
function rolesExpression(): Code {
  const lists = PLAN_KEYS.flatMap((key) => {
    const features = ROLE_USES.filter(({ feature }) => feature.split(".")[0] === key).flatMap(({ feature, role }) => {
      const prop = feature.split(".")[1];
      const choice = choicesOf(key).find((one) => one.prop === prop);
      return prop === undefined
        ? [`{ role = "${role}", on = true }`]
        : choice
          ? [`{ role = "${role}", on = plan.${choice.name} }`]
          : [];
    });
    const uses = features.map((use) => `\n      ${use},`).join("");
    return [
      `[\n  for use in flatten([\n    for plan in ${chosen(key)} : [${uses}\n    ]\n  ]) : use.role if use.on\n]`,
    ];
  });
  const always = ROLE_USES.filter(({ feature }) => !PLAN_KEYS.some((key) => feature.startsWith(key))).map(
    ({ role }) => role,
  );
  return hcl`distinct(${call(
    "concat",
    [JSON.stringify(always), ...lists].map((list) => new Code([list])),
  )})`;
}

/** The audiences that the trusts of the chosen roles name, in a fixed order. */
function audiencesExpression(): Code {
  const roles = moduleRoles();
  const wanted = Object.values(AUDIENCES)
    .map((audience) => ({ audience, roles: roles.filter((role) => ROLE_CATALOGUE[role].audience === audience) }))
    .filter((entry) => entry.roles.length > 0);
  const lines = wanted.map(
    (entry) =>
      `    { audience = "${entry.audience}", roles = ${JSON.stringify(entry.roles).replaceAll(",", ", ")} },\n`,
  );
  return new Code([
    `[\n  for needed in [\n${lines.join("")}  ] : needed.audience if length(setintersection(needed.roles, local.roles)) > 0\n]`,
  ]);
}

/** The roles that a module can create. */
export function moduleRoles(): readonly RoleKey[] {
  const used = ROLE_USES.filter(({ feature }) => {
    const [plan = "", prop] = feature.split(".");
    const key = PLAN_KEYS.find((one) => one === plan);
    return key === undefined || prop === undefined || choicesOf(key).some((choice) => choice.prop === prop);
  });
  return [...new Set(used.map(({ role }) => role))];
}

function offeringExpression(key: PlanKey, roleArn: (role: RoleKey) => string, externalId: string): Code {
  const values = everySelection(key)
    .filter(({ faults }) => faults.length === 0)
    .map(({ selection, plan }) => {
      const plans = { ...NO_PLANS, [key]: withExternalId(plan, externalId) };
      return { selection, value: offeringsOf(plans, roleArn).at(-1) };
    });
  return hcl`[\n  for plan in ${chosen(key)} : ${new Nested(byChoice(values, ofPlan(key)), 1)}\n]`;
}

function withExternalId(plan: unknown, externalId: string): unknown {
  const { auditLogCollection, ...others } = plan as { auditLogCollection?: false | object };
  return auditLogCollection ? { ...others, auditLogCollection: { ...auditLogCollection, externalId } } : plan;
}

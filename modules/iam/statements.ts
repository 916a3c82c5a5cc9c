import { anyText, list, map, object, oneOf, optional, plainObject, refuse, text, withRule } from "../inputs";
import type { Format, Schema } from "../inputs";
import type { PolicyConditions, PolicyPrincipal, PolicyStatement } from "./policy-document";

/*
 * Statements that the user gives. Their strings may contain IAM variables such as `${aws:username}` and Terraform values, so
 * only their shape is checked here. Rules about their effect are checked where the statements are used.
 */

/** Statement ids of role policies: IAM allows no other characters here, unlike resource policies. */
const ROLE_STATEMENT_ID: Format = { expected: "letters and digits only", pattern: "^[A-Za-z0-9]+$" };

const FOR_EVERYONE = 'an Allow with principal "*" grants access to everyone: name the principals';

/** A principal of an Allow. IAM takes a wildcard only as the whole name, not as a part of it. */
const NAMED_PRINCIPAL: Format = { expected: `a principal without a wildcard: ${FOR_EVERYONE}`, pattern: "^[^*]+$" };

const STRINGS = list(anyText(), { least: 1, size: "expected a list of one or more strings" });

const CONDITION_KEY: Format = { expected: "1 or more characters", pattern: "." };

const CONDITION_RULES = {
  expected: 'an object, for instance { StringEquals: { "aws:SourceAccount": ["111122223333"] } }',
  keys: "literalOrTerraform",
} as const;

/** Conditions by operator, then by condition key. A key may contain a tenant that is a Terraform value. */
const CONDITIONS: Schema<PolicyConditions> = map(
  CONDITION_KEY,
  map(CONDITION_KEY, STRINGS, CONDITION_RULES),
  CONDITION_RULES,
);

/** Statements of a role's policy: no principal, at least one action and one resource, unique ids. */
export const PERMISSION_STATEMENTS: Schema<readonly PolicyStatement[]> = withRule(
  list(
    object<Omit<PolicyStatement, "Principal">>()({
      Sid: optional(text(ROLE_STATEMENT_ID, "literal")),
      Effect: oneOf(["Allow", "Deny"]),
      Action: STRINGS,
      Resource: STRINGS,
      Condition: optional(CONDITIONS),
    }),
  ),
  (statements, at, report) => {
    const seen = new Set<string>();
    for (const { Sid } of statements) {
      if (Sid !== undefined && seen.has(Sid)) {
        report.fault(`${at}.Sid`, Sid, "statement ids must be unique within a policy");
      }
      seen.add(Sid ?? "");
    }
  },
);

/** Statements of a trust or resource policy: each names its principals, and an Allow never grants access to everyone. */
export const PRINCIPAL_STATEMENTS: Schema<readonly PolicyStatement[]> = list(
  withRule(
    object<PolicyStatement>()({
      Sid: optional(anyText()),
      Effect: oneOf(["Allow", "Deny"]),
      Principal: principal(),
      Action: STRINGS,
      Resource: optional(STRINGS),
      Condition: optional(CONDITIONS),
    }),
    ({ Effect, Principal }, at, report) => {
      if (Effect === "Allow" && Principal === "*") {
        report.fault(`${at}.Principal`, Principal, FOR_EVERYONE);
      } else if (Effect === "Allow") {
        for (const [kind, named] of Object.entries(Principal)) {
          list(text(NAMED_PRINCIPAL)).read(named, `${at}.Principal.${kind}`, report);
        }
      }
    },
  ),
);

function principal(): Schema<PolicyPrincipal | "*"> {
  const kinds = object<Required<PolicyPrincipal>>()({
    AWS: optional(STRINGS),
    Service: optional(STRINGS),
    Federated: optional(STRINGS),
  });
  return {
    read: (value, at, report) => {
      if (value === "*") {
        return "*";
      }
      const given = plainObject(value);
      if (given === undefined || Object.keys(given).length === 0) {
        refuse(
          report,
          at,
          value,
          'the statement must name its principals, for instance { Service: ["sns.amazonaws.com"] }',
        );
        return {};
      }
      return kinds.read(given, at, report);
    },
    json: { anyOf: [{ const: "*" }, { ...kinds.json, minProperties: 1 }] },
  };
}

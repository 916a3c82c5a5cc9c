import { anyText, list, object, oneOf, optional, text, withRule } from "../inputs";
import type { Format, Report, Schema } from "../inputs";
import type { PolicyConditions, PolicyPrincipal, PolicyStatement } from "./policy-document";

/*
 * Statements that the user gives. Their strings may contain IAM variables such as `${aws:username}` and Terraform values, so
 * only their shape is checked here. Rules about their effect are checked where the statements are used.
 */

/** Statement ids of role policies: IAM allows no other characters here, unlike resource policies. */
const ROLE_STATEMENT_ID: Format = { expected: "letters and digits only", pattern: "^[A-Za-z0-9]+$" };

const STRINGS = list(anyText(), { least: 1, size: "expected a list of one or more strings" });

/** Statements of a role's policy: no principal, at least one action and one resource, unique ids. */
export const PERMISSION_STATEMENTS: Schema<readonly PolicyStatement[]> = withRule(
  list(
    object<Omit<PolicyStatement, "Principal">>()({
      Sid: optional(text(ROLE_STATEMENT_ID, "literal")),
      Effect: oneOf(["Allow", "Deny"]),
      Action: STRINGS,
      Resource: STRINGS,
      Condition: optional(conditions()),
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
      Condition: optional(conditions()),
    }),
    ({ Effect, Principal }, at, report) => {
      const named = Principal === "*" ? ["*"] : Object.values(Principal).flat();
      if (Effect === "Allow" && named.includes("*")) {
        report.fault(
          `${at}.Principal`,
          Principal,
          'an Allow with principal "*" grants access to everyone: name the principals',
        );
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
      if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
        report.fault(
          at,
          value,
          'the statement must name its principals, for instance { Service: ["sns.amazonaws.com"] }',
        );
        return {};
      }
      return kinds.read(value, at, report);
    },
    json: { anyOf: [{ const: "*" }, { ...kinds.json, minProperties: 1 }] },
  };
}

/** Conditions by operator, then by condition key. */
function conditions(): Schema<PolicyConditions> {
  return {
    read: (value, at, report) => {
      readRecord(value, at, report, (keys, operator) => {
        readRecord(keys, operator, report, (values, key) => {
          STRINGS.read(values, key, report);
        });
      });
      return value as PolicyConditions;
    },
    json: {
      type: "object",
      additionalProperties: { type: "object", additionalProperties: STRINGS.json },
    },
  };
}

function readRecord(value: unknown, at: string, report: Report, entry: (value: unknown, at: string) => void): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report.fault(
      at,
      value,
      'expected an object, for instance { StringEquals: { "aws:SourceAccount": ["111122223333"] } }',
    );
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    entry(child, `${at}.${key}`);
  }
}

/** Conditions of a statement: operator, condition key, values. */
export type PolicyConditions = Readonly<
  Record<string, Readonly<Record<string, readonly string[] | undefined>> | undefined>
>;

/**
 * Principals of a statement by kind: ARNs or account ids, service names such as `sns.amazonaws.com`, ARNs of identity
 * providers. Wildcards are not allowed: every principal is named.
 */
export type PolicyPrincipal = Readonly<Partial<Record<"AWS" | "Service" | "Federated", readonly string[]>>>;

/** A statement of an IAM policy, with every list written as a list, so that documents compare line by line. */
export interface PolicyStatement {
  /** Statement id, unique in its document. */
  readonly Sid?: string;
  /** Whether the statement allows or denies. */
  readonly Effect: "Allow" | "Deny";
  /** The principals; only in trust and resource policies. `"*"` is only for denials. */
  readonly Principal?: PolicyPrincipal | "*";
  /** Actions, wildcards allowed. */
  readonly Action: readonly string[];
  /** Resource ARNs, wildcards allowed; absent in trust policies. */
  readonly Resource?: readonly string[];
  /** Conditions, all of which must hold. */
  readonly Condition?: PolicyConditions;
}

/** An IAM policy document. */
export interface PolicyDocument {
  /** The policy language; the only version that this project writes. */
  readonly Version: "2012-10-17";
  /** The statements. */
  readonly Statement: readonly PolicyStatement[];
}

/** Denies requests without TLS. A denial must reach everyone, services included: only principal `*` does. */
export function denyWithoutTls(sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: actions,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": ["false"] } },
  };
}

/** Limits of IAM in characters, white space not counted (IAM and STS quotas, AWS documentation). */
export const POLICY_LIMITS = { managedPolicy: 6144, trustPolicy: 2048, managedPoliciesPerRole: 10 } as const;

/** Wraps statements in a document. */
export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Length of a document as IAM counts it. */
export function policySize(statements: readonly PolicyStatement[]): number {
  return JSON.stringify(policyDocument(statements)).replaceAll(/\s/g, "").length;
}

/**
 * Splits statements into as few documents as their order allows, each within the limit. A single statement that is too
 * long for a document is split by its actions, then by its resources, over several documents with the same effect.
 */
export function splitStatements(
  statements: readonly PolicyStatement[],
  limit: number = POLICY_LIMITS.managedPolicy,
): PolicyStatement[][] {
  const pieces = statements.flatMap((statement) => cutToLimit(statement, limit));
  const documents: PolicyStatement[][] = [];
  for (const piece of pieces) {
    const last = documents.at(-1);
    if (last && policySize([...last, piece]) <= limit) {
      last.push(piece);
    } else {
      documents.push([piece]);
    }
  }
  return documents;
}

function cutToLimit(statement: PolicyStatement, limit: number): PolicyStatement[] {
  const list = (["Action", "Resource"] as const).find((name) => (statement[name]?.length ?? 0) > 1);
  if (policySize([statement]) <= limit || list === undefined) {
    return [statement];
  }
  const values = statement[list] ?? [];
  const middle = Math.ceil(values.length / 2);
  const halves = [values.slice(0, middle), values.slice(middle)];
  return halves.flatMap((half, index) =>
    cutToLimit(
      { ...statement, ...(statement.Sid ? { Sid: `${statement.Sid}${index + 1}` } : {}), [list]: half },
      limit,
    ),
  );
}

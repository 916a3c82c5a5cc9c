/**
 * Decides a request against IAM policies the way AWS documents its evaluation logic, so that tests can ask "who gets in?"
 * instead of comparing policy text. Only what the policies of this repository use is known; anything else throws, because
 * an evaluator that skips what it does not know answers "allowed" for the wrong reason.
 *
 * Source: IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements: Condition operators" and
 * "Multivalued context keys".
 */

export type OneOrMany = string | readonly string[];

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: "*" | Readonly<Record<string, OneOrMany | undefined>>;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany | boolean | undefined>> | undefined>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** A document, or its JSON text as Terraform and AWS keep it. */
export type Policy = PolicyDocument | string;

/** Who asks: a service principal, the ARN of an IAM identity, the ARN of an identity provider, or an unsigned caller. */
export type Caller =
  | { readonly service: string }
  | { readonly aws: string }
  | { readonly federated: string }
  | { readonly anonymous: true };

export type Context = Readonly<Record<string, OneOrMany | undefined>>;

export interface Request {
  readonly action: string;
  /** @default "*", as for actions without resource-level permissions */
  readonly resource?: string;
  readonly principal: Caller;
  readonly context?: Context;
}

export interface Outcome {
  readonly decision: "allowed" | "explicitlyDenied" | "implicitlyDenied";
  /** The statement that decided; none when nothing matched. */
  readonly statement?: Statement;
}

const NOT_ALLOWED: Outcome = { decision: "implicitlyDenied" };

/**
 * Evaluates policies of one kind together (all identity policies of a caller, or one resource or trust policy): any
 * matching Deny wins, else any matching Allow. Whether two kinds must both allow is for the test to say.
 */
export function evaluate(policies: Policy | readonly Policy[], request: Request): Outcome {
  const matching = many(policies)
    .flatMap((policy) => many(parse(policy).Statement))
    .filter((statement) => matches(statement, request));
  const denial = matching.find(({ Effect }) => Effect === "Deny");
  if (denial) return { decision: "explicitlyDenied", statement: denial };
  return matching[0] ? { decision: "allowed", statement: matching[0] } : NOT_ALLOWED;
}

/** The claims of an OpenID Connect token, and the session name its bearer asks for. */
export interface WebIdentity {
  /** Claim `iss` as in the token: with `https://`, and with the final slash if it has one. */
  readonly issuer: string;
  readonly audience: string;
  readonly subject?: string;
  readonly sessionName?: string;
}

/** The account's identity provider. Without `clientIds` every audience passes the provider. */
export interface IdentityProvider {
  readonly arn: string;
  readonly clientIds?: readonly string[];
}

/** Answers whether the bearer of a token gets the role by `sts:AssumeRoleWithWebIdentity`. */
export function evaluateWebIdentityTrust(trust: Policy, token: WebIdentity, provider: IdentityProvider): Outcome {
  const issuer = token.issuer.replace(/^https:\/\//, "");
  // STS looks for the provider of the token's issuer first: the trust policy of any other provider is never reached.
  const isIssuer = provider.arn.slice(provider.arn.indexOf("/") + 1) === issuer;
  if (!isIssuer || provider.clientIds?.includes(token.audience) === false) return NOT_ALLOWED;
  return evaluate(trustOnly(trust), {
    action: "sts:AssumeRoleWithWebIdentity",
    principal: { federated: provider.arn },
    context: {
      [`${issuer}:aud`]: token.audience,
      [`${issuer}:sub`]: token.subject,
      "sts:RoleSessionName": token.sessionName,
    },
  });
}

export interface AssumeRoleOptions {
  readonly externalId?: string;
  readonly sessionName?: string;
  /** The resource on whose behalf a service calls, and its account. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** Answers whether a service or an IAM identity gets the role by `sts:AssumeRole`. */
export function evaluateAssumeRoleTrust(trust: Policy, principal: Caller, options: AssumeRoleOptions = {}): Outcome {
  return evaluate(trustOnly(trust), {
    action: "sts:AssumeRole",
    principal,
    context: {
      "sts:ExternalId": options.externalId,
      "sts:RoleSessionName": options.sessionName,
      "aws:SourceArn": options.sourceArn,
      "aws:SourceAccount": options.sourceAccount,
      ...("aws" in principal && { "aws:PrincipalArn": principal.aws, "aws:PrincipalAccount": account(principal.aws) }),
    },
  });
}

function parse(policy: Policy): PolicyDocument {
  const text = typeof policy === "string" ? policy : JSON.stringify(policy);
  const unresolved = /[$%]\{[^}]*\}?/.exec(text);
  if (unresolved) throw new Error(`policy holds ${unresolved[0]}: put the values in before evaluating it`);
  const document = JSON.parse(text) as PolicyDocument;
  many(document.Statement).forEach(check);
  return document;
}

const ELEMENTS = ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

function check(statement: Statement): void {
  const fail = (what: string): never => {
    throw new Error(`${what} in statement ${JSON.stringify(statement)}`);
  };
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.includes(element));
  if (unknown) fail(`unsupported element ${unknown}`);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") fail("Effect must be Allow or Deny");
  if ((statement.Action === undefined) === (statement.NotAction === undefined))
    fail("need one of Action and NotAction");
  if (statement.Resource !== undefined && statement.NotResource !== undefined) fail("both Resource and NotResource");
  // An operator is checked even where the statement would not match for another reason.
  Object.keys(statement.Condition ?? {}).forEach(operatorNamed);
}

/** A role's trust policy names principals and no resource; IAM refuses any other form. */
function trustOnly(trust: Policy): PolicyDocument {
  const document = parse(trust);
  for (const statement of many(document.Statement)) {
    if (statement.Principal === undefined) throw new Error("trust policy statement without Principal");
    if (statement.Resource !== undefined || statement.NotResource !== undefined)
      throw new Error("trust policy statement with Resource or NotResource");
  }
  return document;
}

function matches(statement: Statement, { action, resource = "*", principal, context = {} }: Request): boolean {
  const isAction = (pattern: string) => glob(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string) => glob(pattern, resource);
  return (
    (statement.NotAction ? !many(statement.NotAction).some(isAction) : many(statement.Action).some(isAction)) &&
    (statement.NotResource === undefined || !many(statement.NotResource).some(isResource)) &&
    (statement.Resource === undefined || many(statement.Resource).some(isResource)) &&
    (statement.Principal === undefined || includesPrincipal(statement.Principal, principal)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys ?? {}).every(([key, values]) => holds(operator, key, many(values).map(String), context)),
    )
  );
}

function includesPrincipal(principal: "*" | Readonly<Record<string, OneOrMany | undefined>>, caller: Caller): boolean {
  if (principal === "*") return true;
  return Object.entries(principal).some(([type, names]) =>
    many(names).some((name) => {
      if (type === "AWS" && name === "*") return true;
      if (/[*?]/.test(name)) throw new Error(`principal ${type} "${name}": IAM takes no wildcard inside a name`);
      switch (type) {
        case "AWS":
          return "aws" in caller && isIdentity(name, caller.aws);
        case "Service":
          return "service" in caller && caller.service === name;
        case "Federated":
          return "federated" in caller && caller.federated === name;
        default:
          throw new Error(`unsupported principal type ${type}`);
      }
    }),
  );
}

/** An account id, and the ARN of an account's root, match every identity of that account. */
function isIdentity(name: string, arn: string): boolean {
  if (/^\d{12}$/.test(name)) return account(arn) === name;
  return name === arn || (name.endsWith(":root") && account(name) === account(arn));
}

type Comparison = (wanted: string, actual: string) => boolean;

const arnLike: Comparison = (wanted, actual) => {
  const [pattern, value] = [arnParts(wanted), arnParts(actual)];
  return pattern.length === 6 && value.length === 6 && pattern.every((part, index) => glob(part, value[index] ?? ""));
};

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: glob,
  ArnEquals: arnLike, // IAM treats both ARN operators alike
  ArnLike: arnLike,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
};
const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

function operatorNamed(name: string) {
  const [, set, base = "", ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  const isNull = base === "Null" && !set && !ifExists;
  const compare = COMPARISONS[NEGATIONS[base] ?? base];
  if (!isNull && !compare) throw new Error(`unsupported condition operator ${name}`);
  return { set, isNull, compare, isNegated: base in NEGATIONS, ifExists: ifExists !== undefined };
}

function holds(operatorName: string, key: string, wanted: readonly string[], context: Context): boolean {
  const operator = operatorNamed(operatorName);
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  const actual = found === undefined ? [] : many(found);
  const { compare } = operator;
  if (!compare) return wanted.some((value) => (value === "true") === (actual.length === 0)); // Null

  // Several values are alternatives; of a negated operator, none may match.
  const accepts = (value: string) => wanted.some((want) => compare(want, value)) !== operator.isNegated;
  if (operator.set === "ForAllValues") return actual.every(accepts);
  if (actual.length === 0) return operator.ifExists || (operator.isNegated && operator.set === undefined);
  if (operator.set === "ForAnyValue") return actual.some(accepts);
  if (Array.isArray(found))
    throw new Error(`context key ${key} holds a list: ${operatorName} needs ForAnyValue or ForAllValues`);
  return actual.every(accepts);
}

function many<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** `*` stands for any characters, `?` for one. A `*` also spans colons, as IAM lets it at the end of an ARN. */
function glob(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(value);
}

/** The six parts of an ARN; the last one keeps its colons. */
function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function account(arn: string): string {
  return arn.split(":")[4] ?? "";
}

import { read } from "../../modules/inputs";
import { DEFENDER_PLANS } from "../../modules/plans";
import { AUDIENCES, MICROSOFT_TENANT_ID } from "../../modules";
import type { PolicyStatement } from "../../modules";
import { ENVIRONMENT, roleOf, rolesFor } from "../support/account-environment";
import { evaluateWebIdentityTrust } from "../support/policy-evaluator";
import { OPEN_SOURCE_DATABASES } from "../support/plan-selections";

/*
 * Trust statements that the user gives: what would let another customer in is refused, whatever it looks like.
 */

const ISSUER = `sts.windows.net/${MICROSOFT_TENANT_ID}/`;
const AUD = `${ISSUER}:aud`;
const SESSION = "sts:RoleSessionName";
const OTHER_TENANT = "99999999-2222-4333-8444-555555555555";
const ownSession = `MicrosoftDefenderForClouds_${ENVIRONMENT.entraTenantId}`;
const provider = (account: string = ENVIRONMENT.accountId, issuer = ISSUER, partition = "aws") =>
  `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;

const AUDIENCE = { [AUD]: [AUDIENCES.databases] };
const SESSION_NAME = { [SESSION]: [ownSession] };
const BOTH = { ...AUDIENCE, ...SESSION_NAME };
const token = {
  Effect: "Allow",
  Principal: { Federated: [provider()] },
  Action: ["sts:AssumeRoleWithWebIdentity"],
  Condition: { StringLike: BOTH },
} as const satisfies PolicyStatement;
const account = {
  Effect: "Allow",
  Principal: { AWS: ["arn:aws:iam::197857026523:user/reader"] },
  Action: ["sts:AssumeRole"],
  Condition: { StringEquals: { "sts:ExternalId": ["of-this-customer"] } },
} as const satisfies PolicyStatement;

/** What is said about statements, by the schema or, where only an account can tell, by its roles. */
function faultsOf(trustStatements: readonly object[], audience: string | null = AUDIENCES.databases): string {
  const given = { ...OPEN_SOURCE_DATABASES, trustStatements, audience: audience ?? undefined };
  try {
    const { databases } = read(DEFENDER_PLANS, { databases: { openSourceDatabases: given } }, "plans").value;
    rolesFor({ databases }, "leastPrivilege");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

type Change = Partial<Record<keyof PolicyStatement | "NotAction" | "NotPrincipal", unknown>>;

const AS_A_TOKEN: Readonly<Record<string, readonly [Change, string]>> = {
  // Conditions that are missing.
  "no condition": [{ Condition: undefined }, "Condition"],
  "no audience": [{ Condition: { StringLike: SESSION_NAME } }, "it lacks a condition on"],
  "no session name": [
    { Condition: { StringLike: AUDIENCE } },
    "which AWS itself refuses for this issuer since June 2025",
  ],
  "an external id in its place": [
    { Condition: { StringEquals: { ...AUDIENCE, "sts:ExternalId": ["of-this-customer"] } } },
    "it lacks a condition on sts:RoleSessionName",
  ],
  "the audience of another issuer": [
    { Condition: { StringLike: { "accounts.google.com:aud": [AUDIENCES.databases], ...SESSION_NAME } } },
    "it lacks a condition on",
  ],
  "the audience's key without the issuer's final slash": [
    {
      Condition: {
        StringLike: { [`sts.windows.net/${MICROSOFT_TENANT_ID}:aud`]: [AUDIENCES.databases], ...SESSION_NAME },
      },
    },
    "it lacks a condition on",
  ],
  "the subject in the place of the audience": [
    { Condition: { StringLike: { [`${ISSUER}:sub`]: [AUDIENCES.databases], ...SESSION_NAME } } },
    "it lacks a condition on",
  ],
  "keys without values": [{ Condition: { StringLike: { ...AUDIENCE, [SESSION]: [] } } }, "StringLike"],
  // Values that bind nothing.
  "any audience": [{ Condition: { StringLike: { ...SESSION_NAME, [AUD]: ["*"] } } }, '"*" is not allowed'],
  "an audience with a wildcard": [{ Condition: { StringLike: { ...SESSION_NAME, [AUD]: ["api://*"] } } }, '"api://*"'],
  "any audience beside the right one": [
    { Condition: { StringLike: { ...SESSION_NAME, [AUD]: [AUDIENCES.databases, "*"] } } },
    '"*" is not allowed',
  ],
  "an audience that the provider does not list": [
    { Condition: { StringLike: { ...SESSION_NAME, [AUD]: ["api://another"] } } },
    "so that the identity provider lists it",
  ],
  "any session name": [{ Condition: { StringLike: { ...AUDIENCE, [SESSION]: ["*"] } } }, '"*" is not allowed'],
  "question marks": [{ Condition: { StringLike: { ...AUDIENCE, [SESSION]: ["?*"] } } }, '"?*" is not allowed'],
  "every tenant's session name": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: ["MicrosoftDefenderForClouds_*"] } } },
    '"MicrosoftDefenderForClouds_*" is not allowed',
  ],
  "a session name with one open character": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: [`${ownSession.slice(0, -1)}?`] } } },
    "is not allowed",
  ],
  "any session name beside the right one": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: [ownSession, "*"] } } },
    '"*" is not allowed',
  ],
  "a session name of another tenant": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: [`MicrosoftDefenderForClouds_${OTHER_TENANT}`] } } },
    `expected the session name of your tenant: ${ownSession}`,
  ],
  "another tenant beside the own one": [
    {
      Condition: { StringLike: { ...AUDIENCE, [SESSION]: [ownSession, `MicrosoftDefenderForClouds_${OTHER_TENANT}`] } },
    },
    "expected the session name of your tenant",
  ],
  "the tenant in upper case": [
    {
      Condition: {
        StringLike: { ...AUDIENCE, [SESSION]: ["MicrosoftDefenderForClouds_ABCDEFAB-2222-4333-8444-555555555555"] },
      },
    },
    "in lower case",
  ],
  "the session name of Sentinel": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: [`MicrosoftSentinel_${OTHER_TENANT}`] } } },
    "MicrosoftDefenderForClouds_",
  ],
  "the session name that is asked for": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: ["${sts:RoleSessionName}"] } } },
    "sts:RoleSessionName",
  ],
  "the audience that is presented": [
    { Condition: { StringLike: { ...SESSION_NAME, [AUD]: ["${sts.windows.net/x/:aud}"] } } },
    "is not allowed",
  ],
  // Operators that do not compare.
  ...Object.fromEntries(
    [
      "StringLikeIfExists",
      "StringEqualsIfExists",
      "StringNotEquals",
      "StringNotLike",
      "StringNotEqualsIgnoreCase",
      "ForAllValues:StringEquals",
      "ForAllValues:StringLike",
      "ForAnyValue:StringNotLike",
      "ArnLike",
      "NumericEquals",
      "stringlike",
    ].map((operator) => [
      operator,
      [
        { Condition: { StringEquals: AUDIENCE, [operator]: SESSION_NAME } },
        "this operator does not bind sts:RoleSessionName",
      ],
    ]),
  ),
  "Null of the session name": [
    { Condition: { StringEquals: AUDIENCE, Null: { [SESSION]: ["false"] } } },
    "this operator does not bind sts:RoleSessionName",
  ],
  "Null of the audience": [
    { Condition: { StringEquals: SESSION_NAME, Null: { [AUD]: ["false"] } } },
    "this operator does not bind",
  ],
  "StringNotEquals of the audience": [
    { Condition: { StringEquals: SESSION_NAME, StringNotEquals: { [AUD]: ["api://another"] } } },
    "this operator does not bind",
  ],
  // Principals.
  "the provider of another account": [
    { Principal: { Federated: [provider("999988887777")] } },
    `expected the identity provider of the connected account: ${provider()}`,
  ],
  "the provider of another partition": [
    { Principal: { Federated: [provider(ENVIRONMENT.accountId, ISSUER, "aws-cn")] } },
    "expected the identity provider of the connected account",
  ],
  "the provider of another tenant": [
    { Principal: { Federated: [provider(ENVIRONMENT.accountId, `sts.windows.net/${OTHER_TENANT}/`)] } },
    "expected the identity provider of Microsoft's tenant",
  ],
  "the provider without its final slash": [
    { Principal: { Federated: [provider().slice(0, -1)] } },
    "with its final slash",
  ],
  "a public provider": [{ Principal: { Federated: ["accounts.google.com"] } }, "expected the identity provider of"],
  "a provider of the pipeline": [
    { Principal: { Federated: [provider(ENVIRONMENT.accountId, "token.actions.githubusercontent.com")] } },
    "expected the identity provider of Microsoft's tenant",
  ],
  "another provider beside the right one": [
    { Principal: { Federated: [provider(), "accounts.google.com"] } },
    "expected the identity provider of Microsoft's tenant",
  ],
  "a wildcard in the provider's account": [{ Principal: { Federated: [provider("*")] } }, "without a wildcard"],
  everyone: [{ Principal: "*" }, "grants access to everyone"],
  "a service": [{ Principal: { Service: ["ec2.amazonaws.com"] } }, "name one of the two"],
  "an account beside the provider": [
    { Principal: { Federated: [provider()], AWS: ["197857026523"] } },
    "name one of the two",
  ],
  // Actions.
  "every action": [{ Action: ["*"] }, "expected sts:AssumeRoleWithWebIdentity"],
  "every action of STS": [{ Action: ["sts:*"] }, "expected sts:AssumeRoleWithWebIdentity"],
  "the action of another kind of principal": [
    { Action: ["sts:AssumeRoleWithSAML"] },
    "expected sts:AssumeRoleWithWebIdentity",
  ],
  resources: [{ Resource: ["*"] }, "a trust policy has no resources"],
  // Forms that IAM takes and this project does not write.
  "all actions but some": [{ NotAction: ["sts:TagSession"] }, "NotAction"],
  "all actions but some, and none named": [{ Action: undefined, NotAction: ["sts:TagSession"] }, "Action"],
  "all principals but some": [{ NotPrincipal: { AWS: ["111122223333"] } }, "NotPrincipal"],
  "all principals but some, and none named": [
    { Principal: undefined, NotPrincipal: { AWS: ["111122223333"] } },
    "Principal",
  ],
  "a principal in a list": [{ Principal: [provider()] }, "the statement must name its principals"],
  "a principal as a text": [{ Principal: { Federated: provider() } }, "expected a literal list"],
  "a condition as a text": [{ Condition: { StringLike: { ...SESSION_NAME, [AUD]: AUDIENCES.databases } } }, "list"],
  "the effect in another letter case": [{ Effect: "allow" }, "Effect"],
  "the key of a condition twice, once in another letter case and open": [
    { Condition: { StringLike: { ...BOTH, "STS:RoleSessionName": ["*"] } } },
    '"*" is not allowed',
  ],
  "a wildcard in the middle of the session name": [
    { Condition: { StringLike: { ...AUDIENCE, [SESSION]: [ownSession.replace("Clouds_", "*_")] } } },
    "is not allowed",
  ],
};

const AS_AN_ACCOUNT: Readonly<Record<string, readonly [Change, string]>> = {
  "no external id": [{ Condition: undefined }, "it lacks a condition on sts:ExternalId"],
  "a session name in its place": [
    { Condition: { StringEquals: SESSION_NAME } },
    "it lacks a condition on sts:ExternalId",
  ],
  "an account root without external id": [
    { Principal: { AWS: ["arn:aws:iam::197857026523:root"] }, Condition: undefined },
    "it lacks a condition on sts:ExternalId",
  ],
  "any external id": [{ Condition: { StringLike: { "sts:ExternalId": ["*"] } } }, '"*" is not allowed'],
  "an external id with a wildcard": [
    { Condition: { StringLike: { "sts:ExternalId": ["of-*"] } } },
    '"of-*" is not allowed',
  ],
  "the external id that is presented": [
    { Condition: { StringEquals: { "sts:ExternalId": ["${sts:ExternalId}"] } } },
    "is not allowed",
  ],
  "an optional external id": [
    { Condition: { StringEqualsIfExists: { "sts:ExternalId": ["of-this-customer"] } } },
    "does not bind",
  ],
  "every other external id": [
    { Condition: { StringNotEquals: { "sts:ExternalId": ["of-another"] } } },
    "does not bind",
  ],
  "an external id that is there": [{ Condition: { Null: { "sts:ExternalId": ["false"] } } }, "does not bind"],
  "an external id that a Terraform value may open": [
    { Condition: { StringLike: { "sts:ExternalId": ["${var.external_id}"] } } },
    'a Terraform value with "StringEquals" only',
  ],
  "every account": [{ Principal: { AWS: ["*"] } }, "grants access to everyone"],
  "a principal of another partition": [
    { Principal: { AWS: ["arn:aws-cn:iam::197857026523:root"] } },
    "expected a principal of the partition: aws",
  ],
  "a wildcard in the principal": [{ Principal: { AWS: ["arn:aws:iam::197857026523:role/*"] } }, "without a wildcard"],
  "a principal that a Terraform value may open": [{ Principal: { AWS: ["${var.principal}"] } }, "a literal"],
  "every action": [{ Action: ["sts:*"] }, "expected sts:AssumeRole"],
  "an action of tokens": [{ Action: ["sts:AssumeRoleWithWebIdentity"] }, "expected sts:AssumeRole"],
};

describe("a trust of Microsoft's tenant that the user gives", () => {
  test.each(Object.entries(AS_A_TOKEN))("fails with %s", (_what, [change, message]) => {
    expect(faultsOf([{ ...token, ...change }])).toContain(message);
  });

  test.each(Object.entries(AS_A_TOKEN))("fails with %s in a second statement, too", (_what, [change]) => {
    expect(faultsOf([token, { ...token, ...change }])).not.toBe("");
  });

  test.each([
    ["as the portal writes it", token],
    ["with StringEquals", { ...token, Condition: { StringEquals: BOTH } }],
    ["with an operator for each key", { ...token, Condition: { StringEquals: AUDIENCE, StringLike: SESSION_NAME } }],
    [
      "with a further condition",
      { ...token, Condition: { StringEquals: BOTH, Bool: { "aws:SecureTransport": ["true"] } } },
    ],
    [
      "with condition keys in another letter case",
      { ...token, Condition: { StringEquals: { ...AUDIENCE, "STS:rolesessionname": [ownSession] } } },
    ],
    ["that may tag the session", { ...token, Action: [...token.Action, "sts:TagSession"] }],
  ])("passes %s, and admits the own tenant alone", (_what, statement) => {
    expect(faultsOf([statement])).toBe("");
    const databases = { openSourceDatabases: { ...OPEN_SOURCE_DATABASES, trustStatements: [statement] } };
    const { trust } = roleOf(rolesFor({ databases }, "leastPrivilege").roles, "dataThreatProtectionDb");
    const enters = (sessionName: string, audience: string = AUDIENCES.databases) =>
      evaluateWebIdentityTrust(trust, { issuer: `https://${ISSUER}`, audience, sessionName }, { arn: provider() })
        .decision;
    if (!("Bool" in statement.Condition)) {
      expect(enters(ownSession)).toBe("allowed");
    }
    expect(enters(`MicrosoftDefenderForClouds_${OTHER_TENANT}`)).toBe("implicitlyDenied");
    expect(enters(ownSession, AUDIENCES.cspm)).toBe("implicitlyDenied");
  });

  test("passes with a denial of any form beside it", () => {
    const denial = { Effect: "Deny", Principal: "*", Action: ["sts:AssumeRole"] };
    expect(faultsOf([token, denial])).toBe("");
  });

  test("fails with a denial alone", () => {
    const denial = { Effect: "Deny", Principal: "*", Action: ["sts:AssumeRole"] };
    expect(faultsOf([denial], null)).toContain("expected at least one statement that allows");
  });

  test("fails without the audience, which the identity provider must list", () => {
    expect(faultsOf([token], null)).toContain("so that the identity provider lists it");
  });

  test("fails for an audience with a wildcard", () => {
    const statement = { ...token, Condition: { StringLike: { ...SESSION_NAME, [AUD]: ["api://*"] } } };
    expect(faultsOf([statement], "api://*")).toContain("an audience of 1 to 255 characters, without * or ?");
  });
});

describe("a trust of an AWS account that the user gives", () => {
  test.each(Object.entries(AS_AN_ACCOUNT))("fails with %s", (_what, [change, message]) => {
    expect(faultsOf([{ ...account, ...change }], null)).toContain(message);
  });

  test.each([
    ["an identity and an external id", account],
    ["an account", { ...account, Principal: { AWS: ["197857026523"] } }],
    [
      "an external id of Terraform's",
      { ...account, Condition: { StringEquals: { "sts:ExternalId": ["${var.external_id}"] } } },
    ],
  ])("passes with %s", (_what, statement) => {
    expect(faultsOf([statement], null)).toBe("");
  });
});

test("more than forty statements are refused", () => {
  expect(Object.keys({ ...AS_A_TOKEN, ...AS_AN_ACCOUNT }).length).toBeGreaterThanOrEqual(40);
});

describe("the role for open-source databases", () => {
  const variable = "${var.aws_account_id}";

  test("trusts the provider of its own account and the session name of its own tenant, whatever a Terraform value says", () => {
    const statement = {
      ...token,
      Principal: { Federated: [provider(variable)] },
      Condition: { StringLike: { ...AUDIENCE, [SESSION]: ["MicrosoftDefenderForClouds_${var.tenant}"] } },
    };
    const databases = {
      openSourceDatabases: {
        ...OPEN_SOURCE_DATABASES,
        trustStatements: [statement],
        resources: [`arn:aws:rds:*:${variable}:db:*`],
      },
    };
    const role = roleOf(rolesFor({ databases }, "leastPrivilege").roles, "dataThreatProtectionDb");
    expect(role.trust.Statement).toEqual([token]);
    expect(role.policies[0]?.document.Statement[0]?.Resource).toEqual([`arn:aws:rds:*:${ENVIRONMENT.accountId}:db:*`]);
  });

  test("trusts the audience that the identity provider lists, also where a statement reads a Terraform value of its own", () => {
    const statement = { ...token, Condition: { StringLike: { ...SESSION_NAME, [AUD]: ["${var.may_be_a_wildcard}"] } } };
    expect(faultsOf([statement])).toBe("");
    const databases = { openSourceDatabases: { ...OPEN_SOURCE_DATABASES, trustStatements: [statement] } };
    const { trust } = roleOf(rolesFor({ databases }, "leastPrivilege").roles, "dataThreatProtectionDb");
    expect(trust.Statement).toEqual([token]);
  });

  test.each([
    ["arn:aws:rds:*:999988887777:db:*", `expected databases of the account: ${ENVIRONMENT.accountId}`],
    ["arn:aws-cn:rds:*:111122223333:db:*", "expected the partition: aws"],
    ["arn:aws:s3:::bucket", 'expected "*" or an ARN of RDS'],
    ["${var.resource}", 'expected "*" or an ARN of RDS'],
  ])("fails for the resource %s", (resource, message) => {
    const databases = { openSourceDatabases: { ...OPEN_SOURCE_DATABASES, resources: [resource] } };
    expect(() => rolesFor({ databases }, "leastPrivilege")).toThrow(message);
  });
});

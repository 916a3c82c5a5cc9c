import type { PolicyStatement } from "../iam";
import { ENTRA_ID, isTerraformString } from "../inputs";
import type { Report } from "../inputs";
import { issuer, MICROSOFT_TENANT_ID } from "./identity-providers";

/*
 * What a trust that the user gives must bind. An audience names an application, which serves all customers; the session name
 * is what binds a role to one tenant. Since June 2025 AWS itself refuses to create or change a trust of this issuer that does
 * not bind sts:RoleSessionName (IAM User Guide, id_roles_providers_oidc_secure-by-default).
 */

/** Condition key that binds a role to one tenant. */
export const SESSION_NAME = "sts:RoleSessionName";

/** Condition key that names the application. */
export const AUDIENCE = `${issuer(MICROSOFT_TENANT_ID)}:aud`;
const EXTERNAL_ID = "sts:ExternalId";

/** Operators that hold only where the key is there and matches. Others hold without the key, or for all other values. */
const COMPARING: readonly string[] = ["StringEquals", "StringLike"];

/** Actions that do not give the role by themselves. */
const SESSION_ACTIONS: readonly string[] = ["sts:tagsession", "sts:setsourceidentity"];

const TAKE_IT_WHOLE = "take the statement whole from the portal's template";

const TOKEN = String.raw`\$\{[^}:]+\}`;
const MICROSOFT_PROVIDER = new RegExp(
  `^(arn:aws[a-z-]*:iam::([0-9]{12}|${TOKEN}):oidc-provider/${issuer(MICROSOFT_TENANT_ID).replaceAll(".", "\\.")}|${TOKEN})$`,
);
const SESSION_NAME_PATTERN = new RegExp(
  `^(${microsoftSessionName("")}(${ENTRA_ID.pattern.slice(1, -1)}|${TOKEN})|${TOKEN})$`,
);
const AWS_PRINCIPAL = /^([0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role)\/[^*?$]+))$/;
/** A wildcard, or a variable of IAM, which takes its value from the request. */
const OPEN_VALUE = /[*?]|\$\{[^}]*:/;

/** The session name under which Defender assumes the roles of a tenant. */
export function microsoftSessionName(entraTenantId: string): string {
  return `MicrosoftDefenderForClouds_${entraTenantId}`;
}

/**
 * Reports every statement that would let others in.
 * @param audience - the audience that the identity provider lists
 * @param at - the object that holds `trustStatements` and `audience`
 */
export function checkGivenTrust(
  statements: readonly PolicyStatement[],
  audience: string | undefined,
  at: string,
  report: Report,
): void {
  const allowed = statements.filter(({ Effect }) => Effect === "Allow");
  if (allowed.length === 0) {
    report.fault(`${at}.trustStatements`, statements, "expected at least one statement that allows");
  }
  statements.forEach((statement, index) => {
    const path = `${at}.trustStatements[${index}]`;
    if (statement.Resource) {
      report.fault(`${path}.Resource`, statement.Resource, "a trust policy has no resources: leave it out");
    }
    if (statement.Effect === "Allow") {
      checkAllow(statement, audience, path, report);
    }
  });
  const namesIt = allowed.some((statement) =>
    conditionsOn(statement, AUDIENCE).some(({ values }) => values.some((value) => mayBeEqual(value, audience ?? ""))),
  );
  if (audience !== undefined && !namesIt) {
    report.fault(`${at}.audience`, audience, "no trust statement names it: give the one that they name");
  }
}

function checkAllow(statement: PolicyStatement, audience: string | undefined, at: string, report: Report): void {
  const { Federated, AWS, Service } = typeof statement.Principal === "object" ? statement.Principal : {};
  if (Federated && !AWS && !Service) {
    checkPrincipals(
      Federated,
      MICROSOFT_PROVIDER,
      `the identity provider of Microsoft's tenant, oidc-provider/${issuer(MICROSOFT_TENANT_ID)} with its final slash`,
    );
    checkActions("sts:AssumeRoleWithWebIdentity");
    checkCondition(
      AUDIENCE,
      (value) => audience !== undefined && mayBeEqual(value, audience),
      `the audience that openSourceDatabases.audience names, so that the identity provider lists it`,
    );
    checkCondition(
      SESSION_NAME,
      (value) => SESSION_NAME_PATTERN.test(value),
      `"${microsoftSessionName("<your tenant, in lower case>")}"`,
    );
  } else if (AWS && !Federated && !Service) {
    checkPrincipals(
      AWS,
      AWS_PRINCIPAL,
      "the id of an AWS account, or the ARN of one of its identities, without wildcard; a literal",
    );
    checkActions("sts:AssumeRole");
    checkCondition(
      EXTERNAL_ID,
      isExternalId,
      'an external id of 2 or more characters, without * or ?; a Terraform value with "StringEquals" only',
    );
  } else {
    report.fault(
      `${at}.Principal`,
      statement.Principal,
      `Defender comes with a token of Microsoft's tenant (Federated) or from an AWS account (AWS): name one of the two; ${TAKE_IT_WHOLE}`,
    );
  }

  function checkPrincipals(principals: readonly string[], pattern: RegExp, expected: string): void {
    if (!principals.every((principal) => pattern.test(principal))) {
      report.fault(`${at}.Principal`, statement.Principal, `expected ${expected}`);
    }
  }

  function checkActions(action: string): void {
    if (!statement.Action.every((given) => [action.toLowerCase(), ...SESSION_ACTIONS].includes(given.toLowerCase()))) {
      report.fault(`${at}.Action`, statement.Action, `expected ${action}`);
    }
  }

  function checkCondition(key: string, isBound: (value: string, operator: string) => boolean, expected: string): void {
    const conditions = conditionsOn(statement, key);
    if (conditions.length === 0) {
      report.fault(
        `${at}.Condition`,
        statement.Condition,
        `it lacks a condition on ${key}, and others could assume the role${key === SESSION_NAME ? ", which AWS itself refuses for this issuer since June 2025" : ""}: ${TAKE_IT_WHOLE}`,
      );
    }
    for (const { operator, values, name } of conditions) {
      if (!COMPARING.includes(operator)) {
        report.fault(
          `${at}.Condition.${operator}`,
          { [name]: values },
          `this operator does not bind ${key}: allowed are ${COMPARING.join(" and ")}; ${TAKE_IT_WHOLE}`,
        );
      }
      for (const value of values) {
        if (OPEN_VALUE.test(value) || !isBound(value, operator)) {
          report.fault(`${at}.Condition.${operator}.${name}`, value, `expected ${expected}`);
        }
      }
    }
  }
}

/** A Terraform value may turn out as a wildcard; StringEquals takes it for a plain character. */
function isExternalId(value: string, operator: string): boolean {
  return value.length >= 2 && (operator === "StringEquals" || !isTerraformString(value));
}

/** A Terraform value is known at plan only: the role's trust then gets the audience that the provider lists. */
function mayBeEqual(value: string, audience: string): boolean {
  return value === audience || isTerraformString(value) || isTerraformString(audience);
}

/** IAM does not tell the letter case of condition keys apart. */
function conditionsOn({ Condition }: PolicyStatement, key: string) {
  return Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys ?? {})
      .filter(([name]) => name.toLowerCase() === key.toLowerCase())
      .map(([name, values = []]) => ({ operator, name, values })),
  );
}

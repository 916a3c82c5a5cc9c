import { InputError } from "./input-error";

/**
 * The form that a string input must have. The same pattern serves literals (checked when a construct is made) and
 * Terraform values (checked by Terraform at plan), so it uses only what JavaScript and RE2 have in common.
 */
export interface Format {
  /** What the value is, as the end of the sentence "expected ...". */
  readonly expected: string;
  /** Anchored pattern. */
  readonly pattern: string;
  /**
   * Values, in lower case, that are refused although they match.
   * @default none
   */
  readonly refused?: readonly string[];
}

/** A 12-digit AWS account id. */
export const AWS_ACCOUNT_ID: Format = {
  expected: 'an AWS account id of 12 digits, for instance "111122223333"',
  pattern: "^[0-9]{12}$",
};

/** A GUID: Azure subscription ids, external ids. */
export const GUID: Format = {
  expected: 'a GUID, for instance "11111111-2222-3333-4444-555555555555"',
  pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
};

/** An id of Entra ID that a trust policy compares with a token: IAM heeds the case, and tokens hold small letters. */
export const ENTRA_ID: Format = {
  expected: 'a GUID in lower case, for instance "11111111-2222-3333-4444-55555555aaaa"',
  pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
};

/** A text that is not empty. */
export const TEXT: Format = { expected: "a text that is not empty", pattern: "." };

/**
 * Name of a security connector. The API states no rule; this is the project's own, and narrower than any sample seen
 * (Azure/azure-rest-api-specs, securityConnectors, 2024-08-01-preview).
 */
export const CONNECTOR_NAME: Format = {
  expected: "1 to 63 letters, digits, hyphens or underscores that start with a letter or digit",
  pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$",
};

/** Name of an Azure resource group (Azure Resource Manager naming rules). */
export const RESOURCE_GROUP_NAME: Format = {
  expected: "1 to 90 letters, digits, underscores, hyphens, periods or parentheses that do not end with a period",
  pattern: "^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$",
};

/** Name of an Azure region, as `az account list-locations` prints it. */
export const AZURE_LOCATION: Format = {
  expected: 'an Azure location, for instance "westeurope"',
  pattern: "^[A-Za-z][A-Za-z0-9 ]{2,40}$",
};

/** Name of an IAM role that the portal's template accepts: parameter pattern `[-_a-zA-Z0-9]+`, IAM limit 64. */
export const ROLE_NAME: Format = {
  expected: "1 to 64 letters, digits, hyphens or underscores",
  pattern: "^[-_a-zA-Z0-9]{1,64}$",
};

/** Name of the two container roles for which the portal's template asks for the prefix MDC. */
export const MDC_ROLE_NAME: Format = {
  expected: 'a name that starts with "MDC", followed by letters, digits, hyphens or underscores, at most 64 in all',
  pattern: "^MDC[-_a-zA-Z0-9]{1,61}$",
};

/** ARN of an IAM role. */
export const ROLE_ARN: Format = {
  expected: 'the ARN of an IAM role, for instance "arn:aws:iam::111122223333:role/Name"',
  pattern: "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$",
};

/** Name of an S3 bucket (S3 User Guide, "Bucket naming rules"). */
export const BUCKET_NAME: Format = {
  expected: "the name of an S3 bucket: 3 to 63 lower-case letters, digits, periods or hyphens",
  pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
};

/** ARN of a managed policy, of AWS or of the customer. */
export const POLICY_ARN: Format = {
  expected: 'the ARN of a managed policy, for instance "arn:aws:iam::111122223333:policy/Name"',
  pattern: "^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$",
};

/** True for a string that Terraform resolves later, and that cannot be checked here. */
export function mayBeTerraformValue(value: unknown): boolean {
  return typeof value === "string" && value.includes("${");
}

/** True where a literal has the form. */
export function hasFormat(value: string, { pattern, refused = [] }: Format): boolean {
  return new RegExp(pattern).test(value) && !refused.includes(value.toLowerCase());
}

/** Throws an {@link InputError} unless a literal has the form. */
export function checkFormat(prop: string, value: string, format: Format): void {
  if (typeof value !== "string" || !hasFormat(value, format)) {
    throw new InputError(prop, value, `expected ${format.expected}`);
  }
}

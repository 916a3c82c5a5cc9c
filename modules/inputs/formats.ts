/**
 * The format that a string input must have. The same pattern serves literals (checked when a construct is made) and
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
  /**
   * Maximum number of characters, if the pattern does not limit it.
   * @default the limit of the pattern
   */
  readonly longest?: number;
}

/** A 12-digit AWS account id. */
export const AWS_ACCOUNT_ID: Format = {
  expected: 'an AWS account id of 12 digits, for instance "111122223333"',
  pattern: "^[0-9]{12}$",
};

/**
 * Code of an AWS region. It is a pattern, so that a new AWS region needs no release of this package; an
 * availability zone (`eu-central-1a`) does not match (AWS documentation, regions and endpoints, 2026).
 */
export const AWS_REGION: Format = {
  expected: 'the code of an AWS region, for instance "eu-central-1" (not an availability zone such as "eu-central-1a")',
  pattern: "^[a-z]{2,3}(-[a-z]+){1,3}-[0-9]{1,2}$",
};

/** A GUID: Azure subscription ids, external ids. */
export const GUID: Format = {
  expected: 'a GUID, for instance "11111111-2222-3333-4444-555555555555"',
  pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
};

/** An id of Entra ID that a trust policy compares with a token: IAM is case-sensitive, and tokens hold lower-case letters. */
export const ENTRA_ID: Format = {
  expected: 'a GUID in lower case, for instance "11111111-2222-3333-4444-55555555aaaa"',
  pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
};

/** Entra tenant of Microsoft whose tokens Defender for Cloud and Microsoft Sentinel present (commercial cloud). */
export const MICROSOFT_TENANT_ID = "33e01921-4d64-4f8c-a055-5bdaffd5e33d";

/** The customer's Entra tenant. */
export const ENTRA_TENANT_ID: Format = {
  ...ENTRA_ID,
  expected: `${ENTRA_ID.expected}, and your own tenant, not Microsoft's ${MICROSOFT_TENANT_ID}`,
  refused: [MICROSOFT_TENANT_ID],
};

/** A non-empty string. */
export const TEXT: Format = { expected: "a non-empty string", pattern: "." };

/**
 * Name of a security connector. The API states no rule of its own, so these are the characters that Azure Resource Manager
 * refuses in every resource name (Azure documentation, naming rules, 2026; Azure/azure-rest-api-specs, securityConnectors,
 * 2024-08-01-preview).
 */
export const CONNECTOR_NAME: Format = {
  expected: "1 to 260 characters except < > % & : \\ ? / # and control characters, with no space or period at the end",
  pattern: "^[^<>%&:\\\\?/#\\x00-\\x1f]{0,259}[^<>%&:\\\\?/#\\x00-\\x1f .]$",
};

/** Name of an Azure resource group: letters and digits of any script (Azure documentation, naming rules, 2026). */
export const RESOURCE_GROUP_NAME: Format = {
  expected: "1 to 90 letters, digits, underscores, hyphens, periods or parentheses that do not end with a period",
  pattern: "^[\\p{L}\\p{N}_().-]{0,89}[\\p{L}\\p{N}_()-]$",
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

/** Path of IAM objects (IAM User Guide, IAM identifiers). */
export const IAM_PATH: Format = {
  expected: 'a path that starts and ends with a slash, for instance "/security/", at most 512 characters',
  pattern: "^/([A-Za-z0-9+=,.@_-]+/)*$",
  longest: 512,
};

/** ARN of an IAM role. */
export const ROLE_ARN: Format = {
  expected: 'the ARN of an IAM role, for instance "arn:aws:iam::111122223333:role/Name"',
  pattern: "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$",
};

/** ARN of a managed policy, of AWS or of the customer. */
export const POLICY_ARN: Format = {
  expected: 'the ARN of a managed policy, for instance "arn:aws:iam::111122223333:policy/Name"',
  pattern: "^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$",
};

/** Name of an instance profile (IAM API reference, CreateInstanceProfile, 2026). */
export const INSTANCE_PROFILE_NAME: Format = {
  expected: "the name of an instance profile: 1 to 128 letters, digits or characters of _+=,.@-",
  pattern: "^[A-Za-z0-9_+=,.@-]{1,128}$",
};

/** Name of an S3 bucket (S3 User Guide, "Bucket naming rules"). */
export const BUCKET_NAME: Format = {
  expected: "the name of an S3 bucket: 3 to 63 lower-case letters, digits, periods or hyphens",
  pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
};

/** Id of an organization's root or of an organizational unit (AWS Organizations API reference, patterns of the ids). */
export const ORGANIZATION_TARGET: Format = {
  expected:
    'the id of a root ("r-ab12") or of an organizational unit ("ou-ab12-cdefghij"); a service-managed StackSet takes no accounts',
  pattern: "^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$",
};

/** Name of a StackSet (CloudFormation API reference, CreateStackSet). */
export const STACK_SET_NAME: Format = {
  expected: "the name of a StackSet: a letter, then letters, digits and hyphens, at most 128 characters",
  pattern: "^[A-Za-z][A-Za-z0-9-]{0,127}$",
};

/** Name of a stack (CloudFormation API reference, CreateStack). */
export const STACK_NAME: Format = {
  ...STACK_SET_NAME,
  expected: "the name of a stack: a letter, then letters, digits and hyphens, at most 128 characters",
};

/** Name of an S3 bucket, without periods: its TLS certificate would not cover them (S3 user guide, bucket naming). */
export const TEMPLATE_BUCKET_NAME: Format = {
  expected: "the name of a bucket: 3 to 63 lower-case letters, digits and hyphens",
  pattern: "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
};

/** The formats for the input variables of a stack, see {@link inputVariable}. */
export const FORMATS = {
  awsAccountId: AWS_ACCOUNT_ID,
  awsRegion: AWS_REGION,
  azureLocation: AZURE_LOCATION,
  bucketName: BUCKET_NAME,
  connectorName: CONNECTOR_NAME,
  entraTenantId: ENTRA_TENANT_ID,
  guid: GUID,
  resourceGroupName: RESOURCE_GROUP_NAME,
  roleArn: ROLE_ARN,
  stackSetName: STACK_SET_NAME,
} as const;

/** True if a literal has the format. */
export function hasFormat(value: string, { pattern, refused = [], longest = Infinity }: Format): boolean {
  return value.length <= longest && new RegExp(pattern, "u").test(value) && !refused.includes(value.toLowerCase());
}

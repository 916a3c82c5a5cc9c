import type { Format } from "./formats";

/** Id of an organization's root or of an organizational unit (AWS Organizations API reference, patterns of the ids). */
export const ORGANIZATION_TARGET: Format = {
  expected: 'the id of a root ("r-ab12") or of an organizational unit ("ou-ab12-cdefghij")',
  pattern: "^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$",
};

/** Name of a StackSet (CloudFormation API reference, CreateStackSet). */
export const STACK_SET_NAME: Format = {
  expected: "the name of a StackSet: a letter, then letters, digits and hyphens, at most 128 characters",
  pattern: "^[A-Za-z][A-Za-z0-9-]{0,127}$",
};

/** Name of an S3 bucket, without periods: its TLS certificate would not cover them (S3 user guide, bucket naming). */
export const TEMPLATE_BUCKET_NAME: Format = {
  expected: "the name of a bucket: 3 to 63 lower-case letters, digits and hyphens",
  pattern: "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
};

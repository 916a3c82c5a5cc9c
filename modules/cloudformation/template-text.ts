import { FOREIGN_REFERENCE_START, InputError, replaceTerraformValues } from "../inputs";

/** Sizes of a template in bytes that CloudFormation accepts (CloudFormation quotas, AWS documentation). */
const TEMPLATE_LIMITS = { inline: 51_200, s3: 1_048_576 } as const;

/**
 * Bytes of the template as AWS receives it. A Terraform value counts as 36, the length of a GUID: tenant ids are what
 * reaches a template.
 */
function templateBytes(text: string): number {
  return Buffer.byteLength(replaceTerraformValues(text, "x".repeat(36)));
}

/**
 * Refuses a template that is too large for its way to CloudFormation.
 * @param template - what messages call it
 * @param throughBucket - whether it is uploaded to a bucket
 * @param remedy - what makes it smaller
 * @throws InputError with the size, the limit and what can be done
 */
export function checkTemplateSize(template: string, text: string, throughBucket: boolean, remedy: string): void {
  const bytes = templateBytes(text);
  const refuse = (allowed: string) =>
    InputError.of(template, `${bytes} bytes`, `CloudFormation takes at most ${allowed}`);
  if (bytes > TEMPLATE_LIMITS.s3) {
    throw refuse(`${TEMPLATE_LIMITS.s3}: ${remedy}`);
  }
  if (!throughBucket && bytes > TEMPLATE_LIMITS.inline) {
    throw refuse(
      `${TEMPLATE_LIMITS.inline} inline: give templateBucketName, a bucket through which it takes up to ${TEMPLATE_LIMITS.s3} (createTemplateBucket: true creates it)`,
    );
  }
}

/**
 * The template as a string of a Terraform configuration: `${` of CloudFormation and of code is doubled, so that it
 * reaches AWS as it is, while Terraform's own values are resolved.
 */
export function inTerraform(text: string): string {
  return text.replaceAll(FOREIGN_REFERENCE_START, "$$$${").replaceAll("%{", "%%{");
}

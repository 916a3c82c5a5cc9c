import type { PolicyDocument } from "../iam";

/**
 * A policy as the text of a Terraform configuration. IAM's own variables, such as `${aws:username}`, look like Terraform's
 * and would end the plan; they are escaped here, while Terraform values are left to be resolved.
 * @param replacer - as of `JSON.stringify`
 */
export function policyJson(document: PolicyDocument, replacer?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(document, replacer)
    .replaceAll(/(?<!\$)\$\{(?=[A-Za-z0-9-]+:|[*?$]\})/g, "$$$${")
    .replaceAll("%{", "%%{");
}

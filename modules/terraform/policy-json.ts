import type { PolicyDocument } from "../iam";

/**
 * A policy as a string of a Terraform configuration. IAM's own variables, such as `${aws:username}`, look like Terraform's
 * and would make the plan fail; they are escaped here. Terraform values stay, so that Terraform resolves them.
 * @param replacer - as of `JSON.stringify`
 */
export function policyJson(document: PolicyDocument, replacer?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(document, replacer)
    .replaceAll(/(?<!\$)\$\{(?=[A-Za-z0-9-]+:|[*?$]\})/g, "$$$${")
    .replaceAll("%{", "%%{");
}

import { AWS_PARTS } from "../../scripts/rights/aws-types";
import { awsFiles } from "../../scripts/rights/policies";

/**
 * The actions that the policies of rights/ do not allow.
 * @param parts - names of the parts, for instance `aws-account-onboarding`
 */
export function beyondRights(actions: readonly string[], ...parts: readonly string[]): string[] {
  const allowed = AWS_PARTS.filter(({ name }) => parts.includes(name))
    .flatMap(awsFiles)
    .flatMap(({ content }) => content.Statement.flatMap(({ Action }) => Action));
  // The caller's own identity needs no right (AWS STS API reference).
  return actions.filter((action) => action !== "sts:GetCallerIdentity" && !allowed.includes(action));
}

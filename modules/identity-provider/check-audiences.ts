import { checkDistinct, checkFormat, InputError } from "../foundation";
import type { Format } from "../foundation";

/** A client ID of an identity provider (AWS IAM API, CreateOpenIDConnectProvider and AddClientIDToOpenIDConnectProvider). */
const AUDIENCE: Format = { expected: "an audience of 1 to 255 characters", pattern: "^.{1,255}$" };

/**
 * Refuses what cannot be a list of audiences. One that only Terraform knows is checked by the AWS provider.
 * @throws InputError naming the prop, the value and what is allowed
 */
export function checkAudiences(prop: string, audiences: unknown): void {
  if (!Array.isArray(audiences)) {
    throw new InputError(prop, audiences, 'expected a list of audiences, for instance ["api://..."]');
  }
  const values = audiences as readonly string[];
  values.forEach((audience, index) => {
    checkFormat(`${prop}[${index}]`, audience, AUDIENCE);
  });
  checkDistinct(prop, values, "each audience can be listed once");
}

import { checkDistinct, checkFormat, checkList } from "../foundation";
import type { Format } from "../foundation";

/** A client ID of an identity provider (AWS IAM API, CreateOpenIDConnectProvider and AddClientIDToOpenIDConnectProvider). */
const AUDIENCE: Format = { expected: "an audience of 1 to 255 characters", pattern: "^.{1,255}$" };

/**
 * Refuses what cannot be a list of audiences. One that only Terraform knows is checked by the AWS provider.
 * @throws InputError naming the prop, the value and what is allowed
 */
export function checkAudiences(prop: string, audiences: readonly string[]): void {
  checkList(prop, audiences);
  audiences.forEach((audience, index) => {
    checkFormat(`${prop}[${index}]`, audience, AUDIENCE);
  });
  checkDistinct(prop, audiences, "each audience can be listed once");
}

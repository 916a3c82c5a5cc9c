import type { Construct } from "constructs";
import { InputError } from "../inputs";
import { OncePerStack } from "../terraform";

/** The accounts that a stack connects. */
const connected = new OncePerStack();

/**
 * Records that a construct connects the account, as a single account or as the management account of an organization.
 * @throws InputError where another construct of the stack connects it: roles, connector and identity provider would collide
 */
export function connectOnce(construct: Construct, awsAccountId: string): void {
  const other = connected.other(construct, awsAccountId);
  if (other) {
    throw InputError.of(
      "awsAccountId",
      awsAccountId,
      `${other.node.path} connects this account already: leave one of the two out, or give it a stack and a state of its own`,
    );
  }
}

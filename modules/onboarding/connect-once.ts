import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import type { Construct } from "constructs";
import { InputError } from "../inputs";

const resolver = new DefaultTokenResolver(new StringConcat());

/** The accounts that a stack connects, as Terraform will read them, and who connects them. */
const connected = new WeakMap<TerraformStack, Map<string, Construct>>();

/**
 * Records that a construct connects the account, as a single account or as the management account of an organization.
 * @throws InputError where another construct of the stack connects it: roles, connector and identity provider would collide
 */
export function connectOnce(construct: Construct, awsAccountId: string): void {
  const stack = TerraformStack.of(construct);
  const accounts = connected.get(stack) ?? new Map<string, Construct>();
  connected.set(stack, accounts);
  // Each reading of a variable is a token of its own; all of them resolve to one text.
  const account = String(Tokenization.resolve(awsAccountId, { scope: stack, resolver, preparing: false }));
  const other = accounts.get(account);
  if (other) {
    throw InputError.of(
      "awsAccountId",
      awsAccountId,
      `${other.node.path} connects this account already: leave one of the two out, or give it a stack and a state of its own`,
    );
  }
  accounts.set(account, construct);
}

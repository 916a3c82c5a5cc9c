import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import type { Construct } from "constructs";

const resolver = new DefaultTokenResolver(new StringConcat());

/** Remembers which construct of a stack manages something that only one of them can manage. */
export class OncePerStack {
  private readonly stacks = new WeakMap<TerraformStack, Map<string, Construct>>();

  /**
   * Records the construct as the one that manages what the value names.
   * @returns the construct of the same stack that manages it already; undefined where none does
   */
  public other(construct: Construct, value: string): Construct | undefined {
    const stack = TerraformStack.of(construct);
    const managers = this.stacks.get(stack) ?? new Map<string, Construct>();
    this.stacks.set(stack, managers);
    // Each reading of a variable is a token of its own; all of them resolve to one text.
    const name = String(Tokenization.resolve(value, { scope: stack, resolver, preparing: false }));
    const other = managers.get(name);
    managers.set(name, other ?? construct);
    return other;
  }
}

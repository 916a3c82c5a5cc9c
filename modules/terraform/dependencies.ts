import { TerraformDataSource, TerraformElement, TerraformStack, Token } from "cdktf";
import type { IResolvable, IResolveContext, ITerraformDependable, TerraformResource } from "cdktf";

/**
 * Makes a resource wait for others. cdktf's own argument does so, too, but takes three stack traces for each of them: a fifth
 * of the synthesis of a hundred accounts.
 * @returns the resource
 */
export function waitFor<Resource extends TerraformResource>(
  resource: Resource,
  dependencies: readonly ITerraformDependable[],
): Resource {
  resource.dependsOn = dependencies.map(dependencyAddress);
  return resource;
}

/**
 * The address of a dependency in `depends_on`. It is read when the stack is synthesized, because it can be overridden. Another
 * stack has no such address: the entry is left out there, and cdktf deploys that stack after the dependency's.
 */
export function dependencyAddress(dependency: ITerraformDependable): string {
  return Token.asString(new DependencyAddress(dependency));
}

/** Keeps the dependency, which may represent several resources until the stack is complete. */
export class DependencyAddress implements IResolvable {
  public readonly creationStack: string[] = [];

  public constructor(public readonly dependable: ITerraformDependable) {}

  public resolve(context: IResolveContext): string | undefined {
    context.suppressBraces = true;
    const { dependable } = this;
    if (!TerraformElement.isTerraformElement(dependable) || !("terraformResourceType" in dependable)) {
      return dependable.fqn;
    }
    const stack = TerraformStack.of(context.scope);
    if (dependable.cdktfStack !== stack) {
      stack.addDependency(dependable.cdktfStack);
      return undefined;
    }
    const kind = TerraformDataSource.isTerraformDataSource(dependable) ? "data." : "";
    return `${kind}${String(dependable.terraformResourceType)}.${dependable.friendlyUniqueId}`;
  }

  public toString(): string {
    return Token.asString(this);
  }
}

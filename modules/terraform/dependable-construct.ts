import { Aspects, TerraformDataSource, TerraformResource, TerraformStack, Tokenization } from "cdktf";
import type { IAspect, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { IConstruct } from "constructs";
import { dependencyAddress } from "./dependencies";

/** A construct that others can wait for, by `dependsOn: [construct]` and by `node.addDependency(construct)`. */
export abstract class DependableConstruct extends Construct implements ITerraformDependable {
  /** The resources that exist once the construct is ready. A dependent of the construct waits for each of them. */
  public abstract readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    resolveDependencies(TerraformStack.of(this));
  }

  /** Address of the resource that is created last. */
  public get fqn(): string {
    return this.resources.at(-1)?.fqn ?? "";
  }
}

const resolved = new WeakSet<TerraformStack>();

/** Passes dependencies between constructs on to Terraform, once per stack: cdktf handles only those between resources. */
function resolveDependencies(stack: TerraformStack): void {
  if (!resolved.has(stack)) {
    resolved.add(stack);
    Aspects.of(stack).add(new DependencyAspect());
  }
}

class DependencyAspect implements IAspect {
  public visit(node: IConstruct): void {
    if (canBeAwaited(node) && node.dependsOn) {
      node.dependsOn = node.dependsOn.flatMap((address) => resourcesOf(dependedOn(address)) ?? [address]);
    }
    const added = node.node.dependencies.flatMap((dependency) => resourcesOf(dependency) ?? elementsOf(dependency));
    if (added.length > 0) {
      for (const element of node.node.findAll().filter(waits)) {
        element.dependsOn = [...new Set([...(element.dependsOn ?? []), ...added])];
      }
    }
  }
}

/** What decides about a plan is read at plan: a data source that waited for something new would be read too late. */
function waits(node: IConstruct): node is TerraformResource {
  return TerraformResource.isTerraformResource(node);
}

function canBeAwaited(node: IConstruct): node is TerraformResource | TerraformDataSource {
  return TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node);
}

/** The object of an entry of `dependsOn`: cdktf keeps it in the token. */
function dependedOn(address: string): unknown {
  const token: object | undefined = Tokenization.reverseString(address).tokens[0];
  return token && "dependable" in token ? token.dependable : undefined;
}

function resourcesOf(dependency: unknown): string[] | undefined {
  return dependency instanceof DependableConstruct ? dependency.resources.map(dependencyAddress) : undefined;
}

/** The resources of a construct from outside this package. */
function elementsOf(dependency: IConstruct): string[] {
  return dependency.node.findAll().filter(canBeAwaited).map(dependencyAddress);
}

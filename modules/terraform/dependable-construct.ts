import {
  Aspects,
  TerraformDataSource,
  TerraformModule,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import { Tokenization } from "cdktf";
import type { IAspect, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { IConstruct } from "constructs";
import { dependencyAddress } from "./dependencies";

/**
 * A construct that others can wait for, by `dependsOn: [construct]` and by `node.addDependency(construct)`. A dependent in
 * another stack waits for the whole stack.
 */
export abstract class DependableConstruct extends Construct implements ITerraformDependable {
  /** The resources that exist once the construct is ready. A dependent of the construct waits for each of them. */
  public abstract readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    resolveDependencies(TerraformStack.of(this));
  }

  /** Address of the resource that is created last. */
  public get fqn(): string {
    const last = this.resources.at(-1);
    return last ? dependencyAddress(last) : "";
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
      node.dependsOn = addresses(node.dependsOn, []);
    } else if (TerraformOutput.isTerraformOutput(node) && node.dependsOn) {
      // cdktf writes interpolations there, which Terraform refuses.
      node.dependsOn = addresses([], node.dependsOn).map((fqn) => ({ fqn }));
    }
    for (const dependency of node.node.dependencies) {
      addDependency(node, dependency);
    }
  }
}

/** cdktf knows no dependency of a construct, only those of resources. */
function addDependency(dependent: IConstruct, dependency: IConstruct): void {
  const [stack, other] = [TerraformStack.of(dependent), TerraformStack.of(dependency)];
  if (stack !== other) {
    stack.addDependency(other);
    return;
  }
  const added =
    dependency instanceof DependableConstruct ? [dependency] : dependency.node.findAll().filter(canBeAwaited);
  for (const element of dependent.node.findAll().filter(waits)) {
    // What is inside of the dependency is what is waited for.
    if (!element.node.scopes.includes(dependency)) {
      element.dependsOn = addresses(element.dependsOn ?? [], added);
    }
  }
}

/** What decides about a plan is read at plan: a data source that waited for something new would be read too late. */
function waits(node: IConstruct): node is TerraformResource | TerraformModule {
  return canBeAwaited(node) && !TerraformDataSource.isTerraformDataSource(node);
}

function canBeAwaited(node: IConstruct): node is TerraformResource | TerraformDataSource | TerraformModule {
  return (
    TerraformResource.isTerraformResource(node) ||
    TerraformDataSource.isTerraformDataSource(node) ||
    node instanceof TerraformModule
  );
}

/** The entries of `depends_on`, each once, with the resources of a construct of this package in its place. */
function addresses(entries: readonly string[], added: readonly ITerraformDependable[]): string[] {
  const found = new Map<unknown, string>();
  for (const entry of entries) {
    const dependable = dependedOn(entry);
    if (dependable instanceof DependableConstruct) {
      addTo(found, dependable);
    } else {
      found.set(dependable ?? entry, entry);
    }
  }
  for (const dependable of added) {
    addTo(found, dependable);
  }
  return [...found.values()];
}

function addTo(found: Map<unknown, string>, dependable: ITerraformDependable): void {
  for (const one of dependable instanceof DependableConstruct ? dependable.resources : [dependable]) {
    found.set(one, found.get(one) ?? dependencyAddress(one));
  }
}

/** The object of an entry of `dependsOn`: cdktf keeps it in the token. */
function dependedOn(address: string): unknown {
  const token: object | undefined = Tokenization.reverseString(address).tokens[0];
  return token && "dependable" in token ? token.dependable : undefined;
}

import { isUnknown, Resolver } from "./resolve";
import { entryOf } from "./source";
import type { SourceEntry, SourceNode, Value } from "./source";
import { isMap, listOf, statementsOf, texts } from "./statements";
import type { TemplateStatement } from "./statements";
import { isExpanded, resourcesOf, section, typeOf } from "./template";
import type { PortalTemplate } from "./template";

/** What holds for every resource of a template. */
export interface TemplateResourceInfo {
  /** Its logical id. */
  readonly logicalId: string;
  /**
   * The condition under which a stack creates it.
   * @default none: always
   */
  readonly condition?: string;
  /** False where the condition is known not to hold, with the parameters given and the defaults of the others. */
  readonly isCreated: boolean;
}

/** An identity provider of a template. */
export interface TemplateIdentityProvider extends TemplateResourceInfo {
  /** URL, for instance `https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/`. */
  readonly url: string;
  /** Audiences (client ids). */
  readonly audiences: readonly string[];
  /** Thumbprints. */
  readonly thumbprints: readonly string[];
}

/** A policy that a template gives to a role. */
export interface TemplatePolicy {
  /** Name in IAM. */
  readonly name: string;
  /** Logical id of its resource; that of the role for one written inside the role. */
  readonly logicalId: string;
  /** Its statements. */
  readonly statements: readonly TemplateStatement[];
  /** Statements that only a stack resolves, as JSON. */
  readonly unresolved: readonly string[];
}

/** A role of a template, with its policies from all over the template. */
export interface TemplateRole extends TemplateResourceInfo {
  /** Name in IAM, resolved. */
  readonly name: string;
  /**
   * The parameter that the name is.
   * @default the name is no parameter
   */
  readonly nameParameter?: string;
  /** Path in IAM. */
  readonly path: string;
  /** ARN. */
  readonly arn: string;
  /** Statements of the trust policy. */
  readonly trust: readonly TemplateStatement[];
  /** Trust statements that only a stack resolves, as JSON. */
  readonly unresolvedTrust: readonly string[];
  /** ARNs of attached managed policies that exist already. */
  readonly managedPolicyArns: readonly string[];
  /** Policies that the template brings. */
  readonly policies: readonly TemplatePolicy[];
  /**
   * ARN of the permissions boundary.
   * @default none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * Longest session in seconds.
   * @default none: IAM's own
   */
  readonly maxSessionDurationSeconds?: number;
}

/** A parameter of a template. */
export interface TemplateParameterInfo {
  /** Its name. */
  readonly name: string;
  /** Its type. */
  readonly type: string;
  /**
   * Value where none is given.
   * @default none: a stack must give it
   */
  readonly default?: string;
}

/** Other resources of one type. */
export interface OtherResource extends TemplateResourceInfo {
  /** Type; that of a loop or a macro is `Fn::ForEach` or `Fn::Transform`: what CloudFormation makes of it is not read. */
  readonly type: string;
  /**
   * Name that the resource has of its own, where it has one.
   * @default none
   */
  readonly name?: string;
}

/** What a template holds. */
export interface TemplateContents {
  /** Its description. */
  readonly description: string;
  /** Parameters, in order. */
  readonly parameters: readonly TemplateParameterInfo[];
  /** Identity providers, in order. */
  readonly identityProviders: readonly TemplateIdentityProvider[];
  /** Roles, in order. */
  readonly roles: readonly TemplateRole[];
  /** All other resources, in order, but for the policies of the roles. */
  readonly others: readonly OtherResource[];
}

/**
 * Tells what a template holds: identity providers, roles with their policies, and everything else by type.
 *
 * @param template - the template
 * @param parameters - values of parameters, the others have their defaults; of pseudo parameters, too, for instance
 * `{ "AWS::AccountId": "111122223333" }`, the others stay as `${AWS::AccountId}`
 */
export function inspectTemplate(
  template: PortalTemplate,
  parameters: Readonly<Record<string, string>> = {},
): TemplateContents {
  const resolver = new Resolver(template, parameters);
  const resources = resourcesOf(template).map((entry) => new Resource(entry, resolver));
  const ofType = (...types: readonly string[]) => resources.filter(({ type }) => types.includes(type));
  const policies = ofType("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy");
  const roles = ofType("AWS::IAM::Role").map((role) => roleOf(role, policies));
  const attached = new Set(roles.flatMap((role) => role.policies.map(({ logicalId }) => logicalId)));
  return {
    description: resolver.text(entryOf(template.root, "Description")?.value) ?? "",
    parameters: section(template, "Parameters").map(({ key, value }) => {
      const byDefault = resolver.text(entryOf(value, "Default")?.value);
      return {
        name: key,
        type: resolver.text(entryOf(value, "Type")?.value) ?? "",
        ...(byDefault === undefined ? {} : { default: byDefault }),
      };
    }),
    identityProviders: ofType("AWS::IAM::OIDCProvider").map((provider) => ({
      ...provider.info,
      url: provider.text("Url") ?? "",
      audiences: provider.texts("ClientIdList"),
      thumbprints: provider.texts("ThumbprintList"),
    })),
    roles,
    others: [
      ...resources
        .filter(
          ({ type, info }) =>
            !["AWS::IAM::OIDCProvider", "AWS::IAM::Role"].includes(type) && !attached.has(info.logicalId),
        )
        .map(({ type, info, name }) => ({ ...info, type, ...(name === undefined ? {} : { name }) })),
      ...section(template, "Resources")
        .filter(({ key }) => isExpanded(key))
        .map(({ key }) => ({ logicalId: key, isCreated: true, type: key.split("::").slice(0, 2).join("::") })),
    ],
  };
}

/** A resource, and its properties resolved. */
class Resource {
  public readonly type: string;
  public readonly info: TemplateResourceInfo;
  readonly #properties: SourceNode | undefined;

  public constructor(
    { key, value }: SourceEntry,
    private readonly resolver: Resolver,
  ) {
    const condition = entryOf(value, "Condition")?.value;
    this.type = typeOf(value);
    this.info = {
      logicalId: key,
      ...(condition?.kind === "text" ? { condition: condition.value } : {}),
      isCreated: condition?.kind === "text" ? (resolver.holds(condition.value) ?? true) : true,
    };
    this.#properties = entryOf(value, "Properties")?.value;
  }

  /** What the resource is called: the first of the properties that name one. */
  public get name(): string | undefined {
    return ["Name", "AssociationName", "FunctionName", "ManagedPolicyName", "PolicyName"]
      .map((key) => this.text(key))
      .find((name) => name !== undefined);
  }

  public property(key: string): SourceNode | undefined {
    return entryOf(this.#properties, key)?.value;
  }

  public text(key: string): string | undefined {
    return this.resolver.text(this.property(key));
  }

  public texts(key: string): string[] {
    return texts(this.value(key));
  }

  public value(key: string): Value | undefined {
    return this.resolver.resolve(this.property(key));
  }

  /** ARN of a role or a managed policy, as far as it is known. */
  public get arn(): string {
    return this.resolver.attribute(this.info.logicalId, "Arn");
  }
}

function roleOf(role: Resource, policies: readonly Resource[]): TemplateRole {
  const name = role.text("RoleName") ?? `\${${role.info.logicalId}}`;
  const named = entryOf(role.property("RoleName"), "Ref")?.value;
  const trust = statementsOf(role.value("AssumeRolePolicyDocument"));
  const duration = role.text("MaxSessionDuration");
  const boundary = role.text("PermissionsBoundary");
  const arns = role.texts("ManagedPolicyArns");
  const own = policies.filter(
    (policy) => [...policy.texts("Roles"), ...policy.texts("RoleName")].includes(name) || arns.includes(policy.arn),
  );
  return {
    ...role.info,
    name,
    ...(named?.kind === "text" ? { nameParameter: named.value } : {}),
    path: role.text("Path") ?? "/",
    arn: role.arn,
    trust: trust.statements,
    unresolvedTrust: trust.unresolved,
    managedPolicyArns: arns.filter((arn) => !own.some((policy) => policy.arn === arn)),
    policies: [
      ...listOf(role.value("Policies")).map((policy) => inlinePolicy(policy, role.info.logicalId)),
      ...own
        .filter(({ info }) => info.isCreated)
        .map((policy) => ({
          name: policy.name ?? policy.info.logicalId,
          logicalId: policy.info.logicalId,
          ...statementsOf(policy.value("PolicyDocument")),
        })),
    ],
    ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary }),
    ...(duration === undefined || isUnknown(duration) ? {} : { maxSessionDurationSeconds: Number(duration) }),
  };
}

function inlinePolicy(policy: Value, logicalId: string): TemplatePolicy {
  if (isMap(policy) && policy.PolicyDocument !== undefined) {
    return { name: texts(policy.PolicyName)[0] ?? logicalId, logicalId, ...statementsOf(policy.PolicyDocument) };
  }
  return { name: logicalId, logicalId, statements: [], unresolved: texts(policy) };
}

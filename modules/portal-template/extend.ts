import { InputError } from "../inputs";
import { identityProviderUrl, MICROSOFT_TENANT_ID } from "../plans";
import { inspectTemplate } from "./inspect";
import { valueOf } from "./source";
import type { Value } from "./source";
import type { PortalTemplate } from "./template";

/** A template as plain data, with every function in its long form. */
export interface PlainTemplate {
  /** Its resources, by logical id. */
  readonly Resources: Readonly<Record<string, PlainResource>>;
  /** Its other sections. */
  readonly [section: string]: unknown;
}

/** A resource of a template as plain data. */
export interface PlainResource {
  /** Logical ids of what must exist first. */
  readonly DependsOn?: string | readonly string[];
  /** Its other attributes. */
  readonly [attribute: string]: unknown;
}

/** Resources that a template is to have, too. */
export interface AddedResources {
  /** The resources, by logical id. */
  readonly resources: Readonly<Record<string, object>>;
  /** Logical ids of those that must exist before the roles that trust Microsoft's tenant, and longer than these. */
  readonly beforeRoles: readonly string[];
}

const ISSUER = identityProviderUrl(MICROSOFT_TENANT_ID).slice("https://".length);

/**
 * A template with further resources, first in the order.
 * @throws InputError if the template has a resource with one of their logical ids
 */
export function withResources(template: PortalTemplate, { resources, beforeRoles }: AddedResources): PlainTemplate {
  const plain = plainTemplate(template);
  for (const logicalId of Object.keys(resources).filter((id) => id in plain.Resources)) {
    throw InputError.of(
      `${template.name}, Resources.${logicalId}`,
      logicalId,
      "members get a resource with this logical id: give the template's another one",
    );
  }
  const trusting = inspectTemplate(template)
    .roles.filter(({ trust, unresolvedTrust }) => JSON.stringify([trust, unresolvedTrust]).includes(ISSUER))
    .map(({ logicalId }) => logicalId);
  const own = Object.entries(plain.Resources).map(([logicalId, resource]): [string, PlainResource] => [
    logicalId,
    trusting.includes(logicalId) && beforeRoles.length > 0
      ? { ...resource, DependsOn: [...[resource.DependsOn ?? []].flat(), ...beforeRoles] }
      : resource,
  ]);
  return { ...plain, Resources: { ...(resources as PlainTemplate["Resources"]), ...Object.fromEntries(own) } };
}

function plainTemplate({ text, root }: PortalTemplate): PlainTemplate {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as PlainTemplate;
  } catch {
    return inJson(valueOf(root)) as unknown as PlainTemplate;
  }
}

/** JSON has no `Fn::GetAtt` of a text: only YAML does. */
function inJson(value: Value): Value {
  if (typeof value === "string") {
    return value;
  }
  if (isList(value)) {
    return value.map(inJson);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === "Fn::GetAtt" && typeof entry === "string" ? atFirstPeriod(entry) : inJson(entry),
    ]),
  );
}

function atFirstPeriod(text: string): readonly string[] {
  const [name = "", ...attribute] = text.split(".");
  return [name, attribute.join(".")];
}

function isList(value: Exclude<Value, string>): value is readonly Value[] {
  return Array.isArray(value);
}

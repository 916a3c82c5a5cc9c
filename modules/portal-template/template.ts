import { InputError } from "../inputs";
import { entriesOf, entryOf, parseSource } from "./source";
import type { SourceEntry, SourceMap, SourceNode } from "./source";

/** A CloudFormation template that has been read. */
export interface PortalTemplate {
  /** What messages call it, usually the name of its file. */
  readonly name: string;
  /** Its text. */
  readonly text: string;
  /** Its content. */
  readonly root: SourceMap;
}

/** A section of a template. */
export type Section = "Parameters" | "Mappings" | "Conditions" | "Resources" | "Outputs";

/** Bytes of a template that CloudFormation accepts (CloudFormation quotas, AWS documentation, 2026). */
export const LARGEST_TEMPLATE = 1_048_576;

/**
 * Reads a CloudFormation template, in JSON as the portal gives it, or in YAML with short or long intrinsic functions.
 *
 * @param text - the template
 * @param name - what messages call it
 * @throws InputError for a text above 1 MB, for what is neither JSON nor YAML (with line and column), and for what is no
 * CloudFormation template (with what was looked for)
 */
export function readTemplate(text: string, name = "template"): PortalTemplate {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_TEMPLATE) {
    throw InputError.of(name, `${bytes} bytes`, `CloudFormation takes templates of at most ${LARGEST_TEMPLATE}`);
  }
  const root = parseSource(text, name);
  const resources = entryOf(root, "Resources")?.value;
  if (root.kind !== "map" || resources?.kind !== "map") {
    throw InputError.of(
      name,
      root.kind === "map" ? root.entries.slice(0, 8).map(({ key }) => key) : `a ${root.kind}`,
      'expected a CloudFormation template: "Resources" at its top, with at least one resource',
    );
  }
  if (resources.entries.length === 0) {
    throw InputError.of(name, [], 'expected at least one resource in "Resources"');
  }
  for (const { key, value } of resources.entries) {
    if (!isExpanded(key) && entryOf(value, "Type")?.value.kind !== "text") {
      throw InputError.of(
        `${name}, Resources.${key}`,
        value.kind,
        "expected a resource of CloudFormation, with a Type",
      );
    }
  }
  const template = { name, text, root };
  read.add(template);
  return template;
}

const read = new WeakSet();

/** Whether a value is a template that {@link readTemplate} has read, and so checked. */
export function isTemplate(value: unknown): value is PortalTemplate {
  return typeof value === "object" && value !== null && read.has(value);
}

/** The entries of a section, in order. */
export function section({ root }: Pick<PortalTemplate, "root">, name: Section): readonly SourceEntry[] {
  return entriesOf(entryOf(root, name)?.value);
}

/** The resources, in order; those that a loop or a macro makes are not known one by one. */
export function resourcesOf(template: Pick<PortalTemplate, "root">): readonly SourceEntry[] {
  return section(template, "Resources").filter(({ key }) => !isExpanded(key));
}

/** Type of a resource. */
export function typeOf(resource: SourceNode): string {
  const type = entryOf(resource, "Type")?.value;
  return type?.kind === "text" ? type.value : "";
}

/** True for an entry that CloudFormation expands to several: a loop of the language extensions, or what a macro makes. */
export function isExpanded(key: string): boolean {
  return key.startsWith("Fn::ForEach::") || key === "Fn::Transform";
}

/** Whether the template has macros, for all of it or inside. */
export function hasMacros({ root }: Pick<PortalTemplate, "root">): boolean {
  const isInside = (node: SourceNode): boolean =>
    node.kind === "list"
      ? node.items.some(isInside)
      : entriesOf(node).some(({ key, value }) => key === "Fn::Transform" || isInside(value));
  return entryOf(root, "Transform") !== undefined || isInside(root);
}

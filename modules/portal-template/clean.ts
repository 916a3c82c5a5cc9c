import { InputError } from "../inputs";
import { identityProviderArn, identityProviderUrl, MICROSOFT_TENANT_ID } from "../plans";
import { editedText } from "./edit";
import { inspectTemplate } from "./inspect";
import type { TemplateContents } from "./inspect";
import { placeholdersIn, references } from "./references";
import type { Parts, Reference } from "./references";
import { isUnknown, STACK_ENVIRONMENT } from "./resolve";
import { entriesOf, entryOf } from "./source";
import type { SourceEntry, SourceNode, SourceText } from "./source";
import { isExpanded, readTemplate, resourcesOf, section } from "./template";
import type { PortalTemplate } from "./template";

/** One thing that cleaning changed. */
export interface TemplateChange {
  /** `removed`: it is gone; `re-pointed`: it names the account's existing identity provider by its ARN now. */
  readonly kind: "removed" | "re-pointed";
  /** Where in the template, for instance `Resources.ASCDefendersOIDCIdentityProvider`. */
  readonly at: string;
  /** Why. */
  readonly reason: string;
}

/** A template without Microsoft's identity provider. */
export interface CleanedTemplate {
  /** The template; its text differs from the original only in the changes. */
  readonly template: PortalTemplate;
  /** What changed, in order; empty if there was nothing to remove. */
  readonly changes: readonly TemplateChange[];
  /** Audiences of the identity provider removed: the account's existing one must list them. */
  readonly audiences: readonly string[];
}

const PROVIDER_URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const ISSUER = PROVIDER_URL.slice("https://".length);
const ARN = identityProviderArn(STACK_ENVIRONMENT, MICROSOFT_TENANT_ID);

/**
 * The same template without the identity provider of Microsoft's tenant, for an account in which Microsoft Sentinel, or
 * an earlier onboarding, has created it: AWS holds one per URL. Whatever named the provider names the existing one by
 * its ARN; parameters, conditions and mappings that only it used are removed. Nothing else changes, and a template that has no
 * such provider any more does not change at all. An identity provider of the customer's own tenant (CIEM) stays.
 *
 * Replaces the steps "copy the ClientIdList" and "delete the section" of Microsoft's page (sentinel-connected-aws.md,
 * 2026-07-03).
 *
 * @param template - the portal's template
 * @param parameters - values of parameters that have no default, where the identity provider needs them
 * @throws InputError for a template without the provider whose roles do not trust it either, and for a provider, or a
 * reference to it, that only a stack can resolve
 */
export function withoutIdentityProvider(
  template: PortalTemplate,
  parameters: Readonly<Record<string, string>> = {},
): CleanedTemplate {
  const contents = inspectTemplate(template, parameters);
  const providers = microsoftProviders(template, contents);
  const names = providers.map(({ logicalId }) => logicalId);
  checkDependencies(template);
  if (names.length === 0) {
    checkNotHalfCleaned(template);
    return { template, changes: [], audiences: [] };
  }
  const removed = new Set<SourceEntry | SourceNode>();
  const replaced = new Map<SourceNode, string>();
  const changes: TemplateChange[] = [];
  const remove = (part: SourceEntry | SourceNode, at: string, reason: string): void => {
    removed.add(part);
    changes.push({ kind: "removed", at, reason });
  };
  const replace = (node: SourceNode, text: string, at: string, reason: string): void => {
    replaced.set(node, text);
    changes.push({ kind: "re-pointed", at, reason });
  };

  for (const resource of resourcesOf(template).filter(({ key }) => names.includes(key))) {
    remove(resource, `Resources.${resource.key}`, `the account's identity provider ${PROVIDER_URL} takes its place`);
  }
  for (const reference of [...references(template.root, removed)].filter(({ name }) => names.includes(name))) {
    const { name, at } = reference;
    const because = `it named ${name}`;
    switch (reference.kind) {
      case "dependsOn":
        remove(reference.part, at, because);
        break;
      case "ref":
      case "attribute":
        checkAttribute(template, reference);
        replace(reference.node, arnIn(template, reference.node), at, because);
        break;
      case "placeholder":
        checkAttribute(template, reference);
        replace(
          reference.text,
          withArn(template, reference.text, reference.placeholder, replaced.get(reference.text)),
          at,
          because,
        );
        break;
    }
  }
  removeUnused(template, removed, remove);
  if (section(template, "Resources").every((resource) => removed.has(resource))) {
    throw InputError.of(template.name, names, "expected more than the identity provider: nothing would be left");
  }
  return {
    template: readTemplate(editedText(template, { removed, replaced }), template.name),
    changes,
    audiences: [...new Set(providers.flatMap(({ audiences }) => audiences))],
  };
}

/** The logical id that the portal gives to the provider (Microsoft, "Connect your AWS account", step on Microsoft Sentinel). */
const PORTAL_PROVIDER_ID = "ASCDefendersOIDCIdentityProvider";

/** A section that somebody deleted by hand leaves references behind, which no stack takes. */
function checkNotHalfCleaned(template: PortalTemplate): void {
  const isThere = section(template, "Resources").some(({ key }) => key === PORTAL_PROVIDER_ID);
  const left = isThere ? undefined : [...references(template.root)].find(({ name }) => name === PORTAL_PROVIDER_ID);
  if (left) {
    throw InputError.of(
      `${template.name}, ${left.at}`,
      PORTAL_PROVIDER_ID,
      "the template names it and does not have it, so no stack takes it: start from the file that the portal generated",
    );
  }
}

/** The providers of Microsoft's tenant; none if the template is clean already. */
function microsoftProviders(template: PortalTemplate, contents: TemplateContents) {
  const { name } = template;
  const { identityProviders, roles } = contents;
  for (const { logicalId, url, audiences } of identityProviders) {
    const unknown = [url, ...(url === PROVIDER_URL ? audiences : [])].find(isUnknown);
    if (unknown !== undefined) {
      throw InputError.of(
        `${name}, Resources.${logicalId}`,
        unknown,
        "only a stack can resolve it: give the parameters that have no default, or write URL and audiences out",
      );
    }
  }
  for (const { key, value } of section(template, "Resources")) {
    if (isExpanded(key) && JSON.stringify(value).includes("AWS::IAM::OIDCProvider")) {
      throw InputError.of(
        `${name}, Resources.${key}`,
        key,
        "identity providers that a loop or a macro creates are not supported: write them out",
      );
    }
  }
  const found = identityProviders.filter(({ url }) => url === PROVIDER_URL);
  const isTrusted = roles.some(({ trust }) => JSON.stringify(trust).includes(ISSUER));
  if (found.length > 0 || (isTrusted && !identityProviders.some(({ url }) => isMisspelled(url)))) {
    return found;
  }
  if (identityProviders.length > 0) {
    throw InputError.of(
      name,
      identityProviders.map(({ url }) => url),
      `expected the identity provider of Microsoft's tenant, exactly ${PROVIDER_URL}, which Defender for Cloud signs in through; these are others`,
    );
  }
  const types = [...new Set([...roles.map(() => "AWS::IAM::Role"), ...contents.others.map(({ type }) => type)])];
  throw InputError.of(
    name,
    types,
    `expected the portal's template: an AWS::IAM::OIDCProvider with the URL ${PROVIDER_URL}, or roles that trust it; found neither among these types`,
  );
}

/** The same URL but for letter case or the final slash: another provider for AWS, which matches no token. */
function isMisspelled(url: string): boolean {
  return url !== PROVIDER_URL && `${url.toLowerCase().replace(/\/$/, "")}/` === PROVIDER_URL;
}

/** CloudFormation takes texts alone; a function might name the provider and would be left behind. */
function checkDependencies(template: PortalTemplate): void {
  for (const { key, value } of resourcesOf(template)) {
    const dependsOn = entryOf(value, "DependsOn")?.value;
    const parts = dependsOn?.kind === "list" ? dependsOn.items : dependsOn ? [dependsOn] : [];
    if (parts.some(({ kind }) => kind !== "text")) {
      throw InputError.of(
        `${template.name}, Resources.${key}.DependsOn`,
        "a function",
        "expected a logical id, or a list of them",
      );
    }
  }
}

function checkAttribute(
  { name }: PortalTemplate,
  { kind, at, ...reference }: Extract<Reference, { attribute?: string }>,
): void {
  const isWhole = reference.attribute === undefined && kind !== "attribute";
  if (!isWhole && reference.attribute !== "Arn") {
    throw InputError.of(
      `${name}, ${at}`,
      `${reference.name}.${reference.attribute ?? "(computed)"}`,
      "an identity provider has the attribute Arn and no other: write the reference as Ref or as Fn::GetAtt of Arn",
    );
  }
}

/** `Fn::Sub` of the ARN: in the short form where the reference had it. */
function arnIn({ text }: PortalTemplate, node: SourceNode): string {
  return text[node.start] === "!" ? `!Sub "${ARN}"` : `{ "Fn::Sub": "${ARN}" }`;
}

/** The text of `Fn::Sub` as it is written, with the ARN in the place of the placeholder. */
function withArn({ text }: PortalTemplate, node: SourceText, placeholder: string, already: string | undefined): string {
  const asWritten = text.slice(node.start, node.end);
  const placeholders = (where: string): string =>
    placeholdersIn(where)
      .map((found) => found.placeholder)
      .join();
  // Escapes, or a line break in quotes, may hide a placeholder: such a text is written in one line.
  const isVerbatim = placeholders(asWritten) === placeholders(node.value);
  return (already ?? (isVerbatim ? asWritten : JSON.stringify(node.value))).replaceAll(placeholder, () => ARN);
}

type Remove = (part: SourceEntry | SourceNode, at: string, reason: string) => void;

/** Removes what only the removed parts used, until nothing more is unused. */
function removeUnused(template: PortalTemplate, removed: ReadonlySet<SourceEntry | SourceNode>, remove: Remove): void {
  const usedBefore = usedNames(template);
  const parameters = new Set<string>();
  let size: number;
  do {
    size = removed.size;
    const used = usedNames(template, removed);
    for (const name of ["Conditions", "Mappings", "Parameters"] as const) {
      for (const entry of section(template, name).filter((candidate) => !removed.has(candidate))) {
        const use = `${name}.${entry.key}`;
        if (usedBefore.has(use) && !used.has(use)) {
          remove(entry, use, "nothing uses it any more");
          if (name === "Parameters") {
            parameters.add(entry.key);
          }
        }
      }
    }
  } while (removed.size > size);
  removeFromInterface(template, parameters, remove);
}

/** What is used, with its section: a parameter and a condition may have the same name. */
function usedNames({ root }: PortalTemplate, removed?: Parts): Set<string> {
  const sections = { condition: "Conditions", mapping: "Mappings" } as const;
  return new Set(
    [...references(root, removed)].map(({ kind, name }) =>
      kind === "condition" || kind === "mapping" ? `${sections[kind]}.${name}` : `Parameters.${name}`,
    ),
  );
}

/** The console's grouping of parameters may name only those that exist. */
function removeFromInterface(template: PortalTemplate, parameters: ReadonlySet<string>, remove: Remove): void {
  const path = "Metadata.AWS::CloudFormation::Interface";
  const reason = "the parameter is gone";
  const console = entryOf(entryOf(template.root, "Metadata")?.value, "AWS::CloudFormation::Interface")?.value;
  const groups = entryOf(console, "ParameterGroups")?.value;
  for (const [index, group] of (groups?.kind === "list" ? groups.items : []).entries()) {
    const listed = entryOf(group, "Parameters")?.value;
    const items = listed?.kind === "list" ? listed.items : [];
    const gone = items.filter((item) => item.kind === "text" && parameters.has(item.value));
    const at = `${path}.ParameterGroups[${index}]`;
    if (gone.length > 0 && gone.length === items.length) {
      remove(group, at, "its parameters are gone");
    } else {
      gone.forEach((item) => {
        remove(item, `${at}.Parameters`, reason);
      });
    }
  }
  for (const label of entriesOf(entryOf(console, "ParameterLabels")?.value)) {
    if (parameters.has(label.key)) {
      remove(label, `${path}.ParameterLabels.${label.key}`, reason);
    }
  }
}

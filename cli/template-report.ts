import type { CleanedTemplate, TemplateContents, TemplateDifference, TemplateRole } from "../modules/portal-template";
import { printable, table } from "./table";

/** What a template holds, for people. */
export function contentsReport(contents: TemplateContents): string {
  const { description, parameters, identityProviders, roles, others } = contents;
  return [
    description === "" ? "" : `${printable(description)}\n`,
    titled(
      "Identity providers",
      ["logical id", "url", "audience"],
      identityProviders.flatMap(({ logicalId, url, audiences }) =>
        (audiences.length > 0 ? audiences : [""]).map((audience, index) =>
          index === 0 ? [logicalId, url, audience] : ["", "", audience],
        ),
      ),
    ),
    titled("Roles", ["logical id", "name", "trusts", "managed policies", "own statements"], roles.map(roleRow)),
    titled(
      "Other resources",
      ["logical id", "type", "name"],
      others.map(({ logicalId, type, name = "" }) => [logicalId, type, name]),
    ),
    titled(
      "Parameters",
      ["name", "type", "default"],
      parameters.map(({ name, type, default: byDefault = "(none: a stack must give it)" }) => [name, type, byDefault]),
    ),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function roleRow({ logicalId, name, isCreated, trust, managedPolicyArns, policies }: TemplateRole): string[] {
  const trusted = trust.flatMap(({ Principal = {} }) => Object.values(Principal).flat());
  return [
    logicalId,
    isCreated ? name : `${name} (its condition does not hold)`,
    [...new Set(trusted)].join(", "),
    String(managedPolicyArns.length),
    String(policies.flatMap(({ statements }) => statements).length),
  ];
}

/** What cleaning changed, and which audiences the account's identity provider must have. */
export function cleaningReport({ changes, audiences }: Omit<CleanedTemplate, "template">): string {
  if (changes.length === 0) {
    return "Nothing to remove: the template has no identity provider of Microsoft's.\n";
  }
  return [
    titled(
      "Changes",
      ["what", "where", "why"],
      changes.map(({ kind, at, reason }) => [kind, at, reason]),
    ),
    titled(
      "The account's identity provider must have these audiences",
      ["audience"],
      audiences.map((audience) => [audience]),
    ),
  ].join("\n");
}

/** The differences between a template and the catalogue. */
export function differencesReport(differences: readonly TemplateDifference[]): string {
  return differences.length === 0
    ? "The template and the catalogue do not differ.\n"
    : titled(
        `${differences.length} ${differences.length === 1 ? "difference" : "differences"}`,
        ["what", "of", "template", "catalogue"],
        differences.map(({ kind, subject, template = "-", catalogue = "-" }) => [kind, subject, template, catalogue]),
      );
}

function titled(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n\n${table(headings, rows).replaceAll(/^(?=.)/gm, "  ")}`;
}

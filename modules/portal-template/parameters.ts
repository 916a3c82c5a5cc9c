import { fault, isTerraformString } from "../inputs";
import type { Fault } from "../inputs";
import { entryOf } from "./source";
import type { SourceNode } from "./source";
import { section } from "./template";
import type { PortalTemplate } from "./template";

/**
 * What CloudFormation would refuse about the values of a template's parameters: one that the template does not have, one
 * without value, and a literal that its pattern or its list of values does not allow.
 * @param at - where the values were given, as the caller writes it
 */
export function parameterFaults(
  template: PortalTemplate,
  given: Readonly<Record<string, string>>,
  at: string,
): Fault[] {
  const declared = section(template, "Parameters");
  const placeOf = (name: string) => `${at}[${JSON.stringify(name)}]`;
  const names = declared.map(({ key }) => key);
  return [
    ...Object.entries(given)
      .filter(([name]) => !names.includes(name))
      .map(([name, value]) =>
        fault(
          placeOf(name),
          value,
          `${template.name} has no such parameter; it has: ${names.join(", ") || "no parameters"}`,
        ),
      ),
    ...declared.flatMap(({ key, value }) => {
      const own = given[key];
      if (own === undefined) {
        return entryOf(value, "Default")
          ? []
          : [fault(placeOf(key), own, "the parameter has no default: give its value")];
      }
      return isTerraformString(own) ? [] : valueFaults(placeOf(key), own, value);
    }),
  ];
}

function valueFaults(at: string, given: string, declaration: SourceNode): Fault[] {
  const pattern = entryOf(declaration, "AllowedPattern")?.value;
  const values = entryOf(declaration, "AllowedValues")?.value;
  const allowed =
    values?.kind === "list" ? values.items.flatMap((item) => (item.kind === "text" ? [item.value] : [])) : [];
  return [
    ...(pattern?.kind === "text" && !matches(given, pattern.value)
      ? [fault(at, given, `the template allows what matches ${pattern.value}`)]
      : []),
    ...(allowed.length > 0 && !allowed.includes(given)
      ? [fault(at, given, `the template allows: ${allowed.join(", ")}`)]
      : []),
  ];
}

/** CloudFormation reads patterns as Java does: what JavaScript cannot read is left to it. */
function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return true;
  }
}

import { fault, InputError, isTerraformString } from "../inputs";
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
export function parameterFaults(template: PortalTemplate, given: ParameterValues, at: string): Fault[] {
  const missing = section(template, "Parameters").filter(
    ({ key, value }) => given[key] === undefined && entryOf(value, "Default") === undefined,
  );
  return [
    ...givenParameterFaults(template, given, at),
    ...missing.map(({ key }) => fault(placeOf(at, key), undefined, "the parameter has no default: give its value")),
  ];
}

/** The same for the values that are given, where the others may stay open. */
export function givenParameterFaults(template: PortalTemplate, given: ParameterValues, at: string): Fault[] {
  const declared = section(template, "Parameters");
  const names = declared.map(({ key }) => key).join(", ") || "no parameters";
  return Object.entries(given).flatMap(([name, value]) => {
    const declaration = declared.find(({ key }) => key === name)?.value;
    const place = placeOf(at, name);
    if (declaration === undefined) {
      return [fault(place, value, `${template.name} has no such parameter; it has: ${names}`)];
    }
    return isTerraformString(value) ? [] : valueFaults(place, value, declaration);
  });
}

/**
 * Refuses values of parameters with which a template is only read: misspelled or not allowed, they would have no effect.
 * Pseudo parameters, for instance `AWS::AccountId`, take any value.
 * @throws InputError for each of {@link givenParameterFaults}
 */
export function checkGivenParameters(template: PortalTemplate, given: ParameterValues, at: string): void {
  const own = Object.entries(given).filter(([name]) => !name.startsWith("AWS::"));
  const faults = givenParameterFaults(template, Object.fromEntries(own), at);
  if (faults.length > 0) {
    throw new InputError(faults);
  }
}

type ParameterValues = Readonly<Record<string, string>>;

function placeOf(at: string, name: string): string {
  return `${at}[${JSON.stringify(name)}]`;
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

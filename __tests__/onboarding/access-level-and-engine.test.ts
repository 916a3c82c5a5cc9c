import { AccountOnboarding } from "../../modules";
import type { AccessLevel, ConnectorEngine, DefenderPlans } from "../../modules";
import { SELECTIONS } from "../support/plan-selections";
import { ACCOUNT, synth } from "../support/synth";

/** Everything in the stack as text, by `block.type.name`. */
function contents(
  plans: DefenderPlans,
  accessLevel: AccessLevel,
  engine: ConnectorEngine,
): ReadonlyMap<string, string> {
  const stack = synth((scope) => {
    new AccountOnboarding(scope, "Onboarding", { ...ACCOUNT, plans, accessLevel, engine });
  });
  return new Map(
    Object.entries(stack).flatMap(([block, types]) =>
      Object.entries(types as Record<string, object>).flatMap(([type, named]) =>
        Object.entries(named).map(([name, body]): [string, string] => [
          `${block}.${type}.${name}`,
          JSON.stringify(body),
        ]),
      ),
    ),
  );
}

/** Addresses of what the two stacks do not have alike. */
function differences(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].filter((address) => left.get(address) !== right.get(address));
}

/** The plan matrix rehearses each selection with each access level and each engine, but not with each pair of them. */
describe("nothing in a stack depends on both access level and engine", () => {
  test.each(Object.entries(SELECTIONS))("%s", (_, plans) => {
    const [template, narrowTemplate, azapi, narrowAzapi] = [
      contents(plans, "default", "templateDeployment"),
      contents(plans, "leastPrivilege", "templateDeployment"),
      contents(plans, "default", "azapi"),
      contents(plans, "leastPrivilege", "azapi"),
    ];
    const byLevel = [...differences(template, narrowTemplate), ...differences(azapi, narrowAzapi)];
    const byEngine = [...differences(template, azapi), ...differences(narrowTemplate, narrowAzapi)];
    expect(byLevel).not.toEqual([]);
    expect(byEngine).not.toEqual([]);
    expect(byLevel.filter((address) => byEngine.includes(address))).toEqual([]);
  });
});

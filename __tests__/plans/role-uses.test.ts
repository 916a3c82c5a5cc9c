import { ROLE_USES, roleUses, rolesOf } from "../../modules/plans";
import { resolvePlans } from "../../modules";
import { SELECTIONS } from "../support/plan-selections";

describe.each(Object.entries(SELECTIONS))("with %s", (_, plans) => {
  const selected = resolvePlans(plans);
  const isOn = (feature: string) => {
    const [plan = "", name = ""] = feature.split(".");
    const features = selected[plan as keyof typeof selected] as false | Readonly<Record<string, unknown>>;
    return features && features[name] !== false;
  };

  test("a role is needed by exactly the selected ones of the features that its uses name", () => {
    const named = ROLE_USES.filter(({ feature }) => feature.includes(".") && isOn(feature));
    expect(roleUses(selected).filter(({ feature }) => feature.includes("."))).toEqual(named);
  });

  test("has each role once", () => {
    const roles = rolesOf(selected);
    expect(new Set(roles).size).toBe(roles.length);
  });
});

test("no role but two comes with a plan as a whole", () => {
  const whole = ROLE_USES.filter(({ feature }) => !feature.includes("."));
  expect(whole.map(({ role }) => role)).toEqual(["cspmMonitor", "defenderForServers"]);
});

import { resolvePlans } from "../../modules";
import { ALL_CONSEQUENCES, consequencesOf, PLANS, ROLE_CATALOGUE, rolesOf } from "../../modules/plans";
import type { DefenderPlans } from "../../modules";

const of = (plans: DefenderPlans) =>
  consequencesOf(resolvePlans(plans)).map(({ plan, feature, kind }) => [kind, plan, feature].filter(Boolean).join(" "));

describe("consequences of a selection", () => {
  test("foundational CSPM alone is free, changes nothing, and reads", () => {
    expect(of({})).toEqual(["billing foundational CSPM", "access foundational CSPM"]);
    expect(consequencesOf(resolvePlans({}))[0]?.text).toMatch(/^Free/);
  });

  test("every other plan says that Azure bills it", () => {
    for (const plan of Object.keys(PLANS)) {
      const billed = ALL_CONSEQUENCES.filter((one) => one.plan === plan && one.kind === "billing");
      expect({ plan, texts: billed.map(({ text }) => text) }).toEqual({
        plan,
        texts: expect.arrayContaining([expect.stringMatching(/^Azure bills/)]) as string[],
      });
    }
  });

  test("a feature that is off has none", () => {
    const off = of({ servers: { subPlan: "P1", arcAutoProvisioning: false, defenderForEndpoint: false } });
    expect(off).not.toContain("change servers arcAutoProvisioning");
    expect(off).not.toContain("change servers defenderForEndpoint");
    expect(of({ servers: { subPlan: "P1" } })).toEqual(
      expect.arrayContaining(["change servers arcAutoProvisioning", "change servers defenderForEndpoint"]),
    );
  });

  test("every selection that may change instances says so", () => {
    for (const plans of [{ servers: { subPlan: "P2" } }, { databases: {} }] as const) {
      expect(rolesOf(resolvePlans(plans))).toContain("arcHostManagement");
      expect(consequencesOf(resolvePlans(plans)).some(({ text }) => text.includes("Systems Manager association"))).toBe(
        true,
      );
    }
  });

  test("every feature that a consequence names exists", () => {
    for (const { plan, feature } of ALL_CONSEQUENCES.filter((one) => one.feature !== undefined)) {
      const { properties } = (PLANS as Record<string, { schema: { json?: { properties?: object } } }>)[plan]?.schema
        .json ?? { properties: {} };
      expect(Object.keys(properties ?? {})).toContain(feature);
    }
  });

  test("foundational CSPM reads no objects of S3 at least privilege, as its consequence says", () => {
    const permissions = ROLE_CATALOGUE.cspmMonitor.permissions;
    const environment = { partition: "aws", accountId: "111122223333" } as Parameters<typeof permissions>[1];
    const least = JSON.stringify(permissions("leastPrivilege", environment));
    expect(least).not.toMatch(/s3:(GetObject|\*|Get\*)"|ReadOnlyAccess/);
    expect(least).toContain('"lambda:GetFunction"');
    expect(JSON.stringify(permissions("default", environment))).toContain("ReadOnlyAccess");
  });
});

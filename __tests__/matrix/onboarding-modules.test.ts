import type { DefenderPlans } from "../../modules";
import { ACCESS_LEVELS } from "../../modules/plans";
import { plannedByModule, plannedByStack } from "../modules/planned";
import { describeWithTerraform, stopRehearsals } from "../support/with-terraform";

const PLANS: readonly DefenderPlans[] = [
  { defenderCspm: {} },
  { servers: { subPlan: "P2" } },
  { containers: {} },
  { databases: {} },
];

/** Every subset of the plans. */
const SUBSETS = PLANS.reduce<DefenderPlans[]>(
  (subsets, plan) => [...subsets, ...subsets.map((subset) => ({ ...subset, ...plan }))],
  [{}],
);

describe.each(["account", "organization"] as const)("the module %s", (name) => {
  describeWithTerraform("for every subset of plans", () => {
    afterEach(stopRehearsals);

    test.each(ACCESS_LEVELS)("plans the objects of the construct at access level %s", async (accessLevel) => {
      const cells = SUBSETS.map((plans) => ({ plans, accessLevel }));
      const planned = await plannedByModule(name, cells);

      expect(cells).toHaveLength(16);
      cells.forEach((cell, index) => {
        expect({ cell, objects: planned[index] }).toEqual({ cell, objects: plannedByStack(name, cell) });
      });
    });
  });
});

import { AccountOnboarding, resolvePlans } from "../../modules";
import { ACCESS_LEVELS, rolesOf } from "../../modules/plans";
import type { AccessLevel, ConnectorEngine, DefenderPlans } from "../../modules";
import { emptyScenario, Rehearsal } from "../../rehearsal";
import type { Clouds } from "../../rehearsal";
import { connectorSchemaErrors, roleArnsIn } from "../support/connector-schema";
import { SELECTIONS } from "../support/plan-selections";
import { ACCOUNT, synth } from "../support/synth";
import { describeWithTerraform } from "../support/with-terraform";

/**
 * Every selection through real terraform with one engine: apply, an empty second plan, destroy, both clouds empty. The
 * clouds are shared, so that nothing can be left over unseen.
 *
 * Access levels are paired with engines, not crossed: they do not depend on each other (access-level-and-engine.test.ts).
 * A selection has one level here and the other level with the other engine; each engine has both levels in turn.
 *
 * The engines have a file each, so that two workers share the work.
 */
export function rehearsePlanMatrix(engine: ConnectorEngine): void {
  const first = engine === "azapi" ? 0 : 1;
  const cells = Object.entries(SELECTIONS).map(
    ([name, plans], index) => [name, ACCESS_LEVELS[(first + index) % 2 === 0 ? 0 : 1], plans] as const,
  );

  describeWithTerraform("every plan and feature", () => {
    let clouds: Clouds;
    let rehearsal: Rehearsal;

    beforeAll(async () => {
      clouds = emptyScenario();
      rehearsal = await Rehearsal.start({ ...clouds, stack: onboarding({}, "default", engine) });
    });

    afterAll(() => rehearsal.stop());

    test.each(cells)("%s at access level %s", async (_, level, plans) => {
      const { aws, azure } = clouds;
      await rehearsal.updateStack(onboarding(plans, level, engine));
      await rehearsal.apply();

      const connector = azure.connectors.get(ACCOUNT.connectorName);
      expect(connectorSchemaErrors(connector?.properties)).toEqual([]);
      const roles = aws.caller.objects.all("aws_iam_role").map(({ attributes }) => attributes.arn);
      expect(roles).toHaveLength(rolesOf(resolvePlans(plans)).length);
      expect(roleArnsIn(connector?.properties).filter((arn) => !roles.includes(arn))).toEqual([]);

      expect((await rehearsal.plan()).empty).toBe(true);

      await rehearsal.destroy();
      expect(aws.caller.objects.everything()).toEqual([]);
      expect(azure.connectors.all()).toEqual([]);
      expect([...azure.deployments.keys()]).toEqual([]);
    });
  });
}

function onboarding(plans: DefenderPlans, accessLevel: AccessLevel, engine: ConnectorEngine) {
  return synth((stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, plans, accessLevel, engine }));
}

import { Rehearsal, type Plan } from "../../rehearsal";
import { organizationClouds, organizationStack, WORKLOADS } from "../support/organization";
import { describeWithTerraform } from "../support/with-terraform";

/** A plan for an organization with that many members. */
async function planWith(members: number): Promise<Plan> {
  const { aws, azure, organization } = organizationClouds();
  for (let index = 0; index < members; index++) {
    await organization.addAccount(String(200_000_000_000 + index), WORKLOADS);
  }
  const rehearsal = await Rehearsal.start({ aws, azure, stack: organizationStack() });
  try {
    return await rehearsal.plan();
  } finally {
    await rehearsal.stop();
  }
}

describeWithTerraform("an organization that grows", () => {
  test("has as many Terraform resources with 500 members as with 10", async () => {
    const [small, large] = [await planWith(10), await planWith(500)];
    expect(large.counts).toEqual(small.counts);
    expect(large.changes.map(({ address }) => address)).toEqual(small.changes.map(({ address }) => address));
  });
});

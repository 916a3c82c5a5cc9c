import { Rehearsal } from "../../rehearsal";
import { organizationClouds, organizationStack, WORKLOADS, SANDBOX } from "../support/organization";

test("try", async () => {
  const { aws, azure, organization } = organizationClouds();
  await organization.addAccount("222222222222", WORKLOADS);
  await organization.addAccount("333333333333", SANDBOX);
  const rehearsal = await Rehearsal.start({ aws, azure, stack: organizationStack() });
  try {
    await rehearsal.init();
    const plan = await rehearsal.plan();
    console.log(plan.counts);
    await rehearsal.apply(plan);
    console.log(
      aws.account("222222222222").iam.roleNames(),
      aws
        .account("222222222222")
        .objects.everything()
        .map((o) => o.type + " " + o.id),
    );
    const second = await rehearsal.plan();
    console.log(
      second.counts,
      second.changes
        .filter((c) => c.change.actions.join() !== "no-op")
        .map((c) => [c.address, JSON.stringify(c.change.before), JSON.stringify(c.change.after)]),
    );
  } finally {
    await rehearsal.stop();
  }
});

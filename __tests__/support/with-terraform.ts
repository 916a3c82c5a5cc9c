import { Rehearsal, terraformAvailable } from "../../rehearsal";
import type { RehearsalProps } from "../../rehearsal";

const available = terraformAvailable();
if (!available) {
  process.stderr.write("terraform is not on the PATH: the tests of this file that need it are skipped\n");
}

/** Groups tests that need `terraform`; without it on the PATH they are skipped, and a line says so. */
export const describeWithTerraform = available ? describe : describe.skip;

const running: Rehearsal[] = [];

/** Starts a rehearsal, to be stopped after the test. */
export async function rehearse(props: RehearsalProps): Promise<Rehearsal> {
  const rehearsal = await Rehearsal.start(props);
  running.push(rehearsal);
  return rehearsal;
}

/** Stops what the test started. */
export async function stopRehearsals(): Promise<void> {
  await Promise.all(running.splice(0).map((rehearsal) => rehearsal.stop()));
}

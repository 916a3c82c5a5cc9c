import fc from "fast-check";
import { AUDIENCES, SENTINEL_AUDIENCE } from "../../modules";
import { DISRUPTION_AUDIENCE, SharedAccount, SOMEBODY_ELSE, type AccountLife } from "../support/shared-account";

const WANTED = [AUDIENCES.cspm, AUDIENCES.servers, AUDIENCES.containers, SENTINEL_AUDIENCE];

const stack = fc.record({
  audiences: fc.subarray(WANTED, { minLength: 1 }),
  events: fc.array(fc.constantFrom("Update" as const, "Delete" as const, "Delete and Create" as const), {
    maxLength: 3,
  }),
});

function lives(limits: { latency: number; lag: number; faults: AccountLife["faults"] }): fc.Arbitrary<AccountLife> {
  return fc.record(
    {
      stacks: fc.array(stack, { minLength: 1, maxLength: 3 }),
      isSentinelFirst: fc.boolean(),
      acceptedByRole: fc.constantFrom(...WANTED),
      // Most calls are quick, so that a slow one is overtaken by many.
      latencies: fc.array(
        fc.oneof({ weight: 4, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.nat(limits.latency) }),
        { minLength: 20, maxLength: 100 },
      ),
      lags: fc.array(fc.nat(limits.lag), { minLength: 1, maxLength: 50 }),
      faults: fc.array(fc.constantFrom(...limits.faults), { minLength: 1, maxLength: 50 }),
    },
    { requiredKeys: ["stacks", "isSentinelFirst", "latencies", "lags", "faults"] },
  );
}

async function live(life: AccountLife): Promise<void> {
  const account = new SharedAccount(life);
  await account.live();
  expect(account.losses).toEqual([]);
  expect(account.audiences).toEqual(expect.arrayContaining([...account.stacks.values()].flat()));
}

// Calls that take longer than the function's pauses: every order of the calls is possible.
const ANY_ORDER = { latency: 60_000, lag: 0, faults: ["none" as const] };

// Reports the first counterexample as it is. To have it made smaller, which takes minutes, take `endOnFailure` out.
const RUN = { numRuns: 200, endOnFailure: true };

describe("an account that stacks and others share, in any order of their calls to IAM", () => {
  test("lists what each stack needs, and keeps what others added", async () => {
    await fc.assert(fc.asyncProperty(lives(ANY_ORDER), live), RUN);
  });

  test("does so where calls fail, or their answers are lost", async () => {
    const faults: AccountLife["faults"] = ["none", "none", "none", "refused", "answer lost"];
    await fc.assert(fc.asyncProperty(lives({ ...ANY_ORDER, faults }), live), RUN);
  });

  test("does so where IAM shows a change up to seven seconds later", async () => {
    const late = { latency: 3000, lag: 7000, faults: ["none" as const] };
    await fc.assert(fc.asyncProperty(lives(late), live), RUN);
  });

  test("lists nothing more of the stacks, and has no tag of theirs, when they came and left one after the other", async () => {
    const property = fc.asyncProperty(lives(ANY_ORDER), async (life) => {
      const account = new SharedAccount(life);
      await account.liveInTurnAndLeave();
      const kept = [SENTINEL_AUDIENCE, DISRUPTION_AUDIENCE, SOMEBODY_ELSE, life.acceptedByRole];
      expect(account.audiences.filter((audience) => !kept.includes(audience))).toEqual([]);
      expect(account.tagKeys).toEqual([]);
      expect(account.losses).toEqual([]);
    });
    await fc.assert(property, RUN);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

/** Addresses of one configuration. */
export interface Addresses {
  readonly resources: readonly string[];
  /** Addresses that its `moved` blocks lead away from. */
  readonly moved: readonly string[];
}

/**
 * Tests that configurations have the addresses of a list. The list is a contract: whoever changes it on purpose runs the tests once
 * with UPDATE_ADDRESSES=1, and says it in the CHANGELOG.
 * @param file - JSON in `__tests__`: the addresses by configuration
 */
export function testAgreedAddresses(file: string, configurations: Readonly<Record<string, Addresses>>): void {
  const path = resolve(__dirname, "..", "..", "..", "__tests__", file);
  const current = Object.fromEntries(
    Object.entries(configurations).map(([name, { resources }]) => [name, [...resources].sort()]),
  );
  if (process.env.UPDATE_ADDRESSES === "1") {
    writeFileSync(path, `${JSON.stringify(current, undefined, 2)}\n`);
  }
  const agreed = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, readonly string[]>>;

  test("are listed for each configuration", () => {
    expect(Object.keys(agreed).sort()).toEqual(Object.keys(configurations).sort());
  });

  test.each(Object.entries(configurations))(
    "of %s are those of the list: none is gone without a moved block, and none is new",
    (name, { moved }) => {
      const now = current[name] ?? [];
      const before = agreed[name] ?? [];
      expect(before.filter((address) => !now.includes(address) && !moved.includes(address))).toEqual([]);
      expect(now.filter((address) => !before.includes(address))).toEqual([]);
    },
  );
}

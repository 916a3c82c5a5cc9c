import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ACCESS_LEVELS, ROLE_CATALOGUE, SOURCES } from "../../modules/plans";
import { ROLE_KEYS } from "../../modules";
import { rolesFor } from "../support/account-environment";
import { SELECTIONS } from "../support/plan-selections";

const SCRIPT = resolve(__dirname, "..", "..", "scripts", "permission-reference.js");
const PAGE = readFileSync(resolve(__dirname, "..", "..", "..", "docs", "permissions.md"), "utf8");

describe("docs/permissions.md", () => {
  test("is what the catalogue says today", () => {
    expect(() => execFileSync(process.execPath, [SCRIPT, "--check"], { stdio: "pipe" })).not.toThrow();
  });

  test.each(ROLE_KEYS)("tells who may assume %s", (key) => {
    const [, section = ""] = PAGE.split(`### Who may assume ${key}\n`);
    expect(section.trim()).toMatch(/^(- (a token of|the AWS service|the role|the user)|Microsoft does not publish it)/);
  });

  test.each(ROLE_KEYS)("tells how well each part of %s is known", (key) => {
    const [, section = ""] = PAGE.split(`## ${key}\n`);
    const row = section.split("\n").find((line) => line.startsWith("| Evidence "));
    for (const [part, level] of Object.entries(ROLE_CATALOGUE[key].evidence)) {
      expect(row).toContain(`${part.replace("leastP", "least p")}: ${String(level)}`);
    }
  });

  test("says which features need a role, each and no other", () => {
    const row = PAGE.split("\n").find((line) => line.startsWith("| [containersK8s]"));
    expect(row?.split("|")[3]?.trim()).toBe(
      "`containers.auditLogCollection`, `containers.sensorProvisioning`, `containers.policyAddOnProvisioning`",
    );
  });

  test.each(ACCESS_LEVELS)("names every action and managed policy at access level %s", (level) => {
    const { roles } = rolesFor(SELECTIONS["all together"] ?? {}, level);
    const granted = roles.flatMap(({ policies, attachedPolicies }) => [
      ...policies.flatMap(({ document }) => document.Statement.flatMap(({ Action }) => [...Action])),
      ...attachedPolicies.map(({ arn }) => arn.split("/").at(-1) ?? ""),
    ]);
    expect(granted.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
  });

  test("dates every source", () => {
    for (const [tag, source] of Object.entries(SOURCES)) {
      expect(PAGE).toMatch(new RegExp(`\\| ${tag} +\\|`));
      expect(PAGE).toContain(source);
    }
  });
});

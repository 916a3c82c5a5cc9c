import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { CATALOGUE_DATE, identityProviderArn, ROLE_CATALOGUE, ROLE_USES, SOURCES } from "../modules/plans";
import { MICROSOFT_TENANT_ID, ROLE_KEYS } from "../modules";
import type { PolicyStatement } from "../modules";
import type { RoleDefinition, AccountContext, RolePermissions } from "../modules/plans";

/*
 * Writes docs/permissions.md from the role catalogue: `npm run permissions`. With `--check` it
 * writes nothing and fails where the page is out of step.
 */

const PAGE = resolve(__dirname, "..", "..", "docs", "permissions.md");

/** More actions than this are folded away. */
const LONG_LIST = 40;

/** An account in which every value that differs from account to account is a placeholder. */
const ENVIRONMENT: AccountContext = {
  partition: "aws",
  urlSuffix: "amazonaws.com",
  accountId: "<account>",
  region: "<region>",
  entraTenantId: "<tenant>",
  settings: {
    dataCollectionExternalId: "<external id>",
    ciem: { applicationSubject: "<application subject>", cloudTrailBucketName: "<CloudTrail bucket>" },
    openSourceDatabases: { trustStatements: [], resources: ["<resources from the portal's template>"] },
    arc: {
      configurationId: "MDCSetup",
      attachToExistingProfiles: true,
      targets: [],
      regions: undefined,
      instanceProfileName: undefined,
    },
  },
  roleName: (key) => ROLE_CATALOGUE[key].defaultName(ENVIRONMENT),
  roleArn: (key) => `arn:aws:iam::<account>:role/${ENVIRONMENT.roleName(key)}`,
};

function page(): string {
  const roles = ROLE_KEYS.map((key) => ROLE_CATALOGUE[key]);
  return [
    "# Permissions",
    "<!-- Written by scripts/permission-reference.ts from modules/plans. Do not edit. -->",
    `Every role that Defender for Cloud may need in an AWS account, who may assume it, and what it may do at each access level. The page is written from the catalogue that renders the roles, which was last compared with its sources on ${CATALOGUE_DATE}. It is not an official statement of Microsoft: the template that the Azure portal generates for you is the authority.`,
    "Which roles exist in your account follows from the plans that you select; a role that two plans need exists once. Placeholders in `<angle brackets>` are values of your account.",
    "What the policies of a role leave open is listed below its permissions, with a denial for `roles` where one works: `additionalStatements` holds in the account and in every member. Several statements of one role go into one list.",
    "Evidence is given for each part of a role: for its name, its trust, the audience, its actions at each access level, and the resources and conditions of its own policies. Notes name what is known less well than the part it stands in.",
    "## Overview",
    table(
      ["Role", "Default name", "Needed by"],
      roles.map((role) => [
        `[${role.key}](#${role.key.toLowerCase()})`,
        code(role.defaultName(ENVIRONMENT)),
        features(role),
      ]),
    ),
    ...roles.flatMap(section),
    "## Sources",
    table(
      ["Tag", "Source"],
      Object.entries(SOURCES).map(([tag, source]) => [tag, source]),
    ),
  ].join("\n\n");
}

function section(role: RoleDefinition): string[] {
  const fields = ROLE_USES.flatMap(({ role: key, offering, field }) =>
    key === role.key && field !== undefined ? [code(`${offering}.${field}.cloudRoleArn`)] : [],
  );
  return [
    `## ${role.key}`,
    role.description,
    table(
      ["", ""],
      [
        ["Default name", code(role.defaultName(ENVIRONMENT))],
        ...(role.formerNames.length > 0 ? [["Former names", role.formerNames.map(code).join(", ")]] : []),
        ["An own name", `${role.nameFormat.expected} (${code(role.nameFormat.pattern)})`],
        ["Needed by", features(role)],
        ["Connector field", [...new Set(fields)].join("<br>") || "none: the connector does not name this role"],
        ["Evidence", evidence(role)],
        ["Sources", role.sources.join(", ")],
      ],
    ),
    `### Who may assume ${role.key}`,
    trust(role),
    ...permissions(role),
    ...risks(role),
    ...(role.notes.length > 0 ? ["Notes:", bullets(role.notes)] : []),
  ];
}

function features(role: RoleDefinition): string {
  return ROLE_USES.flatMap(({ role: key, feature }) => (key === role.key ? [code(feature)] : [])).join(", ");
}

function evidence({ evidence: levels }: RoleDefinition): string {
  return Object.entries(levels)
    .map(([part, level]) => `${part === "leastPrivilege" ? "least privilege" : part}: ${String(level)}`)
    .join("; ");
}

function trust(role: RoleDefinition): string {
  const statements = role.trust(ENVIRONMENT);
  return statements.length === 0
    ? "Microsoft does not publish it: the trust is an input, taken from the portal's template."
    : bullets(
        statements.map(
          (statement) =>
            `${principals(statement).join(", ")}, by ${statement.Action.map(code).join(", ")}${conditions(statement)}`,
        ),
      );
}

function principals({ Principal: principal }: PolicyStatement): string[] {
  if (typeof principal !== "object") {
    throw new Error("a trust names its principals");
  }
  const microsoft = identityProviderArn(ENVIRONMENT, MICROSOFT_TENANT_ID);
  return [
    ...(principal.Federated ?? []).map((arn) =>
      arn === microsoft
        ? `a token of Microsoft's tenant, through the identity provider ${code(arn)}`
        : `a token of your own tenant, through the identity provider ${code(arn)}`,
    ),
    ...(principal.Service ?? []).map((service) => `the AWS service ${code(service)}`),
    ...(principal.AWS ?? []).map((arn) => `${arn.includes(":user/") ? "the user" : "the role"} ${code(arn)}`),
  ];
}

function permissions(role: RoleDefinition): string[] {
  const least = role.permissions("leastPrivilege", ENVIRONMENT);
  const full = role.permissions("default", ENVIRONMENT);
  if (JSON.stringify(least) === JSON.stringify(full)) {
    return [heading(role, "both access levels"), ...level(full)];
  }
  return [
    heading(role, "access level `leastPrivilege`"),
    ...level(least),
    heading(role, "access level `default`"),
    ...level(full),
  ];
}

/** What stays open, with denials that can be copied into the role's options. */
function risks({ key, risks: found = [] }: RoleDefinition): string[] {
  return found.length === 0
    ? []
    : [
        `### What ${key} leaves open`,
        ...found.flatMap(({ risk, remedy, statements }) => [
          `- ${risk} ${remedy}`,
          ...(statements ? [jsonBlock({ roles: { [key]: { additionalStatements: statements(ENVIRONMENT) } } })] : []),
        ]),
      ];
}

function jsonBlock(value: object): string {
  return ["```json", JSON.stringify(value, undefined, 2), "```"].join("\n");
}

function heading(role: RoleDefinition, levels: string): string {
  return `### What ${role.key} may do at ${levels}`;
}

function level({ awsManagedPolicies, policies }: RolePermissions): string[] {
  return [
    ...(awsManagedPolicies.length > 0 ? [`AWS managed policies: ${awsManagedPolicies.map(code).join(", ")}`] : []),
    ...policies.flatMap(({ name, statements }) => [`Policy ${code(name)}:`, ...statements.flatMap(statement)]),
  ];
}

function statement(part: PolicyStatement): string[] {
  const resources = part.Resource ?? [];
  const where = resources.join() === "*" ? "all resources" : resources.map(code).join(", ");
  const what = `${part.Effect} on ${where}${conditions(part)}:`;
  return part.Action.length > LONG_LIST
    ? [
        `- ${what}`,
        `<details><summary>${part.Action.length} actions</summary>`,
        bullets(byService(part.Action)),
        "</details>",
      ]
    : [`- ${what} ${part.Action.map(code).join(", ")}`];
}

/** One line for each service. */
function byService(actions: readonly string[]): string[] {
  const services = [...new Set(actions.map((action) => action.split(":")[0] ?? ""))];
  return services.map((service) =>
    actions
      .filter((action) => action.startsWith(`${service}:`))
      .map(code)
      .join(", "),
  );
}

function conditions({ Condition: condition = {} }: PolicyStatement): string {
  const terms = Object.entries(condition).flatMap(([operator, keys = {}]) =>
    Object.entries(keys).map(
      ([key, values = []]) => `${code(key)} is ${values.map(code).join(" or ")} (${code(operator)})`,
    ),
  );
  return terms.length > 0 ? `, where ${terms.join(" and ")}` : "";
}

function code(text: string): string {
  return `\`${text}\``;
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

async function main(check: boolean): Promise<void> {
  const text = await format(page(), { ...(await resolveConfig(PAGE)), parser: "markdown" });
  if (!check) {
    await writeFile(PAGE, text);
  } else if ((await readFile(PAGE, "utf8")) !== text) {
    throw new Error("docs/permissions.md is out of step with modules/plans: run npm run permissions");
  }
}

main(process.argv.includes("--check")).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

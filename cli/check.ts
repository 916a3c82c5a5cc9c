import type { Command } from "commander";
import { EXIT_CODES } from "./exit-codes";

const HELP = `
Reads AWS and Azure, changes nothing, and compares both with what the configuration file says. AWS credentials come from the
SDK's own chain (environment, profile, role), Azure's from the environment, a managed identity or "az login".
The rights that it needs: docs/rights.md.

Example:
  cdktf-defender-for-cloud check defender.yaml
  cdktf-defender-for-cloud check organization.yaml --member-role OrganizationAccountAccessRole

Exit codes:
  0  everything is as the configuration says
  1  something is not, or could not be read: each line says what to do
  2  wrong input: the file, the account, or credentials that nobody accepts
  3  a fault of this command: please report it`;

interface Options {
  readonly json?: true;
  readonly memberRole?: string;
}

/** The verb `check`: compares what is in both clouds with a configuration file. */
export function addCheckVerb(program: Command): void {
  program
    .command("check")
    .description("compares AWS and Azure with a configuration file, and says what to do about each difference")
    .argument("<file>", "the configuration file, YAML or JSON")
    .option(
      "--member-role <name>",
      "name of a role in every member account of an organization that you may assume: roles, identity providers and automations there are compared, too (default: CloudFormation's status only)",
    )
    .option("--json", "prints findings, what was checked and what was not as JSON")
    .addHelpText("after", HELP)
    .action(check);
}

async function check(file: string, { json, memberRole }: Options): Promise<void> {
  // Loaded only here: the clients of both clouds take long to load.
  const { readConfiguration } = await import("./config/index.js");
  const configuration = readConfiguration(file);
  const { checkClouds } = await import("./check/check-clouds.js");
  const { resourceManager } = await import("./azure/resource-manager.js");
  const { checkReport } = await import("./check/report.js");
  const result = await checkClouds(configuration, resourceManager(), {
    memberRole,
    progress: (step) => process.stderr.write(`${step}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : checkReport(result));
  process.exitCode = result.findings.length === 0 ? EXIT_CODES.fine : EXIT_CODES.differences;
}

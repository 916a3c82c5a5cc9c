import { join } from "node:path";
import type { Command } from "commander";
import { AWS_REGION, hasFormat, InputError } from "../modules/inputs";
import { checkOutput, writeFiles } from "./files";
import { namesIn, PLAN_NAMES, selectionOf } from "./discover/plans";

/** Name of the configuration file. */
export const CONFIGURATION_FILE = "defender.json";
/** Name of the file with the values of variables. */
export const VARIABLES_FILE = "terraform.tfvars.json";

const HELP = `
Reads AWS and Azure, changes nothing, and says what is there, what that means, and what it proposes. AWS credentials come from the
SDK's own chain (environment, profile, role), Azure's from the environment, a managed identity or "az login".
The rights that it needs: docs/rights.md.

It writes ${CONFIGURATION_FILE}, a configuration file for export and check, and ${VARIABLES_FILE}, values of the variables
of the examples. The proposal is foundational CSPM; add plans with --plans: ${PLAN_NAMES.join(", ")}.

Example:
  cdktf-defender-for-cloud discover --region eu-central-1 --subscription 22222222-3333-4444-5555-666666666666

Exit codes:
  0  done; what could not be read is listed
  2  wrong input, or credentials that nobody accepts: nothing was written
  3  a fault of this command: please report it`;

interface Options {
  readonly region?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly plans: readonly string[];
  readonly organization: boolean;
  readonly output: string;
  readonly force: boolean;
  readonly json?: true;
}

/** The verb `discover`: looks at both clouds, and proposes a configuration. */
export function addDiscoverVerb(program: Command): void {
  program
    .command("discover")
    .description("looks at AWS and Azure, and proposes a configuration")
    .option("--region <region>", "region of the AWS provider (default: AWS_REGION)")
    .option(
      "--subscription <id>",
      "Azure subscription of the connector (default: the only one that the credentials see)",
    )
    .option("--resource-group <name>", "resource group of the connector (default: the only one of the subscription)")
    .option("--plans <names>", "Defender plans, separated by commas (default: foundational CSPM only)", namesIn, [])
    .option("--organization", "connects every member of the organization, not only this account", false)
    .option("--output <folder>", "folder for the two files", ".")
    .option("--force", "replaces files that exist", false)
    .option("--json", "prints findings and proposal as JSON")
    .addHelpText("after", HELP)
    .action(discover);
}

async function discover(options: Options): Promise<void> {
  const chosen = {
    region: options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "",
    plans: options.plans,
    organization: options.organization,
    ...(options.subscription === undefined ? {} : { subscriptionId: options.subscription }),
    ...(options.resourceGroup === undefined ? {} : { resourceGroupName: options.resourceGroup }),
  };
  if (chosen.region === "") {
    throw InputError.of("--region", undefined, "give the region, or set AWS_REGION, for instance eu-central-1");
  }
  if (!hasFormat(chosen.region, AWS_REGION)) {
    throw InputError.of("--region", chosen.region, `expected ${AWS_REGION.expected}`);
  }
  selectionOf(chosen.plans);
  const files = [join(options.output, CONFIGURATION_FILE), join(options.output, VARIABLES_FILE)] as const;
  checkOutput(files, { force: options.force });
  // Loaded only here: the clients of both clouds take long to load.
  const { awsClients } = await import("./aws/clients.js");
  const { resourceManager } = await import("./azure/resource-manager.js");
  const { discoverClouds } = await import("./discover/discover-clouds.js");
  const { discoverReport } = await import("./discover/report.js");
  const proposal = await discoverClouds(awsClients(chosen.region), resourceManager(), chosen, (step) =>
    process.stderr.write(`${step}\n`),
  );
  const [configuration, variables] = files;
  writeFiles(
    [
      [configuration, json(proposal.configuration)],
      [variables, json(proposal.variables)],
    ],
    { force: options.force },
  );
  process.stdout.write(
    options.json ? json({ ...proposal, files }) : `${discoverReport(proposal, chosen)}\nWritten: ${files.join(", ")}\n`,
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

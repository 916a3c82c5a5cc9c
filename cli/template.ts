import type { Command } from "commander";
import { InputError } from "../modules/inputs";
import {
  checkGivenParameters,
  compareWithCatalogue,
  inspectTemplate,
  readTemplateFile,
  takeOver,
  withoutIdentityProvider,
} from "../modules/portal-template";
import type { PortalTemplate, TemplateSelection } from "../modules/portal-template";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes";
import { readJson, writeFiles } from "./files";
import { cleaningReport, contentsReport, differencesReport } from "./template-report";

const FILE = "the template that the portal generated: JSON or YAML, at most 1 MB; it is never changed";

const SELECTION_OPTION = "JSON file with the plans, the access level and the tenant, shown below";

const SELECTION = `
The selection is a JSON file with what was chosen in the portal, written as for AccountOnboarding:
  {
    "plans": { "servers": { "subPlan": "P2" } },
    "accessLevel": "default",
    "entraTenantId": "11111111-2222-3333-4444-555555555555"
  }
Optional: awsAccountId, awsRegion, partition, roles, arcAutomation, and parameters (values of the template's parameters).`;

/** The verb `template`: looks at the template that the portal generates, cleans it, compares it with the catalogue. */
export function addTemplateVerb(program: Command): void {
  const verb = program
    .command("template")
    .description("works on the CloudFormation template that the Azure portal generates")
    .addHelpText("after", example("template inspect defender.json"));
  verb
    .command("inspect")
    .description("shows identity providers, roles, parameters and everything else by type")
    .argument("<file>", FILE)
    .option("--parameter <name=value>", "value of a parameter; may be repeated", addParameter)
    .option("--json", "prints JSON")
    .addHelpText("after", example("template inspect defender.json --parameter AWS::AccountId=111122223333"))
    .action(inspect);
  verb
    .command("clean")
    .description("takes out the identity provider that Microsoft Sentinel has created already")
    .argument("<file>", FILE)
    .option("--parameter <name=value>", "value of a parameter; may be repeated", addParameter)
    .option("-o, --output <file>", "file for the cleaned template; without it the template is printed")
    .option("--force", "replaces an existing output file")
    .option("--json", "prints changes and audiences as JSON, with the template unless it is written to a file")
    .addHelpText("after", example("template clean defender.json --output cleaned.json"))
    .action(clean);
  verb
    .command("compare")
    .description("shows how the template differs from this package's catalogue for the same plans")
    .argument("<file>", FILE)
    .requiredOption("-s, --selection <file>", SELECTION_OPTION)
    .option("--json", "prints JSON")
    .addHelpText("after", SELECTION + example("template compare defender.json --selection selection.json"))
    .action(compare);
  verb
    .command("extract")
    .description("takes what the catalogue lacks out of the template, as JSON for plans and roles of AccountOnboarding")
    .argument("<file>", FILE)
    .requiredOption("-s, --selection <file>", SELECTION_OPTION)
    .option("-o, --output <file>", "file for the result; without it the result is printed")
    .option("--force", "replaces an existing output file")
    .option("--json", "prints JSON, as it does anyway")
    .addHelpText("after", SELECTION + example("template extract defender.json -s selection.json -o taken.json"))
    .action(extract);
}

type ParameterValues = Readonly<Record<string, string>>;

interface WithParameters {
  readonly parameter?: ParameterValues;
  readonly json?: true;
}

interface WithOutput {
  readonly output?: string;
  readonly force?: boolean;
}

function inspect(file: string, { parameter = {}, json }: WithParameters): void {
  const template = readTemplateWith(file, parameter);
  const contents = inspectTemplate(template, parameter);
  print(json ? asJson(contents) : contentsReport(contents));
}

function clean(file: string, { parameter = {}, json, output, force = false }: WithParameters & WithOutput): void {
  const source = readTemplateWith(file, parameter);
  const { template, ...result } = withoutIdentityProvider(source, parameter);
  if (output !== undefined) {
    writeFiles([[output, template.text]], { force, input: file });
    print(json ? asJson({ ...result, output }) : cleaningReport(result));
  } else if (json) {
    print(asJson({ ...result, template: template.text }));
  } else {
    print(template.text);
    process.stderr.write(cleaningReport(result));
  }
}

function compare(file: string, { selection, json }: { readonly selection: string; readonly json?: true }): void {
  const template = readTemplateFile(file);
  const differences = compareWithCatalogue(template, readSelection(selection));
  if (inspectTemplate(template).identityProviders.length === 0) {
    process.stderr.write(
      "The template has no identity provider, so its audiences are not compared: take the portal's own file for that.\n",
    );
  }
  print(json ? asJson(differences) : differencesReport(differences));
  process.exitCode = differences.length === 0 ? EXIT_CODES.fine : EXIT_CODES.differences;
}

function extract(
  file: string,
  { selection, output, force = false }: WithOutput & { readonly selection: string },
): void {
  const taken = takeOver(readTemplateFile(file), readSelection(selection));
  if (output === undefined) {
    print(asJson(taken));
  } else {
    writeFiles([[output, asJson(taken)]], { force, input: file });
  }
  if (taken.leftOut.length > 0) {
    process.stderr.write(`Left out:\n${taken.leftOut.map((line) => `- ${line}\n`).join("")}`);
  }
}

function addParameter(assignment: string, given: ParameterValues = {}): ParameterValues {
  const at = assignment.indexOf("=");
  if (at < 1) {
    throw InputError.of("--parameter", assignment, "expected name=value, for instance CspmMonitorAwsRoleName=Posture");
  }
  return { ...given, [assignment.slice(0, at)]: assignment.slice(at + 1) };
}

function readTemplateWith(file: string, parameter: ParameterValues): PortalTemplate {
  const template = readTemplateFile(file);
  checkGivenParameters(template, parameter, "--parameter");
  return template;
}

/** The comparison checks what is in it. */
function readSelection(path: string): TemplateSelection {
  return readJson("--selection", path) as TemplateSelection;
}

function example(command: string): string {
  return `\n\nExample:\n  cdktf-defender-for-cloud ${command}\n${EXIT_CODES_HELP}`;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}

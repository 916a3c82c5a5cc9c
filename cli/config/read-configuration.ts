import { checkFanout } from "../../modules/cloudtrail-fanout";
import type { CloudTrailFanoutProps, FanoutInputs } from "../../modules/cloudtrail-fanout";
import { didYouMean, InputError, plainObject, Report } from "../../modules/inputs";
import type { Fault, Read, Schema } from "../../modules/inputs";
import { checkAccount, checkOrganization } from "../../modules/onboarding";
import type {
  AccountOnboardingInputs,
  AccountOnboardingProps,
  OrganizationOnboardingProps,
} from "../../modules/onboarding";
import { RuleChecks } from "../../modules/terraform";
import { propsOf, SECTION_NAMES, SECTIONS } from "./schema";
import type { Section } from "./schema";
import { readYaml } from "./yaml-file";
import type { YamlFile } from "./yaml-file";

/** What a section says: as it was written, and with every default filled in. */
export interface Configured<Props, Inputs> {
  /** For the construct. */
  readonly props: Props;
  /** With every default. */
  readonly inputs: Inputs;
}

/** A configuration file: each section has the props of a construct. */
export interface Configuration {
  readonly accountOnboarding?: Configured<AccountOnboardingProps, AccountOnboardingInputs>;
  readonly organizationOnboarding?: Configured<
    OrganizationOnboardingProps,
    Read<typeof SECTIONS.organizationOnboarding>
  >;
  readonly cloudTrailFanout?: Configured<CloudTrailFanoutProps, FanoutInputs>;
}

const RULES: { readonly [S in Section]: (inputs: Read<(typeof SECTIONS)[S]>, checks: RuleChecks) => void } = {
  accountOnboarding: checkAccount,
  organizationOnboarding: checkOrganization,
  cloudTrailFanout: checkFanout,
};

/**
 * Reads a configuration file, JSON or YAML.
 * @throws InputError with every fault, each with file, line and column
 */
export function readConfiguration(path: string): Configuration {
  const file = readYaml(path);
  const given = plainObject(file.value);
  const allowed = `expected at least one of: ${SECTION_NAMES.join(", ")}`;
  if (given === undefined) {
    throw InputError.of("the configuration file", path, `expected an object; ${allowed}`);
  }
  const report = new Report();
  for (const key of Object.keys(given).filter((name) => name !== "$schema" && !isSection(name))) {
    report.fault(key, given[key], `no such section: ${didYouMean(key, SECTION_NAMES)}${allowed}`);
  }
  const sections = SECTION_NAMES.filter((name) => Object.hasOwn(given, name));
  if (sections.length === 0 && report.faults.length === 0) {
    throw InputError.of("the configuration file", path, allowed);
  }
  const configuration = Object.fromEntries(
    sections.map((section) => [
      section,
      { props: given[section], inputs: readSection(section, given[section], report) },
    ]),
  );
  if (report.faults.length > 0) {
    throw new InputError(report.faults.map((fault) => inFile(file, fault)));
  }
  return configuration;
}

function isSection(name: string): name is Section {
  return Object.hasOwn(SECTIONS, name);
}

function readSection(section: Section, value: unknown, report: Report): unknown {
  const own = new Report();
  const props = plainObject(value);
  const inFileOnly = propsOf(section);
  for (const prop of Object.keys(props ?? {})) {
    if (Object.hasOwn(SECTIONS[section].shape, prop) && !inFileOnly.includes(prop)) {
      own.fault(prop, props?.[prop], "a file cannot hold it: it is a construct of cdktf. Leave it out");
    }
  }
  const inputs = own.faults.length > 0 ? undefined : readProps(section, value, own);
  for (const { prop, message } of own.faults) {
    const where = prop === "props" ? section : `${section}.${prop}`;
    report.faults.push({ prop: where, message: message.replace(prop, where) });
  }
  return inputs;
}

function readProps(section: Section, value: unknown, report: Report): unknown {
  const schema = SECTIONS[section] as Schema<unknown>;
  const inputs = schema.read(value, "", report);
  for (const input of report.terraformInputs) {
    const given = "entries" in input ? input.entries.join(", ") : String(input.value);
    report.fault(input.prop, given, "a file holds literals, no values of Terraform: write the value itself");
  }
  if (report.faults.length === 0) {
    const rules = RULES[section] as (inputs: unknown, checks: RuleChecks) => void;
    rules(inputs, new RuleChecks(report, value as Readonly<Record<string, unknown>>));
  }
  return inputs;
}

/** The fault with its place. */
function inFile(file: YamlFile, { prop, message }: Fault): Fault {
  const path = prop.split(/[.[\]"]+/).filter((part) => part !== "");
  const quotes = file.isBareNumber(path)
    ? " (YAML reads digits without quotes as a number: write a text in quotes)"
    : "";
  return { prop, message: `${file.positionOf(path)}: ${message}${quotes}` };
}

import { urlSuffix } from "../iam";
import type { Partition } from "../iam";
import { InputError, read, replaceTerraformValues } from "../inputs";
import { ARC_AUTOMATION_OPTIONS, identityProviderUrl, MICROSOFT_TENANT_ID } from "../plans";
import type { RoleKey } from "../plans";
import { withoutIdentityProvider } from "./clean";
import type { TemplateChange } from "./clean";
import { inspectTemplate } from "./inspect";
import type { TemplateContents, TemplateRole } from "./inspect";
import { parameterFaults } from "./parameters";
import { keysOfRoles } from "./role-keys";
import { externalIdOf } from "./selection";
import { entryOf } from "./source";
import type { SourceEntry } from "./source";
import { hasMacros, section } from "./template";
import type { PortalTemplate } from "./template";

/** Where a template is deployed. Every value may be a Terraform value. */
export interface TemplateTarget {
  /** The AWS account, 12 digits. */
  readonly awsAccountId: string;
  /** Region of the stack. */
  readonly awsRegion: string;
  /** Partition of the account. */
  readonly partition: Partition;
  /** Values of the template's parameters; the others have their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A cleaned template as a stack takes it, and what the account and the connector must know about it. */
export interface TemplateDeployment {
  /** The cleaned template. */
  readonly template: PortalTemplate;
  /** Its text. JSON is written without white space, so that more of it fits into a call. */
  readonly text: string;
  /** How it is written. */
  readonly format: "json" | "yaml";
  /** What CloudFormation asks the caller to confirm. */
  readonly capabilities: readonly string[];
  /** Values of the parameters that are left. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Defaults of the other ones. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Audiences that the account's identity provider must list: those of the template's, and those that its roles name. */
  readonly audiences: readonly string[];
  /** ARNs of its roles that the catalogue knows. */
  readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /**
   * External id of the container log reader.
   * @default no role asks for one
   */
  readonly externalId?: string;
  /** What cleaning changed. */
  readonly changes: readonly TemplateChange[];
}

/**
 * Prepares a template for a stack of an account that has Microsoft's identity provider already, or gets it otherwise.
 * @throws InputError as {@link withoutIdentityProvider}, for wrong parameters, and for a role whose name only the stack knows
 */
export function deploymentOf(template: PortalTemplate, target: TemplateTarget): TemplateDeployment {
  const faults = parameterFaults(template, target.parameters, "templateParameters");
  if (faults.length > 0) {
    throw new InputError(faults);
  }
  const cleaned = withoutIdentityProvider(template, target.parameters);
  const contents = contentsIn(template, target);
  const left = section(cleaned.template, "Parameters");
  const given = Object.entries(target.parameters).filter(([name]) => left.some(({ key }) => key === name));
  const roles = contents.roles.filter(({ isCreated }) => isCreated);
  const arc = read(ARC_AUTOMATION_OPTIONS, {}).value;
  const keys = keysOfRoles(roles, { region: target.awsRegion, settings: { arc } });
  const externalId = externalIdOf(contents);
  return {
    template: cleaned.template,
    ...asSent(cleaned.template),
    // A macro may add resources, so CloudFormation asks for another confirmation (CreateStack, API reference).
    capabilities: ["CAPABILITY_NAMED_IAM", ...(hasMacros(cleaned.template) ? ["CAPABILITY_AUTO_EXPAND"] : [])],
    parameters: Object.fromEntries(given),
    defaults: Object.fromEntries(left.filter(({ key }) => !(key in target.parameters)).map(defaultOf)),
    audiences: [...new Set([...cleaned.audiences, ...roles.flatMap(trustedAudiences)])],
    roleArns: Object.fromEntries([...keys].map(([role, key]) => [key, knownArn(template, role)])),
    ...(externalId === undefined ? {} : { externalId }),
    changes: cleaned.changes,
  };
}

/** Customers' tenants to which the roles of a template are bound, by the name of the session. */
export function tenantsOf(template: PortalTemplate, target: TemplateTarget): string[] {
  const prefix = "MicrosoftDefenderForClouds_";
  const sessions = contentsIn(template, target).roles.flatMap((role) => conditionValues(role, "sts:rolesessionname"));
  return [...new Set(sessions.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)))];
}

function contentsIn(template: PortalTemplate, target: TemplateTarget): TemplateContents {
  return inspectTemplate(template, {
    "AWS::Partition": target.partition,
    "AWS::URLSuffix": urlSuffix(target.partition),
    "AWS::AccountId": target.awsAccountId,
    "AWS::Region": target.awsRegion,
    ...target.parameters,
  });
}

function defaultOf({ key, value }: SourceEntry): [string, string] {
  const node = entryOf(value, "Default")?.value;
  return [key, node?.kind === "text" ? node.value : ""];
}

function asSent(template: PortalTemplate): Pick<TemplateDeployment, "text" | "format"> {
  const text = template.text.replace(/^\uFEFF/, "");
  try {
    return { text: JSON.stringify(JSON.parse(text)), format: "json" };
  } catch {
    return { text, format: "yaml" };
  }
}

const AUDIENCE_KEY = `${identityProviderUrl(MICROSOFT_TENANT_ID).slice("https://".length)}:aud`.toLowerCase();

function trustedAudiences(role: TemplateRole): string[] {
  return conditionValues(role, AUDIENCE_KEY);
}

/** The values that the trust of a role asks for under a condition key, in lower case. */
function conditionValues({ trust }: TemplateRole, key: string): string[] {
  return trust.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) =>
      Object.entries(keys).flatMap(([name, values]) => (name.toLowerCase() === key ? values : [])),
    ),
  );
}

function knownArn({ name }: PortalTemplate, role: TemplateRole): string {
  if (replaceTerraformValues(role.arn, "").includes("${")) {
    throw InputError.of(
      `${name}, Resources.${role.logicalId}`,
      role.arn,
      "only a stack knows the name or the path of this role, and the connector needs its ARN: write RoleName and Path out, or give the parameters that have no default",
    );
  }
  return role.arn;
}

import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { checkApiVersion } from "../azure-connector";
import type { AzureConnector } from "../azure-connector";
import { checkTemplateSize, inTerraform, TemplateBucket } from "../cloudformation";
import { urlSuffix } from "../iam";
import { IdentityProvider } from "../identity-provider";
import {
  anyText,
  flag,
  InputError,
  map,
  object,
  optional,
  plainObject,
  ROLE_ARN,
  STACK_NAME,
  TEMPLATE_BUCKET_NAME,
  text,
  TEXT,
  withDefault,
} from "../inputs";
import type { Read, Schema } from "../inputs";
import { MICROSOFT_TENANT_ID, NEWER_API_VERSION, roleUses } from "../plans";
import type { ResolvedPlans, RoleKey } from "../plans";
import { deploymentOf, tenantsOf } from "../portal-template";
import type { PortalTemplate, TemplateChange, TemplateDeployment } from "../portal-template";
import { AccountGuard, checkInputs, DependableConstruct, equal, handOn, waitFor } from "../terraform";
import type { RuleChecks } from "../terraform";
import { ONBOARDING_SHAPE } from "./account-onboarding-props";
import type { AccountOnboardingProps } from "./account-onboarding-props";
import { createConnector } from "./connector";

/**
 * One AWS account to connect with the template that the portal generated for it. What {@link AccountOnboardingProps} says
 * about a prop holds here, too. Names, trusts and permissions of the roles, their access level and the automation for the
 * Arc agent are the template's.
 */
export interface PortalTemplateOnboardingProps extends Omit<
  AccountOnboardingProps,
  "accessLevel" | "roles" | "arcAutomation" | "ciemIdentityProvider"
> {
  /**
   * The template, by `readTemplateFile` or `readTemplate`; with Microsoft's identity provider or without it. That of CIEM is
   * created by the stack. The plan stops where the template was generated for another tenant than `entraTenantId`.
   */
  readonly template: PortalTemplate;
  /**
   * Values of the template's parameters: a literal map, whose values may be Terraform values. One without default must be
   * given; a literal is checked by the template's own rules.
   * @default the template's defaults
   */
  readonly templateParameters?: Readonly<Record<string, string>>;
  /**
   * Name of the stack: a letter, then letters, digits and hyphens, at most 128 characters. Changing it replaces the stack.
   * Never the stack that created the account's identity provider: an update to the cleaned template would delete it there
   * (docs/portal-template.md).
   * @default "defender-for-cloud"
   */
  readonly stackName?: string;
  /**
   * ARNs of roles of the template whose name and whose name's parameter the catalogue does not know, by their key.
   * @default the roles that are found
   */
  readonly roleArns?: Readonly<Partial<Record<RoleKey, string>>>;
  /**
   * Name of a bucket for the template, in `awsRegion`; needed where the template has more than 51,200 bytes.
   * 3 to 63 lower-case letters, digits and hyphens.
   * @default the template is sent inline
   */
  readonly templateBucketName?: string;
  /**
   * Whether the bucket is created here: private, versioned, encrypted, reachable through TLS only; literal.
   * @default false: it exists already, and the caller may read it
   */
  readonly createTemplateBucket?: boolean;
}

const PORTAL_TEMPLATE: Schema<PortalTemplate> = {
  read: (value, at, report) => {
    const given = plainObject(value);
    if (typeof given?.text !== "string" || typeof given.root !== "object") {
      report.fault(at, value, "expected a template: readTemplateFile of its path, or readTemplate of its text");
    }
    return value as PortalTemplate;
  },
};

const SCHEMA = object<PortalTemplateOnboardingProps>()({
  ...ONBOARDING_SHAPE,
  template: PORTAL_TEMPLATE,
  templateParameters: withDefault(map({ ...TEXT, expected: "the name of a parameter" }, anyText()), {}),
  stackName: withDefault(text(STACK_NAME), "defender-for-cloud"),
  roleArns: withDefault(map({ ...TEXT, expected: "a key of the role catalogue" }, optional(text(ROLE_ARN))), {}),
  templateBucketName: optional(text(TEMPLATE_BUCKET_NAME)),
  createTemplateBucket: withDefault(flag(), false),
});

type Inputs = Read<typeof SCHEMA>;

/**
 * Connects one AWS account to Defender for Cloud with the template that the portal generated: the account's identity
 * provider with the template's audiences, the template without its own identity provider as a stack, a wait for IAM, the
 * connector, in this order; destroy runs the other way round.
 *
 * Fails at synth with an InputError for a malformed literal, for a template that cannot be cleaned or sent, for parameters that
 * the template does not allow and for a plan whose role it lacks, and at plan as `AccountOnboarding` does.
 * @example
 * new PortalTemplateOnboarding(this, "Onboarding", {
 *   template: readTemplateFile("defender.json"),
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   azureSubscriptionId: "22222222-3333-4444-5555-666666666666",
 *   resourceGroupName: "security",
 *   location: "westeurope",
 *   connectorName: "aws-production",
 *   plans: { servers: { subPlan: "P2" } },
 *   identityProvider: { mode: "extend" },
 * });
 */
export class PortalTemplateOnboarding extends DependableConstruct {
  /** Resource id of the connector. */
  public readonly connectorId: string;
  /** ARN of the identity provider of the Microsoft tenant. */
  public readonly identityProviderArn: string;
  /** ARNs of the template's roles, by their key. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /** What was changed in the template. */
  public readonly templateChanges: readonly TemplateChange[];
  /** The identity provider of the Microsoft tenant. */
  public readonly identityProvider: IdentityProvider;
  /** The stack. */
  public readonly stack: CloudformationStack;
  /** The connector. */
  public readonly connector: AzureConnector;
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: PortalTemplateOnboardingProps) {
    super(scope, id);
    const checked = checkInputs(SCHEMA, props, checkTemplate);
    const { inputs } = checked;
    const { awsAccountId, partition, awsProvider, tags } = inputs;
    const deployment = deploymentOf(inputs.template, targetOf(inputs));
    this.roleArns = { ...deployment.roleArns, ...inputs.roleArns };
    const plans = withExternalIdOf(deployment, inputs);
    checkRolesAreThere(this.roleArns, plans, inputs);
    AccountGuard.of(this, inputs, checked);
    this.identityProvider = new IdentityProvider(
      this,
      "IdentityProvider",
      handOn({
        awsAccountId,
        partition,
        awsProvider,
        ...inputs.identityProvider,
        tenantId: MICROSOFT_TENANT_ID,
        audiences: deployment.audiences,
        tags,
      }),
    );
    this.stack = this.createStack(inputs, deployment);
    this.connector = createConnector(this, inputs, {
      plans,
      roles: this,
      resources: [...this.identityProvider.resources, this.stack],
    });
    this.templateChanges = deployment.changes;
    this.connectorId = this.connector.connectorId;
    this.identityProviderArn = this.identityProvider.arn;
    this.resources = this.connector.resources;
  }

  private createStack(inputs: Inputs, deployment: TemplateDeployment): CloudformationStack {
    const { template, templateBucketName, tags } = inputs;
    checkTemplateSize(
      template.name,
      deployment.text,
      templateBucketName !== undefined,
      "generate it for fewer plans, and connect the account with the catalogue for the others",
    );
    const body = inTerraform(deployment.text);
    const bucket =
      templateBucketName === undefined
        ? undefined
        : new TemplateBucket(this, "TemplateBucket", {
            bucketName: templateBucketName,
            create: inputs.createTemplateBucket,
            template: body,
            format: deployment.format,
            keyPrefix: inputs.stackName,
            partition: inputs.partition,
            region: inputs.awsRegion,
            urlSuffix: urlSuffix(inputs.partition),
            tags,
            awsProvider: inputs.awsProvider,
          });
    return waitFor(
      new CloudformationStack(this, "Stack", {
        name: inputs.stackName,
        capabilities: [...deployment.capabilities],
        parameters: { ...deployment.parameters },
        ...(bucket ? { templateUrl: bucket.templateUrl } : { templateBody: body }),
        ...(tags ? { tags: { ...tags } } : {}),
        provider: inputs.awsProvider,
      }),
      [...this.identityProvider.resources, ...(bucket?.resources ?? [])],
    );
  }
}

function targetOf({ awsAccountId, awsRegion, partition, templateParameters }: Inputs) {
  return { awsAccountId, awsRegion, partition, parameters: templateParameters };
}

/** Rules between the props. */
function checkTemplate(inputs: Inputs, checks: RuleChecks): void {
  checkApiVersion(inputs, checks);
  const { template, entraTenantId } = inputs;
  for (const tenant of tenantsOf(template, targetOf(inputs))) {
    checks.holds(
      equal(tenant, entraTenantId),
      "entraTenantId",
      entraTenantId,
      `the roles of ${template.name} are bound to tenant ${tenant}: generate the template in the tenant of the subscription`,
    );
  }
  if (inputs.createTemplateBucket && inputs.templateBucketName === undefined) {
    checks.fault("createTemplateBucket", true, "the bucket needs a name: give templateBucketName");
  }
}

/** Connector and trust have the same external id: the template has settled it. */
function withExternalIdOf({ externalId }: TemplateDeployment, { plans, template }: Inputs): ResolvedPlans {
  const { containers } = plans;
  if (!containers || !containers.auditLogCollection) {
    return plans;
  }
  const prop = "plans.containers.auditLogCollection.externalId";
  const given = containers.auditLogCollection.externalId;
  if (externalId === undefined) {
    throw InputError.of(
      prop,
      given,
      `no role of ${template.name} asks for an external id: generate the template with Containers' audit logs, or set auditLogCollection to false`,
    );
  }
  if (given !== undefined && given !== externalId) {
    throw InputError.of(prop, given, `the role of ${template.name} asks for ${externalId}: leave it out`);
  }
  return {
    ...plans,
    containers: { ...containers, auditLogCollection: { ...containers.auditLogCollection, externalId } },
  };
}

/** The connector names a role for each plan: only Azure would notice one that the template lacks. */
function checkRolesAreThere(
  roleArns: PortalTemplateOnboarding["roleArns"],
  plans: ResolvedPlans,
  { template, apiVersion }: Inputs,
): void {
  for (const { role, feature, field, olderOnly } of roleUses(plans)) {
    const isNamed = field !== undefined && !(olderOnly && apiVersion === NEWER_API_VERSION);
    if (isNamed && roleArns[role] === undefined) {
      throw InputError.of(
        "template",
        template.name,
        `${feature} needs the role ${role}, and no role with its name or its name's parameter is there: generate the template for the plans that are selected here, or give roleArns.${role}`,
      );
    }
  }
}

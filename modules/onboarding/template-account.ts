import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { checkApiVersion } from "../azure-connector";
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
import { deploymentOf, isTemplate, tenantsOf } from "../portal-template";
import type { PortalTemplate, TemplateDeployment } from "../portal-template";
import { AccountGuard, equal, handOn, waitFor } from "../terraform";
import type { CheckedInputs, RuleChecks } from "../terraform";
import { ONBOARDING_SHAPE } from "./account-onboarding-props";
import type { AccountOnboardingProps } from "./account-onboarding-props";
import { connectOnce } from "./connect-once";

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
    if (!isTemplate(value)) {
      report.fault(at, value, "expected a template: readTemplateFile of its path, or readTemplate of its text");
    }
    return value as PortalTemplate;
  },
};

/** Schemas of {@link PortalTemplateOnboardingProps}. */
export const PORTAL_TEMPLATE_SHAPE = {
  ...ONBOARDING_SHAPE,
  template: PORTAL_TEMPLATE,
  templateParameters: withDefault(map({ ...TEXT, expected: "the name of a parameter" }, anyText()), {}),
  stackName: withDefault(text(STACK_NAME), "defender-for-cloud"),
  roleArns: withDefault(map({ ...TEXT, expected: "a key of the role catalogue" }, optional(text(ROLE_ARN))), {}),
  templateBucketName: optional(text(TEMPLATE_BUCKET_NAME)),
  createTemplateBucket: withDefault(flag(), false),
};

/** Schema of {@link PortalTemplateOnboardingProps}. */
export const PORTAL_TEMPLATE_ONBOARDING = object<PortalTemplateOnboardingProps>()(PORTAL_TEMPLATE_SHAPE);

/** The inputs that the account's side needs. */
export type PortalTemplateInputs = Read<typeof PORTAL_TEMPLATE_ONBOARDING>;

/** An AWS account with what the portal's template has for it. */
export interface TemplateAccount {
  /** What is deployed. */
  readonly deployment: TemplateDeployment;
  /** The selection, with the external id that the template has. */
  readonly plans: ResolvedPlans;
  /** ARNs of the template's roles, by their key. */
  readonly roles: { readonly roleArns: Readonly<Partial<Record<RoleKey, string>>> };
  /** The identity provider of the Microsoft tenant. */
  readonly identityProvider: IdentityProvider;
  /** The stack. */
  readonly stack: CloudformationStack;
  /** The bucket through which a large template is sent. */
  readonly bucketResources: readonly ITerraformDependable[];
  /** What must be there before Azure looks at the account. */
  readonly resources: readonly ITerraformDependable[];
}

/** Creates the AWS side: guard, identity provider, stack. */
export function connectByTemplate(scope: Construct, checked: CheckedInputs<PortalTemplateInputs>): TemplateAccount {
  const { inputs } = checked;
  const { awsAccountId, partition, awsProvider, tags } = inputs;
  connectOnce(scope, awsAccountId);
  const deployment = deploymentOf(inputs.template, targetOf(inputs));
  const roleArns = { ...deployment.roleArns, ...inputs.roleArns };
  const plans = withExternalIdOf(deployment, inputs);
  checkRolesAreThere(roleArns, plans, inputs);
  AccountGuard.of(scope, inputs, checked);
  const identityProvider = new IdentityProvider(
    scope,
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
  const { stack, bucketResources } = createStack(scope, inputs, deployment, identityProvider.resources);
  return {
    deployment,
    plans,
    roles: { roleArns },
    identityProvider,
    stack,
    bucketResources,
    resources: [...identityProvider.resources, stack],
  };
}

function createStack(
  scope: Construct,
  inputs: PortalTemplateInputs,
  deployment: TemplateDeployment,
  dependsOn: readonly ITerraformDependable[],
): Pick<TemplateAccount, "stack" | "bucketResources"> {
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
      : new TemplateBucket(scope, "TemplateBucket", {
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
  const bucketResources = bucket?.resources ?? [];
  const stack = waitFor(
    new CloudformationStack(scope, "Stack", {
      name: inputs.stackName,
      capabilities: [...deployment.capabilities],
      parameters: { ...deployment.parameters },
      ...(bucket ? { templateUrl: bucket.templateUrl } : { templateBody: body }),
      ...(tags ? { tags: { ...tags } } : {}),
      provider: inputs.awsProvider,
    }),
    [...dependsOn, ...bucketResources],
  );
  return { stack, bucketResources };
}

function targetOf({ awsAccountId, awsRegion, partition, templateParameters }: PortalTemplateInputs) {
  return { awsAccountId, awsRegion, partition, parameters: templateParameters };
}

/** Rules between the props. */
export function checkTemplate(inputs: PortalTemplateInputs, checks: RuleChecks): void {
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
function withExternalIdOf(
  { externalId }: TemplateDeployment,
  { plans, template }: PortalTemplateInputs,
): ResolvedPlans {
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
  roleArns: TemplateAccount["roles"]["roleArns"],
  plans: ResolvedPlans,
  { template, apiVersion }: PortalTemplateInputs,
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

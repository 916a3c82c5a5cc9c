import type { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import type { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import type { CloudformationStackSetInstance } from "@cdktf/provider-aws/lib/cloudformation-stack-set-instance";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { AzureConnector } from "../azure-connector";
import type { IdentityProvider } from "../identity-provider";
import { InputError, object } from "../inputs";
import type { Read } from "../inputs";
import {
  checkMembers,
  deployToMembers,
  identityProviderResources,
  logicalIdIn,
  MEMBER_ACCOUNTS_OPTIONS,
} from "../member-accounts";
import type { MemberAccountsOptions } from "../member-accounts";
import { MICROSOFT_TENANT_ID } from "../plans";
import type { RoleKey } from "../plans";
import { inspectTemplate, withResources } from "../portal-template";
import type { TemplateChange } from "../portal-template";
import { checkInputs, DependableConstruct } from "../terraform";
import type { RuleChecks } from "../terraform";
import { createConnector } from "./connector";
import { checkTemplate, connectByTemplate, PORTAL_TEMPLATE_SHAPE } from "./template-account";
import type { PortalTemplateOnboardingProps, TemplateAccount } from "./template-account";

/**
 * An organization to connect with the template that the portal generated for its management account. What
 * {@link PortalTemplateOnboardingProps} says about the account holds for the management account; template, its parameters and
 * the bucket for it hold for every account.
 */
export interface PortalTemplateOrganizationProps extends PortalTemplateOnboardingProps, MemberAccountsOptions {}

const PORTAL_TEMPLATE_ORGANIZATION = object<PortalTemplateOrganizationProps>()({
  ...MEMBER_ACCOUNTS_OPTIONS,
  ...PORTAL_TEMPLATE_SHAPE,
});

type Inputs = Read<typeof PORTAL_TEMPLATE_ORGANIZATION>;

/**
 * Connects an organization to Defender for Cloud with the template that the portal generated: the management account as
 * {@link PortalTemplateOnboarding} does, the same template in every member through a StackSet, and last the connector. In a member
 * the stack itself ensures Microsoft's identity provider: it is created where it is missing and extended where Microsoft
 * Sentinel has it (`memberIdentityProvider`).
 *
 * Fails as {@link PortalTemplateOnboarding} and {@link MemberAccounts} do, and for a template with macros, which StackSets with
 * service-managed permissions refuse.
 * @example
 * new PortalTemplateOrganization(this, "Onboarding", {
 *   template: readTemplateFile("defender.json"),
 *   awsAccountId: "111122223333",
 *   awsRegion: "eu-central-1",
 *   entraTenantId: "11111111-2222-3333-4444-555555555555",
 *   azureSubscriptionId: "22222222-3333-4444-5555-666666666666",
 *   resourceGroupName: "security",
 *   location: "westeurope",
 *   connectorName: "aws-organization",
 *   plans: { servers: { subPlan: "P2" } },
 *   identityProvider: { mode: "extend" },
 *   stackSetName: "defender-for-cloud",
 *   targets: ["r-ab12"],
 * });
 */
export class PortalTemplateOrganization extends DependableConstruct {
  /** Resource id of the connector. */
  public readonly connectorId: string;
  /** ARN of the management account's identity provider of the Microsoft tenant. */
  public readonly identityProviderArn: string;
  /** ARNs of the template's roles in the management account, by their key. Members have the same names. */
  public readonly roleArns: Readonly<Partial<Record<RoleKey, string>>>;
  /** What was changed in the template, for the management account. */
  public readonly templateChanges: readonly TemplateChange[];
  /** The management account's identity provider of the Microsoft tenant. */
  public readonly identityProvider: IdentityProvider;
  /** The stack of the management account. */
  public readonly stack: CloudformationStack;
  /** The StackSet of the members. */
  public readonly stackSet: CloudformationStackSet;
  /** Its instances, one for each target. */
  public readonly instances: CloudformationStackSetInstance;
  /** The connector. */
  public readonly connector: AzureConnector;
  public readonly resources: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: PortalTemplateOrganizationProps) {
    super(scope, id);
    const checked = checkInputs(PORTAL_TEMPLATE_ORGANIZATION, props, checkOrganization);
    const { inputs } = checked;
    const account = connectByTemplate(this, checked);
    const members = deployToMembers(
      new Construct(this, "Members"),
      // The account's guard has the conditions on the inputs already, and its stack the bucket.
      { inputs: { ...inputs, createTemplateBucket: false }, preconditions: [] },
      {
        name: `${inputs.template.name} for the members`,
        remedy: "generate it for fewer plans",
        description: "Microsoft Defender for Cloud: the template that the portal generated",
        body: JSON.stringify(templateForMembers(account, inputs)),
        parameters: { ...account.deployment.defaults, ...account.deployment.parameters },
        dependsOn: account.bucketResources,
      },
    );
    this.connector = createConnector(this, inputs, account, {
      organization: { stackSetName: inputs.stackSetName, excludedAccountIds: inputs.excludedAccountIds },
      resources: [members.stackSet, members.instances],
    });
    this.stackSet = members.stackSet;
    this.instances = members.instances;
    this.identityProvider = account.identityProvider;
    this.stack = account.stack;
    this.roleArns = account.roles.roleArns;
    this.templateChanges = account.deployment.changes;
    this.connectorId = this.connector.connectorId;
    this.identityProviderArn = this.identityProvider.arn;
    this.resources = this.connector.resources;
  }
}

/** Rules between the props. */
function checkOrganization(inputs: Inputs, checks: RuleChecks): void {
  checkTemplate(inputs, checks);
  checkMembers(inputs, checks);
}

/** The cleaned template with what ensures Microsoft's identity provider, which its roles wait for. */
function templateForMembers({ deployment }: TemplateAccount, { template, memberIdentityProvider }: Inputs): object {
  const { mode, functionRoleName } = memberIdentityProvider;
  if (deployment.capabilities.includes("CAPABILITY_AUTO_EXPAND")) {
    throw InputError.of(
      `${template.name}, Transform`,
      "a macro",
      "StackSets with service-managed permissions take no template with macros: use PortalTemplateOnboarding in each account",
    );
  }
  const { roles } = inspectTemplate(deployment.template, deployment.parameters);
  const owner = roles.find(({ name }) => name.toLowerCase() === functionRoleName?.toLowerCase());
  if (owner !== undefined) {
    throw InputError.of(
      "memberIdentityProvider.functionRoleName",
      functionRoleName,
      `${owner.logicalId} of ${template.name} already has that name; IAM compares names without regard to case`,
    );
  }
  const provider = {
    logicalId: logicalIdIn(mode, "IdentityProvider"),
    tenantId: MICROSOFT_TENANT_ID,
    audiences: deployment.audiences,
  };
  return withResources(deployment.template, {
    resources: identityProviderResources(
      mode,
      [provider],
      functionRoleName === undefined ? {} : { name: functionRoleName },
    ),
    beforeRoles: mode === "none" ? [] : [provider.logicalId],
  });
}

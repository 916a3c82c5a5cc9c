import type { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { AzureConnector } from "../azure-connector";
import type { IdentityProvider } from "../identity-provider";
import { connectAlone } from "../member-accounts";
import type { RoleKey } from "../plans";
import type { TemplateChange } from "../portal-template";
import { checkInputs, DependableConstruct } from "../terraform";
import { createConnector } from "./connector";
import { checkTemplate, connectByTemplate, PORTAL_TEMPLATE_ONBOARDING } from "./template-account";
import type { PortalTemplateOnboardingProps } from "./template-account";

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
    const checked = checkInputs(PORTAL_TEMPLATE_ONBOARDING, props, checkTemplate);
    const account = connectByTemplate(this, checked);
    connectAlone(this, checked.inputs.awsAccountId);
    this.roleArns = account.roles.roleArns;
    this.identityProvider = account.identityProvider;
    this.stack = account.stack;
    this.connector = createConnector(this, checked.inputs, account);
    this.templateChanges = account.deployment.changes;
    this.connectorId = this.connector.connectorId;
    this.identityProviderArn = this.identityProvider.arn;
    this.resources = this.connector.resources;
  }
}

import type { Construct } from "constructs";
import { PortalTemplateOnboarding, readTemplate } from "../../modules/portal";
import type { DefenderPlans } from "../../modules";
import { ConnectorExampleStack } from "../example-stack";
import template from "./template.json";

const NAME = "portal-template";

/** The plans for which the portal generated the template. */
export const PLANS: DefenderPlans = { servers: { subPlan: "P2", arcAutoProvisioning: false } };

/** An AWS account that Microsoft Sentinel reads already, with the template that the portal generated for it. */
export class PortalTemplateExample extends ConnectorExampleStack {
  public constructor(scope: Construct, name = NAME, isRelease = false) {
    super(scope, name, NAME);
    const onboarding = new PortalTemplateOnboarding(this, "Onboarding", {
      ...this.environment,
      // With a file beside the code: readTemplateFile("defender.json").
      template: readTemplate(JSON.stringify(template), "template.json"),
      plans: PLANS,
      identityProvider: { mode: isRelease ? "release" : "extend" },
    });
    this.output("role_arns", "ARNs of the roles of the template, by their key.", onboarding.roleArns, onboarding.stack);
    this.output(
      "identity_provider_arn",
      "ARN of the shared OIDC identity provider.",
      onboarding.identityProviderArn,
      onboarding.identityProvider,
    );
    this.output("connector_id", "Resource id of the security connector.", onboarding.connectorId, onboarding);
  }
}

/** The other configuration for the same state: gives back the identity provider. */
export class PortalTemplateRelease extends PortalTemplateExample {
  public constructor(scope: Construct, name = `${NAME}-release`) {
    super(scope, name, true);
  }
}

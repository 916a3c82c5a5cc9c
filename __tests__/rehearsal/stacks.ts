import type { StackJson } from "../../rehearsal";

/** Small hand-written stacks: no module of the library is involved. */

export const ACCOUNT = "111122223333";
export const SUBSCRIPTION = "00000000-0000-4000-8000-000000000001";
export const TENANT = "11111111-2222-4333-8444-555555555555";
export const ISSUER = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
export const AUDIENCE = "api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479";
export const PROVIDER_ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER.slice("https://".length)}`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/CspmMonitorAws`;

/** Trust of a role that Defender assumes. */
export function trust(options: { audience?: string; sessionName?: boolean } = {}) {
  const { audience = AUDIENCE, sessionName = true } = options;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: PROVIDER_ARN },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringLike: {
            [`${ISSUER.slice("https://".length)}:aud`]: audience,
            ...(sessionName && { "sts:RoleSessionName": `MicrosoftDefenderForClouds_${TENANT}` }),
          },
        },
      },
    ],
  };
}

export function connectorProperties(roleArn = ROLE_ARN) {
  return {
    hierarchyIdentifier: ACCOUNT,
    environmentName: "AWS",
    environmentData: { environmentType: "AwsAccount", scanInterval: 12 },
    offerings: [{ offeringType: "CspmMonitorAws", nativeCloudConnection: { cloudRoleArn: roleArn } }],
  };
}

export function connectorTemplate() {
  return {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    resources: [
      {
        type: "Microsoft.Security/securityConnectors",
        apiVersion: "2024-08-01-preview",
        name: "aws-connector",
        location: "westeurope",
        properties: connectorProperties(),
      },
    ],
  };
}

export const providers = {
  aws: [{ region: "eu-central-1" }],
  azurerm: [{ features: [{}], subscription_id: SUBSCRIPTION }],
};

const requiredProviders = {
  aws: { source: "hashicorp/aws", version: "~> 6.25" },
  azurerm: { source: "hashicorp/azurerm", version: "~> 4.55" },
  time: { source: "hashicorp/time" },
};

/** Identity provider, one role, the wait, the connector. */
export function onboarding(options: { wait?: string } = { wait: "15s" }): StackJson {
  return {
    terraform: { required_providers: requiredProviders, backend: { local: { path: "elsewhere.tfstate" } } },
    provider: providers,
    resource: {
      aws_iam_openid_connect_provider: {
        microsoft: { url: ISSUER, client_id_list: [AUDIENCE], thumbprint_list: [] },
      },
      aws_iam_role: {
        cspm: {
          name: "CspmMonitorAws",
          assume_role_policy: JSON.stringify(trust()),
          depends_on: ["aws_iam_openid_connect_provider.microsoft"],
        },
      },
      aws_iam_role_policy_attachment: {
        cspm: { role: "${aws_iam_role.cspm.name}", policy_arn: "arn:aws:iam::aws:policy/SecurityAudit" },
      },
      ...(options.wait && {
        time_sleep: {
          iam: { create_duration: options.wait, depends_on: ["aws_iam_role_policy_attachment.cspm"] },
        },
      }),
      azurerm_resource_group_template_deployment: {
        connector: {
          name: "aws-connector",
          resource_group_name: "security",
          deployment_mode: "Incremental",
          template_content: JSON.stringify(connectorTemplate()),
          depends_on: [options.wait ? "time_sleep.iam" : "aws_iam_role_policy_attachment.cspm"],
        },
      },
    },
    output: { role: { value: "${aws_iam_role.cspm.arn}" } },
  };
}

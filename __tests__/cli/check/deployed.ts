import { AccountOnboarding, CloudTrailFanout, OrganizationOnboarding } from "../../../modules";
import type { AccountOnboardingProps, CloudTrailFanoutProps, OrganizationOnboardingProps } from "../../../modules";
import type { RoleFacts } from "../../../cli/aws/roles";
import type { StackSetFacts } from "../../../cli/aws/stack-sets";
import type { ConnectorFacts } from "../../../cli/azure/connectors";
import type { AccountFacts, FanoutFacts } from "../../../cli/check/facts";
import type { StackJson } from "../../../rehearsal";
import { EXTERNAL_ID } from "../../support/account-environment";
import { onlyResource, resourcesOf, synth } from "../../support/synth";

/*
 * What AWS and Azure have after an apply: taken from the synthesized stack, so the check is held against what the constructs
 * deploy, and not against its own expectations.
 */

type Resource = Readonly<Record<string, unknown>>;

/** The roles, providers and connectors of an onboarding. */
export interface Deployed {
  readonly account: AccountFacts;
  readonly connectors: { readonly value: readonly ConnectorFacts[] };
}

export function deployedAccount(props: AccountOnboardingProps): Deployed {
  return deployed(
    applied((stack) => new AccountOnboarding(stack, "Onboarding", props)),
    props,
  );
}

export function deployedOrganization(
  props: OrganizationOnboardingProps,
): Deployed & { readonly stackSet: StackSetFacts } {
  const stack = applied((scope) => new OrganizationOnboarding(scope, "Onboarding", props));
  const { template_body: template, parameters } = onlyResource(stack, "aws_cloudformation_stack_set");
  return {
    ...deployed(stack, props),
    stackSet: {
      status: "ACTIVE",
      // As AWS receives it: Terraform doubles the dollar of references.
      template: String(template).replaceAll("$${", "${").replaceAll("%%{", "%{"),
      parameters: parameters as Record<string, string>,
      instances: [],
    },
  };
}

export function deployedFanout(props: CloudTrailFanoutProps): FanoutFacts {
  const stack = applied((scope) => new CloudTrailFanout(scope, "Fanout", props));
  const { phase, awsAccountId, awsRegion, sentinel, topicName = "cloudtrail-fanout" } = props;
  const arn = (service: string, name: string) => `arn:aws:${service}:${awsRegion}:${awsAccountId}:${name}`;
  const topicPolicy = String(onlyResource(stack, "aws_sns_topic_policy").policy);
  const subscriptions = Object.values(resourcesOf(stack, "aws_sns_topic_subscription"));
  const policies = Object.values(resourcesOf(stack, "aws_sqs_queue_policy")).map(({ policy }) => String(policy));
  const names = [
    sentinel.queueName,
    ...Object.values(resourcesOf(stack, "aws_sqs_queue")).map(({ name }) => String(name)),
  ];
  return {
    rules: {
      value: [
        {
          id: "sentinel",
          destination: phase === "fanout" ? arn("sns", topicName) : arn("sqs", sentinel.queueName),
        },
      ],
    },
    topic: {
      value: {
        policy: topicPolicy,
        failedDeliveries: 0,
        subscriptions: subscriptions.map(({ endpoint, raw_message_delivery, redrive_policy }, index) => ({
          arn: `${arn("sns", topicName)}:${index}`,
          endpoint: String(endpoint),
          rawMessageDelivery: raw_message_delivery === true,
          deadLetterQueueArn: (JSON.parse(String(redrive_policy)) as { deadLetterTargetArn: string })
            .deadLetterTargetArn,
        })),
      },
    },
    queues: new Map(
      names.map((name) => [
        name,
        {
          value: {
            // Sentinel's queue keeps its own policy, and gets the statement of the topic.
            policy: policies.find((policy) => policy.includes(`"${arn("sqs", name)}"`)) ?? policies.join(),
            waiting: 0,
            received: name.endsWith("-dlq") ? 0 : 40,
          },
        },
      ]),
    ),
  };
}

/** The stack with the values that only an apply knows. */
function applied(create: (stack: Parameters<Parameters<typeof synth>[0]>[0]) => unknown): StackJson {
  const stack = JSON.stringify(synth((scope) => void create(scope)));
  return JSON.parse(
    stack.replaceAll(/\$\{terraform_data\.\w*DataCollectionExternalId\w*\.output\}/g, EXTERNAL_ID),
  ) as StackJson;
}

function deployed(stack: StackJson, { awsAccountId, location }: AccountOnboardingProps): Deployed {
  const policies = Object.values(resourcesOf(stack, "aws_iam_policy"));
  const attachments = Object.values(resourcesOf(stack, "aws_iam_role_policy_attachment"));
  const { parent_id, name, body } = onlyResource(stack, "azapi_resource");
  return {
    account: {
      identityProviders: {
        value: Object.values(resourcesOf(stack, "aws_iam_openid_connect_provider")).map(({ url, client_id_list }) => ({
          arn: `arn:aws:iam::${awsAccountId}:oidc-provider/${String(url).replace("https://", "")}`,
          url: String(url).replace("https://", ""),
          audiences: client_id_list as string[],
        })),
      },
      roles: new Map(
        Object.values(resourcesOf(stack, "aws_iam_role")).map((role) => [
          String(role.name),
          { value: roleFacts(role, awsAccountId, attachments, policies) },
        ]),
      ),
    },
    connectors: {
      value: [
        {
          id: `${String(parent_id)}/providers/Microsoft.Security/securityConnectors/${String(name)}`.toLowerCase(),
          location,
          properties: withAddedFields((body as { properties: Resource }).properties),
        },
      ],
    },
  };
}

function roleFacts(
  role: Resource,
  accountId: string,
  attachments: readonly Resource[],
  policies: readonly Resource[],
): RoleFacts {
  const attached = attachments.filter((attachment) => attachment.role === role.name);
  return {
    arn: `arn:aws:iam::${accountId}:role${String(role.path)}${String(role.name)}`,
    trust: asStored(role.assume_role_policy),
    attachedPolicies: attached.map(({ policy_arn }) => {
      const arn = String(policy_arn);
      const name = arn.split("/").at(-1) ?? "";
      const own = arn.startsWith("arn:aws:iam::aws:") ? undefined : policies.find((policy) => policy.name === name);
      return { arn, name, ...(own === undefined ? {} : { document: asStored(own.policy) }) };
    }),
    inlinePolicies: [],
    maxSessionDurationSeconds: 3600,
    ...(typeof role.permissions_boundary === "string" ? { permissionsBoundaryArn: role.permissions_boundary } : {}),
  };
}

/** A document as others write it: lists of one without brackets, and Terraform's escapes resolved. */
function asStored(document: unknown): string {
  const text = String(document).replaceAll("$${", "${");
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    Array.isArray(value) && value.length === 1 && typeof value[0] === "string" ? (value[0] as unknown) : value,
  );
}

/** The service adds fields, and returns offerings in another order. */
function withAddedFields(properties: Resource): Resource {
  const offerings = (properties.offerings as Resource[]).map((offering) => ({ ...offering, addedByService: "2026" }));
  return { ...properties, hierarchyIdentifierTrialEndDate: "2026-12-31T00:00:00Z", offerings: offerings.reverse() };
}

import { AccountOnboarding, CloudTrailFanout, OrganizationOnboarding } from "../../../modules";
import type { AccountOnboardingProps, CloudTrailFanoutProps, OrganizationOnboardingProps } from "../../../modules";
import type { AssociationFacts } from "../../../cli/aws/automations";
import type { RoleFacts } from "../../../cli/aws/roles";
import type { StackSetFacts } from "../../../cli/aws/stack-sets";
import type { ConnectorFacts } from "../../../cli/azure/connectors";
import type { AccountFacts, FanoutFacts } from "../../../cli/check/facts";
import type { CloudFormationTemplate } from "../../../modules/member-accounts";
import { AwsCloud, Stack } from "../../../rehearsal";
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
  const stackSet = onlyResource(stack, "aws_cloudformation_stack_set");
  const { template_body: template, parameters, auto_deployment } = stackSet;
  return {
    ...deployed(stack, props),
    stackSet: {
      status: "ACTIVE",
      // As AWS receives it: Terraform doubles the dollar of references.
      template: String(template).replaceAll("$${", "${").replaceAll("%%{", "%{"),
      parameters: parameters as Record<string, string>,
      isAutoDeployed: (auto_deployment as { enabled: boolean }).enabled,
      tags: tagsOf(stackSet),
      instances: [],
    },
  };
}

/** What the StackSet's stack makes in a member: from the rendered template, and not from what Terraform makes. */
export async function deployedMember(props: OrganizationOnboardingProps, memberId: string): Promise<AccountFacts> {
  const account = new AwsCloud({ callerAccountId: props.awsAccountId, region: props.awsRegion }).account(memberId);
  const { template, parameters } = deployedOrganization(props).stackSet;
  await new Stack(account, "StackSet-DefenderForCloud").create(JSON.parse(template) as CloudFormationTemplate, {
    ...parameters,
  });
  const resources: Resources = (type) => account.objects.all(type).map(({ attributes }) => attributes as Resource);
  return accountFacts(resources, memberId, props.awsRegion);
}

export function deployedFanout(props: CloudTrailFanoutProps): FanoutFacts {
  const stack = applied((scope) => new CloudTrailFanout(scope, "Fanout", props));
  const { phase, awsAccountId, awsRegion, sentinel, topicName = "cloudtrail-fanout" } = props;
  const arn = (service: string, name: string) => `arn:aws:${service}:${awsRegion}:${awsAccountId}:${name}`;
  const topicPolicy = String(onlyResource(stack, "aws_sns_topic_policy").policy);
  const subscriptions = Object.values(resourcesOf(stack, "aws_sns_topic_subscription"));
  const policies = Object.values(resourcesOf(stack, "aws_sqs_queue_policy")).map(({ policy }) => String(policy));
  const queues = Object.values(resourcesOf(stack, "aws_sqs_queue"));
  const names = [sentinel.queueName, ...queues.map(({ name }) => String(name))];
  const topic = onlyResource(stack, "aws_sns_topic");
  const alarms = Object.values(resourcesOf(stack, "aws_cloudwatch_metric_alarm"));
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
        ...keyOf(topic),
        tags: tagsOf(topic),
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
      names.map((name) => {
        // Sentinel's queue is not the stack's.
        const queue = queues.find((one) => one.name === name) ?? {};
        const value = {
          // Sentinel's queue keeps its own policy, and gets the statement of the topic.
          policy: policies.find((policy) => policy.includes(`"${arn("sqs", name)}"`)) ?? policies.join(),
          waiting: 0,
          received: name.endsWith("-dlq") ? 0 : 40,
          retentionSeconds: Number(queue.message_retention_seconds ?? 345_600),
          visibilityTimeoutSeconds: Number(queue.visibility_timeout_seconds ?? 30),
          ...keyOf(queue),
          tags: tagsOf(queue),
        };
        return [name, { value }];
      }),
    ),
    alarms: {
      value: alarms.map((alarm) => ({
        name: String(alarm.alarm_name),
        state: "OK",
        reason: "",
        metricName: String(alarm.metric_name),
        queueName: (alarm.dimensions as { QueueName: string }).QueueName,
        threshold: Number(alarm.threshold),
        actionsEnabled: true,
        actionArns: alarm.alarm_actions as string[],
      })),
    },
    keyPolicies: new Map(),
  };
}

function keyOf({ kms_master_key_id: keyArn }: Resource): { readonly keyArn?: string } {
  return typeof keyArn === "string" ? { keyArn } : {};
}

/** AWS and others add tags of their own. */
function tagsOf({ tags = {} }: Resource): Readonly<Record<string, string>> {
  return { ...(tags as Record<string, string>), addedByOthers: "2026" };
}

/** The stack with the values that only an apply knows. */
function applied(create: (stack: Parameters<Parameters<typeof synth>[0]>[0]) => unknown): StackJson {
  const stack = JSON.stringify(synth((scope) => void create(scope)));
  return JSON.parse(
    stack.replaceAll(/\$\{terraform_data\.\w*DataCollectionExternalId\w*\.output\}/g, EXTERNAL_ID),
  ) as StackJson;
}

function deployed(stack: StackJson, { awsAccountId, awsRegion, location }: AccountOnboardingProps): Deployed {
  const connector = onlyResource(stack, "azapi_resource");
  const { parent_id, name, body } = connector;
  return {
    account: accountFacts((type) => Object.values(resourcesOf(stack, type)), awsAccountId, awsRegion),
    connectors: {
      value: [
        {
          id: `${String(parent_id)}/providers/Microsoft.Security/securityConnectors/${String(name)}`.toLowerCase(),
          location,
          tags: tagsOf(connector),
          properties: withAddedFields((body as { properties: Resource }).properties),
        },
      ],
    },
  };
}

/** Resources of a type, in the shape of Terraform. */
type Resources = (type: string) => readonly Resource[];

function accountFacts(resources: Resources, accountId: string, region: string): AccountFacts {
  return {
    identityProviders: {
      value: resources("aws_iam_openid_connect_provider").map(({ url, client_id_list, tags }) => ({
        arn: `arn:aws:iam::${accountId}:oidc-provider/${String(url).replace("https://", "")}`,
        url: String(url).replace("https://", ""),
        audiences: client_id_list as string[],
        tags: tagsOf({ tags }),
      })),
    },
    roles: new Map(
      resources("aws_iam_role").map((role) => [String(role.name), { value: roleFacts(role, accountId, resources) }]),
    ),
    automations: automationFacts(resources, region),
  };
}

/** Documents and associations by the region of each; without one it is the provider's. */
function automationFacts(resources: Resources, ownRegion: string): AccountFacts["automations"] {
  const documents = resources("aws_ssm_document");
  const associations = resources("aws_ssm_association");
  const regionOf = ({ region = ownRegion }: Resource) => String(region);
  return new Map(
    [...new Set(documents.map(regionOf))].map((region) => [
      region,
      {
        documents: new Map(
          documents
            .filter((document) => regionOf(document) === region)
            .map(({ name, content }) => [
              String(name),
              { value: { content: String(content).replaceAll("$${", "${"), status: "Active" } },
            ]),
        ),
        associations: new Map(
          associations
            .filter((association) => regionOf(association) === region)
            .map((association) => [String(association.association_name), { value: associationFacts(association) }]),
        ),
        instanceProfile: { value: ["InstanceRole"] },
      },
    ]),
  );
}

function associationFacts(association: Resource): AssociationFacts {
  const parameters = association.parameters as Readonly<Record<string, string>>;
  return {
    documentName: String(association.name),
    targetParameter: String(association.automation_target_parameter_name),
    schedule: String(association.schedule_expression),
    // In another order, each as a list, as Systems Manager answers them.
    parameters: Object.fromEntries(
      Object.entries(parameters)
        .reverse()
        .map(([name, value]) => [name, [value]]),
    ),
    targets: association.targets as AssociationFacts["targets"],
    status: "Success",
    targetsByStatus: { Success: 3 },
  };
}

function roleFacts(role: Resource, accountId: string, resources: Resources): RoleFacts {
  const policies = resources("aws_iam_policy");
  const attached = resources("aws_iam_role_policy_attachment").filter((attachment) => attachment.role === role.name);
  return {
    arn: `arn:aws:iam::${accountId}:role${String(role.path)}${String(role.name)}`,
    trust: asStored(role.assume_role_policy),
    attachedPolicies: attached.map(({ policy_arn }) => {
      const arn = String(policy_arn);
      const name = arn.split("/").at(-1) ?? "";
      const own = arn.startsWith("arn:aws:iam::aws:") ? undefined : policies.find((policy) => policy.name === name);
      return { arn, name, ...(own === undefined ? {} : { document: asStored(own.policy), tags: tagsOf(own) }) };
    }),
    inlinePolicies: [],
    tags: tagsOf(role),
    maxSessionDurationSeconds: Number(role.max_session_duration ?? 3600),
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

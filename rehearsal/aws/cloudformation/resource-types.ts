import type { Attributes, Value } from "../../protocol/values";
import { stableHex } from "../../provider/state";
import { CloudError } from "../../cloud-error";
import type { AwsAccount } from "../account";

/** An object of a resource in a template, in the shape of its Terraform resource. */
export interface DesiredObject {
  readonly type: string;
  readonly attributes: Attributes;
}

/** The objects of a resource in a template; the first one has `Ref` and the attributes. */
export interface Rendered {
  readonly objects: readonly DesiredObject[];
  readonly ref: (object: Attributes) => Value;
  readonly attributes: (object: Attributes) => Attributes;
}

/** Where a resource is made. */
export interface Place {
  readonly account: AwsAccount;
  /** A name for what the template leaves unnamed. */
  readonly generatedName: string;
}

type Properties = Readonly<Record<string, unknown>>;
type Render = (properties: Properties, place: Place) => Rendered;

const string = (value: unknown): string => (typeof value === "string" ? value : "");
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const arn = ({ arn: value }: Attributes): Attributes => ({ Arn: value ?? null });

function tags(value: unknown): Attributes {
  const list = Array.isArray(value) ? (value as { Key: string; Value: string }[]) : [];
  return Object.fromEntries(list.map(({ Key, Value: text }) => [Key, text]));
}

const role: Render = (properties, { generatedName }) => {
  const name = string(properties.RoleName) || generatedName.slice(0, 64);
  const inline = (properties.Policies ?? []) as { PolicyName: string; PolicyDocument: object }[];
  return {
    objects: [
      {
        type: "aws_iam_role",
        attributes: {
          name,
          path: string(properties.Path) || "/",
          description: string(properties.Description),
          assume_role_policy: JSON.stringify(properties.AssumeRolePolicyDocument),
          permissions_boundary: string(properties.PermissionsBoundary) || null,
          max_session_duration: (properties.MaxSessionDuration as number | undefined) ?? null,
          tags: tags(properties.Tags),
        },
      },
      ...inline.map(({ PolicyName, PolicyDocument }) => ({
        type: "aws_iam_role_policy",
        attributes: { role: name, name: PolicyName, policy: JSON.stringify(PolicyDocument) },
      })),
      ...strings(properties.ManagedPolicyArns).map((policy) => attachment(name, policy)),
    ],
    ref: (object) => object.name ?? null,
    attributes: arn,
  };
};

const managedPolicy: Render = (properties, { account, generatedName }) => {
  const name = string(properties.ManagedPolicyName) || generatedName;
  const path = string(properties.Path) || "/";
  const policyArn = account.arn("iam", `policy${path}${name}`);
  return {
    objects: [
      { type: "aws_iam_policy", attributes: { name, path, policy: JSON.stringify(properties.PolicyDocument) } },
      ...strings(properties.Roles).map((roleName) => attachment(roleName, policyArn)),
    ],
    ref: (object) => object.arn ?? null,
    attributes: arn,
  };
};

function attachment(roleName: string, policyArn: string): DesiredObject {
  return { type: "aws_iam_role_policy_attachment", attributes: { role: roleName, policy_arn: policyArn } };
}

const identityProvider: Render = (properties) => ({
  objects: [
    {
      type: "aws_iam_openid_connect_provider",
      attributes: {
        url: string(properties.Url),
        client_id_list: strings(properties.ClientIdList),
        thumbprint_list: strings(properties.ThumbprintList),
        tags: tags(properties.Tags),
      },
    },
  ],
  ref: (object) => object.arn ?? null,
  attributes: arn,
});

const lambdaFunction: Render = (properties, { account, generatedName }) => {
  const name = string(properties.FunctionName) || generatedName;
  const code = properties.Code as { ZipFile?: string } | undefined;
  return {
    objects: [
      {
        type: "aws_lambda_function",
        attributes: {
          name,
          role: string(properties.Role),
          handler: string(properties.Handler),
          runtime: string(properties.Runtime),
          timeout: (properties.Timeout as number | undefined) ?? 3,
          code: code?.ZipFile ?? "",
        },
      },
    ],
    ref: () => name,
    attributes: () => ({ Arn: account.arn("lambda", `function:${name}`, account.cloud.region) }),
  };
};

const logGroup: Render = (properties, { account, generatedName }) => {
  const name = string(properties.LogGroupName) || generatedName;
  return {
    objects: [{ type: "aws_cloudwatch_log_group", attributes: { name } }],
    ref: () => name,
    attributes: () => ({ Arn: account.arn("logs", `log-group:${name}:*`, account.cloud.region) }),
  };
};

const ssmDocument: Render = (properties) => ({
  objects: [
    {
      type: "aws_ssm_document",
      attributes: {
        name: string(properties.Name),
        document_type: string(properties.DocumentType),
        content: JSON.stringify(properties.Content),
      },
    },
  ],
  ref: (object) => object.name ?? null,
  attributes: () => ({}),
});

const ssmAssociation: Render = (properties) => ({
  objects: [
    {
      type: "aws_ssm_association",
      attributes: {
        name: string(properties.Name),
        association_name: string(properties.AssociationName),
        automation_target_parameter_name: string(properties.AutomationTargetParameterName),
        schedule_expression: string(properties.ScheduleExpression),
        parameters: Object.fromEntries(
          Object.entries((properties.Parameters ?? {}) as Record<string, unknown>).map(([name, value]) => [
            name,
            strings(value).join(","),
          ]),
        ),
        targets: ((properties.Targets ?? []) as { Key: string; Values: string[] }[]).map(({ Key, Values }) => ({
          key: Key,
          values: Values,
        })),
      },
    },
  ],
  ref: (object) => object.id ?? null,
  attributes: () => ({}),
});

const types: Record<string, Render> = {
  "AWS::IAM::Role": role,
  "AWS::IAM::ManagedPolicy": managedPolicy,
  "AWS::IAM::OIDCProvider": identityProvider,
  "AWS::Lambda::Function": lambdaFunction,
  "AWS::Logs::LogGroup": logGroup,
  "AWS::SSM::Document": ssmDocument,
  "AWS::SSM::Association": ssmAssociation,
};

/** The objects of a resource whose properties are resolved. */
export function render(type: string, properties: Properties, place: Place): Rendered {
  const found = types[type];
  if (found === undefined) {
    throw new CloudError(`the rehearsal's CloudFormation does not know resource type ${type}`);
  }
  return found(properties, place);
}

/** The name that CloudFormation gives to what a template leaves unnamed. */
export function generatedName(stack: string, logicalId: string): string {
  return `${stack.slice(0, 24)}-${logicalId.slice(0, 24)}-${stableHex(`${stack} ${logicalId}`, 12).toUpperCase()}`;
}

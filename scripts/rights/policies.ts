import { policyDocument, splitStatements } from "../../modules/iam";
import type { PolicyDocument, PolicyStatement } from "../../modules";
import { ATTACHABLE_POLICIES, AWS_RESOURCES } from "./aws-resources";
import type { AwsResource } from "./aws-resources";
import type { AwsPart, TypeGrants } from "./aws-types";
import type { AzurePart } from "./azure-types";

/** A file that users copy: its name without `.json`, and what it holds. */
export interface RightsFile {
  readonly name: string;
  readonly content: object;
}

/** Below IAM's 6,144, because values are longer than the placeholders that stand for them. */
const CHARACTERS = 5400;

/** The policies of a part, as many as IAM's limit asks for. */
export function awsFiles({ name, types }: AwsPart): (RightsFile & { readonly content: PolicyDocument })[] {
  const documents = splitStatements(statementsOf(types), CHARACTERS).map(policyDocument);
  return documents.map((content, index) => ({
    name: documents.length === 1 ? name : `${name}-${index + 1}`,
    content,
  }));
}

/** A custom role of Azure, as `az role definition create` takes it. */
export function azureFile({ name, purpose, types }: AzurePart): RightsFile {
  return {
    name,
    content: {
      Name: `Defender for Cloud AWS: ${name}`,
      IsCustom: true,
      Description: `Rights for ${purpose.replaceAll("`", "")}.`,
      Actions: distinct(Object.values(types).flat()),
      NotActions: [],
      AssignableScopes: ["/subscriptions/<subscription>"],
    },
  };
}

/** The statements of a part: one for each kind of resource, and one for each action with a condition of its own. */
export function statementsOf(types: TypeGrants): PolicyStatement[] {
  const kinds = Object.keys(AWS_RESOURCES) as AwsResource[];
  return kinds.flatMap((kind) =>
    statementsFor(kind, distinct(Object.values(types).flatMap((grants) => grants[kind] ?? []))),
  );
}

/** Conditions that AWS knows only for single actions. */
const CONDITIONS: Readonly<Record<string, PolicyStatement["Condition"]>> = {
  "iam:PassRole": { StringEquals: { "iam:PassedToService": ["ssm.amazonaws.com"] } },
  // The roles take these policies and no others, whatever else the account has.
  "iam:AttachRolePolicy": { ArnEquals: { "iam:PolicyARN": ATTACHABLE_POLICIES } },
};

function statementsFor(kind: AwsResource, actions: readonly string[]): PolicyStatement[] {
  const allow = (sid: string, allowed: readonly string[]): PolicyStatement => ({
    Sid: sid,
    Effect: "Allow",
    Action: allowed,
    Resource: AWS_RESOURCES[kind],
  });
  const free = actions.filter((action) => CONDITIONS[action] === undefined);
  return [
    ...(free.length > 0 ? [allow(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, free)] : []),
    ...actions.flatMap((action) => {
      const condition = CONDITIONS[action];
      return condition === undefined
        ? []
        : [{ ...allow(action.slice(action.indexOf(":") + 1), [action]), Condition: condition }];
    }),
  ];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

import { FOREIGN_REFERENCE_START } from "../inputs";

/** A CloudFormation template, as far as this project writes one. */
export interface CloudFormationTemplate {
  /** The only version there is. */
  readonly AWSTemplateFormatVersion: "2010-09-09";
  /** What the template is for. */
  readonly Description: string;
  /** Parameters; each has a default or is given by the StackSet. */
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  /** Resources by logical id. */
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/** A parameter of a template. */
export interface TemplateParameter {
  /** Every parameter of this project is a string. */
  readonly Type: "String";
  /** What the value is. */
  readonly Description: string;
  /** Value if none is given. */
  readonly Default?: string;
  /** Pattern that the value must match. */
  readonly AllowedPattern?: string;
}

/** A resource of a template. */
export interface TemplateResource {
  /** Type, for instance `AWS::IAM::Role`. */
  readonly Type: string;
  /** Logical ids of what must exist first. */
  readonly DependsOn?: readonly string[];
  /** What happens to the resource when its stack is deleted. */
  readonly DeletionPolicy?: "Retain";
  /** What happens to the old resource when it is replaced. */
  readonly UpdateReplacePolicy?: "Retain";
  /** Properties. */
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The account in which a template is deployed: pseudo parameters for account, partition and region. */
export const STACK_ACCOUNT = {
  partition: "${AWS::Partition}",
  urlSuffix: "${AWS::URLSuffix}",
  accountId: "${AWS::AccountId}",
  region: "${AWS::Region}",
} as const;

/** A reference as a whole, with its name. */
const FOREIGN_REFERENCE = new RegExp(`${FOREIGN_REFERENCE_START.source}([^}]*)\\}`, "g");

/** A reference to a parameter inside a string. */
export function parameterReference(name: string): string {
  return `\${${name}}`;
}

/**
 * Converts references to parameters and pseudo parameters, written as `${...}` in strings, to CloudFormation functions: `Ref`
 * if the string is only a reference, `Fn::Sub` if it contains one, and the string itself otherwise. Anything else in `${...}`,
 * such as a policy variable or a Terraform value, is kept.
 */
export function withReferences(value: unknown, parameters: readonly string[]): unknown {
  if (typeof value === "string") {
    return referenceIn(value, parameters);
  }
  if (Array.isArray(value)) {
    return value.map((entry) => withReferences(entry, parameters));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withReferences(entry, parameters)]));
  }
  return value;
}

function referenceIn(text: string, parameters: readonly string[]): unknown {
  const isReference = (name: string): boolean => name.startsWith("AWS::") || parameters.includes(name);
  const whole = /^\$\{([\w:]+)\}$/.exec(text)?.[1];
  if (whole !== undefined && isReference(whole)) {
    return { Ref: whole };
  }
  const names = [...text.matchAll(/\$\{([\w:]+)\}/g)].map(([, name = ""]) => name);
  if (!names.some(isReference)) {
    return text;
  }
  // A dollar doubled for Terraform counts as one; Terraform values (`${TfToken[...]}`) are not CloudFormation references.
  const escaped = text.replaceAll(FOREIGN_REFERENCE, (_match, name: string) =>
    isReference(name) ? `\${${name}}` : `\${!${name}}`,
  );
  return { "Fn::Sub": escaped };
}

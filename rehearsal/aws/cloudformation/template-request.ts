import { parseJson } from "../../json";
import { isAttributes, text, texts, type Attributes } from "../../protocol/values";
import { CloudError } from "../../cloud-error";
import type { ObjectStore } from "../store";
import type { Template } from "./template";

/** What a call hands to CloudFormation. */
export interface TemplateRequest {
  readonly template: Template;
  readonly parameters: Attributes;
}

/** Reads the template of a stack or a StackSet, which comes in the call or lies in a bucket of the caller. */
export function templateRequest(attributes: Attributes, callersObjects: ObjectStore): TemplateRequest {
  const body = text(attributes.template_body) || bodyAt(text(attributes.template_url), callersObjects);
  const template = parseJson(body);
  if (typeof template !== "object" || template === null) {
    throw new CloudError("ValidationError: Template format error: JSON not well-formed.");
  }
  const { parameters } = attributes;
  return { template: template as Template, parameters: isAttributes(parameters) ? parameters : {} };
}

function bodyAt(url: string, objects: ObjectStore): string {
  const [, bucket = "", key = ""] = /^https:\/\/([^.]+)\.s3\.[^/]+\/(.+)$/.exec(url) ?? [];
  const object = objects
    .all("aws_s3_object")
    .find(({ attributes }) => attributes.bucket === bucket && attributes.key === key);
  if (object === undefined) {
    throw new CloudError(`ValidationError: S3 error: The specified key does not exist: ${url}`);
  }
  return text(object.attributes.content);
}

/** Refuses what CloudFormation refuses about a template and its parameters, as far as it can tell before it starts. */
export function checkTemplateRequest(
  attributes: Attributes,
  callersObjects: ObjectStore,
  refuse: (code: string, message: string) => CloudError,
): void {
  if (Buffer.byteLength(text(attributes.template_body)) > 51_200) {
    throw refuse("ValidationError", "Member must have length less than or equal to 51200");
  }
  const { template, parameters } = templateRequest(attributes, callersObjects);
  if (!texts(attributes.capabilities).includes("CAPABILITY_NAMED_IAM")) {
    throw refuse("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]");
  }
  const declared = template.Parameters ?? {};
  const unknown = Object.keys(parameters).filter((parameter) => !(parameter in declared));
  const missing = Object.keys(declared).filter(
    (parameter) => declared[parameter]?.Default === undefined && !(parameter in parameters),
  );
  if (unknown.length + missing.length > 0) {
    throw refuse(
      "ValidationError",
      `Parameters: [${[...unknown, ...missing].join(", ")}] must have values in the template`,
    );
  }
  for (const [name, { Default = "", AllowedPattern }] of Object.entries(declared)) {
    const value = text(parameters[name] ?? Default);
    if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
      throw refuse("ValidationError", `Parameter '${name}' must match pattern ${AllowedPattern}`);
    }
  }
}

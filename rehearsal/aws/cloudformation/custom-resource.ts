import { text } from "../../protocol/values";
import { CloudError } from "../../cloud-error";
import type { AwsAccount } from "../account";
import { iamCalls } from "./iam-calls";
import { loadInlineFunction } from "./inline-function";

/** What CloudFormation tells a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** What a custom resource answers. */
export interface CustomResourceAnswer {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

/** Runs the function that a custom resource names, with the code that is in the account, and takes its one answer. */
export async function callCustomResource(
  account: AwsAccount,
  event: CustomResourceEvent,
): Promise<CustomResourceAnswer> {
  const name =
    text(event.ResourceProperties.ServiceToken as string)
      .split(":")
      .at(-1) ?? "";
  const deployed = account.objects.get("aws_lambda_function", name)?.attributes;
  if (deployed === undefined) {
    throw new CloudError(`${event.LogicalResourceId}: function ${name} does not exist in account ${account.id}`);
  }
  const answers: CustomResourceAnswer[] = [];
  const handler = loadInlineFunction(text(deployed.code), {
    handler: text(deployed.handler),
    timeoutSeconds: Number(deployed.timeout),
    send: iamCalls(account, text(deployed.role)),
    fetch: (_url, request) => {
      answers.push(JSON.parse(Buffer.from(request?.body as Uint8Array).toString()) as CustomResourceAnswer);
      return Promise.resolve(new Response());
    },
  });
  await handler({ ...event, ResponseURL: "https://cloudformation.example/answer" });
  const [answer] = answers;
  if (answer === undefined || answers.length !== 1) {
    throw new CloudError(`${event.LogicalResourceId}: the function answered ${answers.length} times instead of once`);
  }
  return answer;
}

import { DescribeStackSetCommand, paginateListStackInstances } from "@aws-sdk/client-cloudformation";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";
import { tagsOf } from "./tags";

/** A StackSet's stack in a member. */
export interface StackInstanceFacts {
  readonly accountId: string;
  readonly region: string;
  /** `CURRENT`, `OUTDATED` or `INOPERABLE`. */
  readonly status: string;
  /** For instance `SUCCEEDED` or `FAILED`. */
  readonly detailedStatus?: string;
  readonly reason?: string;
}

/** A StackSet. */
export interface StackSetFacts {
  readonly status: string;
  /** The template. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether accounts that join get a stack by themselves. */
  readonly isAutoDeployed: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly instances: readonly StackInstanceFacts[];
}

/** A StackSet with its instances; undefined: no StackSet of this name. */
export async function readStackSet(
  { cloudFormation }: Pick<AwsClients, "cloudFormation">,
  name: string,
): Promise<Reading<StackSetFacts | undefined>> {
  return readingOf(["StackSetNotFoundException"], async () => {
    const { StackSet: stackSet } = await cloudFormation.send(new DescribeStackSetCommand({ StackSetName: name }));
    const instances: StackInstanceFacts[] = [];
    for await (const page of paginateListStackInstances({ client: cloudFormation }, { StackSetName: name })) {
      for (const instance of page.Summaries ?? []) {
        instances.push({
          accountId: instance.Account ?? "",
          region: instance.Region ?? "",
          status: instance.Status ?? "",
          ...(instance.StackInstanceStatus?.DetailedStatus === undefined
            ? {}
            : { detailedStatus: instance.StackInstanceStatus.DetailedStatus }),
          ...(instance.StatusReason === undefined ? {} : { reason: instance.StatusReason }),
        });
      }
    }
    return {
      status: stackSet?.Status ?? "",
      template: stackSet?.TemplateBody ?? "",
      parameters: Object.fromEntries(
        (stackSet?.Parameters ?? []).map(({ ParameterKey = "", ParameterValue = "" }) => [
          ParameterKey,
          ParameterValue,
        ]),
      ),
      isAutoDeployed: stackSet?.AutoDeployment?.Enabled ?? false,
      tags: tagsOf(stackSet?.Tags),
      instances,
    };
  });
}

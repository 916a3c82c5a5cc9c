import { GetInstanceProfileCommand } from "@aws-sdk/client-iam";
import { DescribeAssociationCommand, GetDocumentCommand, paginateListAssociations } from "@aws-sdk/client-ssm";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";

/** A document of Systems Manager. */
export interface DocumentFacts {
  /** The default version, JSON. */
  readonly content: string;
  /** For instance `Active` or `Failed`. */
  readonly status: string;
}

/** An association of State Manager. */
export interface AssociationFacts {
  readonly documentName: string;
  readonly targetParameter: string;
  readonly schedule: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Of its last run, for instance `Success`, `Pending` or `Failed`. */
  readonly status: string;
  /** How many targets ended how, for instance `{ Success: 4, Failed: 1 }`. */
  readonly targetsByStatus: Readonly<Record<string, number>>;
}

/** A document; undefined: no document of this name. */
export async function readDocument(
  { ssm }: Pick<AwsClients, "ssm">,
  name: string,
): Promise<Reading<DocumentFacts | undefined>> {
  return readingOf(["InvalidDocument"], async () => {
    const { Content: content, Status: status } = await ssm.send(
      new GetDocumentCommand({ Name: name, DocumentFormat: "JSON" }),
    );
    return { content: content ?? "{}", status: status ?? "" };
  });
}

/** An association; undefined: none of this name. Names are not unique: the first is taken. */
export async function readAssociation(
  { ssm }: Pick<AwsClients, "ssm">,
  name: string,
): Promise<Reading<AssociationFacts | undefined>> {
  return readingOf(["AssociationDoesNotExist"], async () => {
    for await (const page of paginateListAssociations(
      { client: ssm },
      { AssociationFilterList: [{ key: "AssociationName", value: name }] },
    )) {
      for (const { AssociationId } of page.Associations ?? []) {
        const { AssociationDescription: found = {} } = await ssm.send(
          new DescribeAssociationCommand({ AssociationId }),
        );
        return {
          documentName: found.Name ?? "",
          targetParameter: found.AutomationTargetParameterName ?? "",
          schedule: found.ScheduleExpression ?? "",
          parameters: found.Parameters ?? {},
          targets: (found.Targets ?? []).map(({ Key = "", Values = [] }) => ({ key: Key, values: Values })),
          status: found.Overview?.Status ?? "",
          targetsByStatus: found.Overview?.AssociationStatusAggregatedCount ?? {},
        };
      }
    }
    return undefined;
  });
}

/** Names of the roles of an instance profile, one or none; undefined: no instance profile of this name. */
export async function readInstanceProfile(
  { iam }: Pick<AwsClients, "iam">,
  name: string,
): Promise<Reading<readonly string[] | undefined>> {
  return readingOf(["NoSuchEntity", "NoSuchEntityException"], async () => {
    const { InstanceProfile: profile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name }));
    return (profile?.Roles ?? []).map(({ RoleName = "" }) => RoleName);
  });
}

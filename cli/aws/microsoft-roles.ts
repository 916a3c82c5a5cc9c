import { DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import { paginateListRoles } from "@aws-sdk/client-iam";
import { MICROSOFT_TENANT_ID } from "../../modules/plans";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading, readingOf } from "./errors";

/** A role that Microsoft can assume, or that has the name of a role of Defender's. */
export interface MicrosoftRoleFacts {
  readonly name: string;
  readonly arn: string;
  /** Trust policy, JSON. */
  readonly trust: string;
}

const PROVIDER = `oidc-provider/sts.windows.net/${MICROSOFT_TENANT_ID}`;

/** Roles of the account that Microsoft can assume, and those with one of the names; IAM ignores letter case. */
export async function readMicrosoftRoles(
  { iam }: Pick<AwsClients, "iam">,
  roleNames: readonly string[],
): Promise<Reading<readonly MicrosoftRoleFacts[]>> {
  const names = new Set(roleNames.map((name) => name.toLowerCase()));
  return reading(async () => {
    const found: MicrosoftRoleFacts[] = [];
    for await (const page of paginateListRoles({ client: iam }, {})) {
      for (const { RoleName = "", Arn = "", AssumeRolePolicyDocument = "" } of page.Roles ?? []) {
        const trust = decodeURIComponent(AssumeRolePolicyDocument);
        if (trust.includes(PROVIDER) || names.has(RoleName.toLowerCase())) {
          found.push({ name: RoleName, arn: Arn, trust });
        }
      }
    }
    return found;
  });
}

/** Name of the CloudFormation stack of the region that made a role; undefined: none did. */
export async function readStackOfRole(
  { cloudFormation }: Pick<AwsClients, "cloudFormation">,
  role: string,
): Promise<Reading<string | undefined>> {
  return readingOf(["ValidationError"], async () => {
    const { StackResources: resources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId: role }),
    );
    return resources[0]?.StackName;
  });
}

import { DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import { paginateListRoles, paginateListRoleTags } from "@aws-sdk/client-iam";
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

/**
 * Name of the CloudFormation stack that made a role; undefined: none is known. Its tag tells of a stack in any region, but
 * CloudFormation does not tag everything (CloudFormation, Template Reference, "Resource tag"); so the stacks of the region are
 * asked, too.
 */
export async function readStackOfRole(
  aws: Pick<AwsClients, "cloudFormation" | "iam">,
  role: string,
): Promise<Reading<string | undefined>> {
  const tagged = await readStackTag(aws, role);
  const inRegion = "value" in tagged && tagged.value !== undefined ? tagged : await readStackOfRegion(aws, role);
  return "value" in inRegion && inRegion.value === undefined ? tagged : inRegion;
}

function readStackTag({ iam }: Pick<AwsClients, "iam">, role: string): Promise<Reading<string | undefined>> {
  return reading(async () => {
    for await (const { Tags = [] } of paginateListRoleTags({ client: iam }, { RoleName: role })) {
      const tag = Tags.find(({ Key }) => Key === "aws:cloudformation:stack-name");
      if (tag) {
        return tag.Value;
      }
    }
    return undefined;
  });
}

function readStackOfRegion(
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

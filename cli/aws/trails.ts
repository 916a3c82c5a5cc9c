import { DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** A trail of CloudTrail that logs events of the account. */
export interface TrailFacts {
  readonly name: string;
  readonly bucket: string;
  /** Whether it logs every account of the organization. */
  readonly isOrganizationTrail: boolean;
  /** Key that encrypts the log files; absent: none of the customer's. */
  readonly kmsKeyArn?: string;
}

/** The trails of the account, those of other regions and of the organization included. */
export async function readTrails({
  cloudTrail,
}: Pick<AwsClients, "cloudTrail">): Promise<Reading<readonly TrailFacts[]>> {
  return reading(async () => {
    const { trailList = [] } = await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    return trailList.map(({ Name = "", S3BucketName = "", IsOrganizationTrail = false, KmsKeyId }) => ({
      name: Name,
      bucket: S3BucketName,
      isOrganizationTrail: IsOrganizationTrail,
      ...(KmsKeyId === undefined ? {} : { kmsKeyArn: KmsKeyId }),
    }));
  });
}

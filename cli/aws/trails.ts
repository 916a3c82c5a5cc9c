import { DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";
import type { Trail } from "@aws-sdk/client-cloudtrail";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** A trail of CloudTrail that logs events of the account. */
export interface TrailFacts {
  readonly arn: string;
  readonly name: string;
  /** Where it was made, and is changed. */
  readonly homeRegion: string;
  /** Whether it logs the events of every region. */
  readonly isMultiRegion: boolean;
  /** Whether it logs every account of the organization. */
  readonly isOrganizationTrail: boolean;
  readonly bucket: string;
  /** What stands before `AWSLogs/` in the keys of the log files; empty, or with a final slash. */
  readonly keyPrefix: string;
  /** Key that encrypts the log files; absent: none of the customer's. */
  readonly kmsKeyArn?: string;
}

/** The trails that log events of the region: its own, those of several regions and of the organization. */
export function readTrails({ cloudTrail }: Pick<AwsClients, "cloudTrail">): Promise<Reading<readonly TrailFacts[]>> {
  return reading(async () => {
    const { trailList = [] } = await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    return trailList.map(factsOf);
  });
}

function factsOf({ TrailARN = "", Name = "", HomeRegion = "", S3BucketName = "", ...trail }: Trail): TrailFacts {
  const { IsMultiRegionTrail = false, IsOrganizationTrail = false, S3KeyPrefix = "", KmsKeyId } = trail;
  return {
    arn: TrailARN,
    name: Name,
    homeRegion: HomeRegion,
    isMultiRegion: IsMultiRegionTrail,
    isOrganizationTrail: IsOrganizationTrail,
    bucket: S3BucketName,
    keyPrefix: S3KeyPrefix === "" ? "" : `${S3KeyPrefix}/`,
    ...(KmsKeyId === undefined ? {} : { kmsKeyArn: KmsKeyId }),
  };
}

import { AWS_REGION, list, object, optional, ROLE_ARN, text, withRule } from "../inputs";
import type { CloudTrailResourceSet, Format } from "../inputs";

/** CloudTrail ingestion from resources of your own (provisioning type `BringYourOwn`). */
export interface CloudTrailIngestion {
  /**
   * ARN of the role with which Defender reads bucket, queue and key (`logCollectionOidc`). Microsoft publishes neither its
   * name nor its trust: take it from the template that the portal generates.
   */
  readonly readerRoleArn: string;
  /** One set for each region that has a trail of its own, for instance `cloudTrailResourceSet` of a `CloudTrailFanout`. */
  readonly resourceSets: readonly CloudTrailResourceSet[];
}

const BUCKET_ARN: Format = {
  expected: 'the ARN of an S3 bucket, for instance "arn:aws:s3:::cloudtrail-logs"',
  pattern: "^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
};
const QUEUE_ARN: Format = {
  expected: 'the ARN of an SQS queue, for instance "arn:aws:sqs:eu-central-1:111122223333:defender-cloudtrail"',
  pattern: "^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$",
};
const KEY_ARN: Format = {
  expected: 'the ARN of a KMS key, for instance "arn:aws:kms:eu-central-1:111122223333:key/..." (not of an alias)',
  pattern: "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
};

const RESOURCE_SET = withRule(
  object<CloudTrailResourceSet>()({
    resourceRegion: text(AWS_REGION),
    s3BucketArn: text(BUCKET_ARN),
    sqsQueueArn: text(QUEUE_ARN),
    kmsKeyArn: optional(text(KEY_ARN)),
  }),
  ({ resourceRegion, sqsQueueArn, kmsKeyArn }, at, report) => {
    for (const [prop, arn] of [
      ["sqsQueueArn", sqsQueueArn],
      ["kmsKeyArn", kmsKeyArn],
    ] as const) {
      const region = arn?.split(":")[3];
      const isLiteral = region !== undefined && !`${arn ?? ""}${resourceRegion}`.includes("${");
      if (isLiteral && region !== resourceRegion) {
        report.fault(`${at}.${prop}`, arn, `expected an ARN of region ${resourceRegion}, as resourceRegion says`);
      }
    }
  },
);

/** Schema of {@link CloudTrailIngestion}. */
export const CLOUD_TRAIL_INGESTION = withRule(
  object<CloudTrailIngestion>()({
    readerRoleArn: text(ROLE_ARN),
    resourceSets: list(RESOURCE_SET, { least: 1, size: "give the resources of at least one region" }),
  }),
  ({ resourceSets }, at, report) => {
    const regions = resourceSets.map(({ resourceRegion }) => resourceRegion);
    regions.forEach((region, index) => {
      if (regions.indexOf(region) < index) {
        report.fault(`${at}.resourceSets[${index}].resourceRegion`, region, "each region has one set");
      }
    });
  },
);

/** The two fields of the connector's `ciem`. */
export function cloudTrailFields({ readerRoleArn, resourceSets }: CloudTrailIngestion) {
  return {
    logCollectionOidc: { cloudRoleArn: readerRoleArn },
    cloudTrailAuditLogIngestion: { provisioningType: "BringYourOwn", cloudTrailResourceSets: resourceSets },
  };
}

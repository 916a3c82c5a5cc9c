import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";

/** Region of a bucket of the account; undefined: no such bucket. Of a bucket of another account it cannot be read. */
export async function readBucketRegion(
  { s3 }: Pick<AwsClients, "s3">,
  bucket: string,
  ownerAccountId: string,
): Promise<Reading<string | undefined>> {
  return readingOf(["NoSuchBucket"], async () => {
    const { LocationConstraint: region } = await s3.send(
      new GetBucketLocationCommand({ Bucket: bucket, ExpectedBucketOwner: ownerAccountId }),
    );
    // The first region has no name here, and Ireland an old one (S3 API reference, GetBucketLocation).
    return region === undefined ? "us-east-1" : region === "EU" ? "eu-west-1" : region;
  });
}

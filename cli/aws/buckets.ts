import { GetBucketEncryptionCommand, GetBucketLocationCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading, readingOf } from "./errors";

/** A bucket, and the account that must own it: of a bucket of another account nothing is read. */
export interface BucketOfOwner {
  readonly bucket: string;
  readonly ownerAccountId: string;
}

type S3 = Pick<AwsClients, "s3">;

const asInput = ({ bucket, ownerAccountId }: BucketOfOwner) => ({
  Bucket: bucket,
  ExpectedBucketOwner: ownerAccountId,
});

/** Region of a bucket; undefined: no such bucket. */
export function readBucketRegion({ s3 }: S3, of: BucketOfOwner): Promise<Reading<string | undefined>> {
  return readingOf(
    ["NoSuchBucket"],
    async () => {
      const { LocationConstraint: region } = await s3.send(new GetBucketLocationCommand(asInput(of)));
      // The first region has no name here, and Ireland an old one (S3 API reference, GetBucketLocation).
      return region === undefined ? "us-east-1" : region === "EU" ? "eu-west-1" : region;
    },
    "s3:GetBucketLocation",
  );
}

/** ARN of the customer's key that encrypts new objects of a bucket, where nobody names another; undefined: none. */
export function readBucketKey({ s3 }: S3, of: BucketOfOwner): Promise<Reading<string | undefined>> {
  return readingOf(
    ["NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError"],
    async () => {
      const { ServerSideEncryptionConfiguration: found } = await s3.send(new GetBucketEncryptionCommand(asInput(of)));
      return found?.Rules?.map((rule) => rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID).find((key) =>
        key?.includes(":key/"),
      );
    },
    "s3:GetEncryptionConfiguration",
  );
}

/**
 * The folders right below a prefix, each with that prefix; the first thousand.
 * @param prefix - empty, or with a final slash
 */
export function readFolders({ s3 }: S3, of: BucketOfOwner, prefix: string): Promise<Reading<readonly string[]>> {
  return reading(async () => {
    const { CommonPrefixes = [] } = await s3.send(
      new ListObjectsV2Command({ ...asInput(of), Prefix: prefix, Delimiter: "/" }),
    );
    return CommonPrefixes.map(({ Prefix = "" }) => Prefix);
  }, "s3:ListBucket");
}

/**
 * The bucket, queue and key from which Defender reads CloudTrail logs in one region. `CloudTrailFanout` returns its own, the
 * connector takes it (Microsoft.Security/securityConnectors 2026-08-01-preview, `cloudTrailResourceSets`, read in
 * Azure/bicep-types-az@1f896de2).
 */
export interface CloudTrailResourceSet {
  /** Region of the three, for instance `eu-central-1`. */
  readonly resourceRegion: string;
  /** ARN of the bucket with the logs. */
  readonly s3BucketArn: string;
  /** ARN of the queue that announces new log files to Defender; Sentinel's own queue cannot have a second reader. */
  readonly sqsQueueArn: string;
  /**
   * ARN of the key that encrypts the log files.
   * @default no customer managed key
   */
  readonly kmsKeyArn?: string;
}

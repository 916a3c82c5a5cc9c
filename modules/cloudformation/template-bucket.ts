import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { TerraformLocal } from "cdktf";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { denyWithoutTls, policyDocument } from "../iam";

/** A template in a bucket. */
export interface TemplateBucketProps {
  /** Name of the bucket, without periods. */
  readonly bucketName: string;
  /** Whether the bucket is created here. */
  readonly create: boolean;
  /** The template, written for Terraform. */
  readonly template: string;
  /** How it is written. */
  readonly format: "json" | "yaml";
  /** Prefix of the object's key. */
  readonly keyPrefix: string;
  /** Partition of the account. */
  readonly partition: string;
  /** Region of the bucket. */
  readonly region: string;
  /** DNS suffix of the partition's services. */
  readonly urlSuffix: string;
  /**
   * Tags.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider | undefined;
}

/** Puts a template into a bucket under a key that changes with its content: otherwise CloudFormation would not notice the change. */
export class TemplateBucket extends Construct {
  /** URL of the template. */
  public readonly templateUrl: string;
  /** What the stack or StackSet must wait for. */
  public readonly resources: ITerraformDependable[];

  private readonly shared: { provider?: TerraformProvider };

  public constructor(scope: Construct, id: string, props: TemplateBucketProps) {
    super(scope, id);
    this.shared = props.awsProvider ? { provider: props.awsProvider } : {};
    const bucket = props.create ? this.createBucket(props) : [];
    const template = new TerraformLocal(this, "Template", props.template);
    const key = `${props.keyPrefix}/\${sha256(${template.fqn})}.${props.format}`;
    const object = new S3Object(this, "Resource", {
      bucket: props.bucketName,
      key,
      content: `\${${template.fqn}}`,
      contentType: `application/${props.format}`,
      dependsOn: bucket,
      // The old template is deleted last: until then the stack may still refer to it.
      lifecycle: { createBeforeDestroy: true },
      ...this.shared,
    });
    this.templateUrl = `https://${props.bucketName}.s3.${props.region}.${props.urlSuffix}/${key}`;
    this.resources = [...bucket, object];
  }

  private createBucket(props: TemplateBucketProps): ITerraformDependable[] {
    const bucket = new S3Bucket(this, "Bucket", {
      bucket: props.bucketName,
      ...(props.tags ? { tags: { ...props.tags } } : {}),
      ...this.shared,
    });
    const part = { bucket: props.bucketName, dependsOn: [bucket], ...this.shared };
    const publicAccess = new S3BucketPublicAccessBlock(this, "PublicAccess", {
      ...part,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    return [
      bucket,
      publicAccess,
      new S3BucketVersioningA(this, "Versioning", { ...part, versioningConfiguration: { status: "Enabled" } }),
      new S3BucketServerSideEncryptionConfigurationA(this, "Encryption", {
        ...part,
        rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      }),
      new S3BucketPolicy(this, "TlsOnly", {
        ...part,
        dependsOn: [bucket, publicAccess],
        policy: JSON.stringify(tlsOnly(`arn:${props.partition}:s3:::${props.bucketName}`)),
      }),
    ];
  }
}

/** The form that AWS documents for its rule s3-bucket-ssl-requests-only: calls on the bucket and on its objects. */
function tlsOnly(bucketArn: string) {
  return policyDocument([denyWithoutTls("TlsOnly", ["s3:*"], [bucketArn, `${bucketArn}/*`])]);
}

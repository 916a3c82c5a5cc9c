import { AwsCloud } from "./aws/cloud";
import { AzureCloud } from "./azure/cloud";
import { sentinelQueuePolicy } from "./sentinel-queue-policy";

/** The two clouds of a rehearsal. */
export interface Clouds {
  readonly aws: AwsCloud;
  readonly azure: AzureCloud;
}

/** Which account, Region and names a prepared scenario has. Each has a rehearsal value as default. */
export interface ScenarioProps {
  /** @default "111122223333" */
  readonly accountId?: string;
  /** @default "eu-central-1" */
  readonly region?: string;
  /** @default "00000000-0000-4000-8000-000000000001" */
  readonly subscriptionId?: string;
  /** Entra tenant of the subscription. @default that of {@link AzureCloud} */
  readonly tenantId?: string;
  /** Resource group that is already there. @default "security" */
  readonly resourceGroup?: string;
  /** Seconds until a change of IAM is visible to Azure. @default that of {@link AwsCloud} */
  readonly iamPropagationSeconds?: number;
}

/** An account that is not connected to Microsoft yet, and a resource group for the connector. */
export function emptyScenario(props: ScenarioProps = {}): Clouds {
  const aws = new AwsCloud({
    callerAccountId: props.accountId ?? "111122223333",
    region: props.region ?? "eu-central-1",
    ...(props.iamPropagationSeconds === undefined ? {} : { iamPropagationSeconds: props.iamPropagationSeconds }),
  });
  const azure = new AzureCloud({
    aws,
    subscriptionId: props.subscriptionId ?? "00000000-0000-4000-8000-000000000001",
    resourceGroups: [props.resourceGroup ?? "security"],
    ...(props.tenantId === undefined ? {} : { tenantId: props.tenantId }),
  });
  return { aws, azure };
}

/** Members of the rehearsal's organization, below its two units; Sentinel reads the first one already. */
const MEMBER_ACCOUNTS = ["222222222222", "333333333333", "444444444444"] as const;

export interface OrganizationScenarioProps extends ScenarioProps {
  /** Id of the root. @default "r-ab12" */
  readonly rootId?: string;
  /** Ids of its units. @default two */
  readonly units?: readonly string[];
}

/** A management account with an organization of three members, which trusts StackSets. */
export async function organizationScenario(props: OrganizationScenarioProps = {}): Promise<Clouds> {
  const clouds = emptyScenario(props);
  const organization = clouds.aws.createOrganization(props.rootId === undefined ? {} : { rootId: props.rootId });
  const [first, second, third] = MEMBER_ACCOUNTS;
  const units = props.units?.length ? props.units : ["ou-ab12-workload", "ou-ab12-sandbox1"];
  units.forEach((unit) => {
    organization.addUnit(unit);
  });
  await organization.addAccount(first, units[0]);
  await organization.addAccount(second, units[0]);
  await organization.addAccount(third, units.at(-1));
  clouds.aws.account(first).iam.createIdentityProvider({ url: SENTINEL_ISSUER, clientIds: [SENTINEL_AUDIENCE] });
  return clouds;
}

export const SENTINEL_ISSUER = "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
export const SENTINEL_AUDIENCE = "api://1462b192-27f7-4cb9-8523-0f4ecb54b47e";

export interface SentinelScenarioProps extends ScenarioProps {
  /** Bucket with the CloudTrail logs. @default "cloudtrail-logs" */
  readonly bucket?: string;
  /** Queue that Sentinel reads. @default "sentinel-cloudtrail" */
  readonly queue?: string;
  /** Role that Sentinel assumes. @default "OIDC_MicrosoftSentinelRole" */
  readonly role?: string;
  /** Sentinel's workspace id. @default "22222222-3333-4444-8555-666666666666" */
  readonly workspaceId?: string;
}

/**
 * An account that Microsoft Sentinel already reads CloudTrail from, as Sentinel's setup script leaves it: identity
 * provider, role, bucket, queue with its policy, and the notification rule that joins them.
 */
export function sentinelScenario(props: SentinelScenarioProps = {}): Clouds {
  const clouds = emptyScenario(props);
  const { caller: account, partition } = clouds.aws;
  const bucket = props.bucket ?? "cloudtrail-logs";
  const queue = props.queue ?? "sentinel-cloudtrail";
  const role = props.role ?? "OIDC_MicrosoftSentinelRole";
  const issuer = SENTINEL_ISSUER.slice("https://".length);
  account.iam.createIdentityProvider({ url: SENTINEL_ISSUER, clientIds: [SENTINEL_AUDIENCE] });
  account.iam.createRole({
    name: role,
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: account.arn("iam", `oidc-provider/${issuer}`) },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer}:aud`]: SENTINEL_AUDIENCE,
              "sts:RoleSessionName": `MicrosoftSentinel_${props.workspaceId ?? "22222222-3333-4444-8555-666666666666"}`,
            },
          },
        },
      ],
    },
  });
  const queueArn = account.arn("sqs", queue, clouds.aws.region);
  account.sqs.createQueue({
    name: queue,
    policy: sentinelQueuePolicy({
      queueArn,
      bucketArn: `arn:${partition}:s3:*:*:${bucket}`,
      roleArn: account.arn("iam", `role/${role}`),
    }),
  });
  account.s3.createBucket(bucket, {
    queue: [
      {
        id: "CloudTrailToSentinel",
        queue_arn: queueArn,
        events: ["s3:ObjectCreated:*"],
        filter_prefix: `AWSLogs/${account.id}/CloudTrail/`,
        filter_suffix: ".gz",
      },
    ],
  });
  return clouds;
}

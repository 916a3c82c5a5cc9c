import { MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../../modules";
import { identityProviderUrl } from "../../../modules/plans";
import {
  BUCKET,
  FOREIGN_PREFIX,
  FOREIGN_QUEUE,
  FOREIGN_RULE_ID,
  queueArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
} from "../../cloudtrail-fanout/sentinel-account";
import type { Place } from "../../cloudtrail-fanout/sentinel-account";
import type { AwsApi } from "./aws-api";

/* What others have left in an account before this project comes to it. */

export const SENTINEL_ROLE = "OIDC_MicrosoftSentinelRole";
export const SENTINEL_THUMBPRINT = "626D44E704D1CEABE3BF0D53397464AC8080142C";
export const PORTAL_STACK = "DefenderForCloudPortal";

/** Policy of a portal onboarding, much wider than the catalogue's. */
export const OPEN_POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

/** What Sentinel's set-up script leaves, a trail, and the rule of another team on the trail's bucket. */
export async function leaveSentinel(aws: AwsApi, place: Place): Promise<void> {
  const provider = await aws.createOidcProvider({
    url: identityProviderUrl(MICROSOFT_TENANT_ID),
    clientIds: [SENTINEL_AUDIENCE],
    thumbprints: [SENTINEL_THUMBPRINT],
    tags: { owner: "sentinel" },
  });
  await aws.createRole(SENTINEL_ROLE, {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`sts.windows.net/${MICROSOFT_TENANT_ID}/:aud`]: SENTINEL_AUDIENCE } },
      },
    ],
  });
  await aws.createQueue(SENTINEL_QUEUE, { Policy: JSON.stringify(scriptPolicy(place)) });
  await aws.createQueue(FOREIGN_QUEUE);
  await aws.createBucket(BUCKET);
  await aws.putNotification(BUCKET, [
    {
      kind: "Queue",
      id: SENTINEL_RULE_ID,
      arn: queueArn(place, SENTINEL_QUEUE),
      events: ["s3:ObjectCreated:*"],
      prefix: `AWSLogs/${place.accountId}/CloudTrail/`,
      suffix: ".gz",
    },
    {
      kind: "Queue",
      id: FOREIGN_RULE_ID,
      arn: queueArn(place, FOREIGN_QUEUE),
      events: ["s3:ObjectCreated:*"],
      prefix: FOREIGN_PREFIX,
    },
  ]);
  await aws.createTrail("trail", BUCKET);
}

/** What the stack of a portal onboarding leaves: one role with its policy. */
export async function leavePortal(aws: AwsApi): Promise<void> {
  // As a stack makes it: CloudFormation of the emulator does not write its tags.
  await aws.query("iam", "CreateRole", {
    RoleName: "CspmMonitorAws",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
    "Tags.member.1.Key": "aws:cloudformation:stack-name",
    "Tags.member.1.Value": PORTAL_STACK,
  });
  await aws.query("iam", "CreatePolicy", {
    PolicyName: "CspmMonitorAwsPolicy",
    PolicyDocument: JSON.stringify(OPEN_POLICY),
  });
}

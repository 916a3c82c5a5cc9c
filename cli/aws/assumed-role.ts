import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { Reading } from "../reading";
import type { AwsClients, SessionCredentials } from "./clients";
import { reading } from "./errors";

/** Credentials of a role of another account. A role that cannot be assumed is an answer. */
export async function assumeRole(
  { sts }: Pick<AwsClients, "sts">,
  roleArn: string,
): Promise<Reading<SessionCredentials>> {
  return reading(async () => {
    const { Credentials: credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "defender-for-cloud-check" }),
    );
    return {
      accessKeyId: credentials?.AccessKeyId ?? "",
      secretAccessKey: credentials?.SecretAccessKey ?? "",
      sessionToken: credentials?.SessionToken ?? "",
    };
  });
}

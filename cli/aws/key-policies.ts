import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { readingOf } from "./errors";

/** The policy of a key of the credentials' account, JSON; undefined: no such key. KMS shows it to no other account. */
export async function readKeyPolicy(
  { kms }: Pick<AwsClients, "kms">,
  keyArn: string,
): Promise<Reading<string | undefined>> {
  return readingOf(["NotFoundException"], async () => {
    // A key has one policy, of this name (KMS API reference, GetKeyPolicy).
    const { Policy: policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default" }));
    return policy ?? "{}";
  });
}

import { keyPolicyStatements } from "../../modules/cloudtrail-fanout/key-policies";
import type { FanoutEncryption } from "../../modules/cloudtrail-fanout/key-policies";
import type { PolicyStatement } from "../../modules";
import type { Reading } from "../reading";
import type { ExpectedFanout } from "./expected";
import { checked, notChecked, together, whenRead } from "./finding";
import type { CheckResult } from "./finding";
import { isAllowed } from "./policies";

/** A key with the statements that its policy must have. */
interface Key {
  readonly prop: keyof FanoutEncryption;
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
}

/** The keys of the configuration. */
function keysOf({ inputs, arns }: ExpectedFanout): Key[] {
  const { encryption, defender } = inputs;
  return Object.entries(keyPolicyStatements(encryption, arns, defender.readerRoleArns)).map(([name, statements]) => {
    const prop = name as keyof FanoutEncryption;
    return { prop, arn: encryption[prop] ?? "", statements };
  });
}

/** ARNs of the keys whose policy can be read: KMS shows it to the key's own account only (KMS API reference, GetKeyPolicy). */
export function readableKeyArns(expected: ExpectedFanout): string[] {
  return [...new Set(keysOf(expected).map(({ arn }) => arn))].filter((arn) => isOwn(arn, expected));
}

function isOwn(arn: string, { names }: ExpectedFanout): boolean {
  return arn.split(":")[4] === names.accountId;
}

/** Whether the policy of each key lets the services and the readers use it. */
export function checkKeyPolicies(
  expected: ExpectedFanout,
  policies: ReadonlyMap<string, Reading<string | undefined>>,
): CheckResult {
  return together(
    keysOf(expected).map(({ prop, arn, statements }) => {
      const subject = `key ${arn} (encryption.${prop})`;
      return isOwn(arn, expected)
        ? whenRead(subject, policies.get(arn) ?? { value: undefined }, (policy) =>
            checked(
              `${subject}: policy`,
              policy === undefined
                ? [
                    {
                      subject,
                      wrong: "it does not exist: nothing that it encrypts can be written or read",
                      expected: arn,
                      found: "no such key",
                      remedy: `correct encryption.${prop}`,
                    },
                  ]
                : statements
                    .filter((statement) => !isAllowed(statement, policy))
                    .map((statement) => ({
                      subject,
                      wrong: "its policy does not allow what the fan-out needs: messages get lost, or cannot be read",
                      expected: JSON.stringify(statement),
                      found: "no statement that allows all of it",
                      remedy: "let the owner of the key add the statement to its policy",
                    })),
            ),
          )
        : notChecked(`policy of ${subject}: the key is in another account, and KMS shows its policy only there`);
    }),
  );
}

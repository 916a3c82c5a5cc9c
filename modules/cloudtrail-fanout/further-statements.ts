import { oneFault } from "./legacy-checks";
import { checkPrincipals } from "./legacy-checks";
import type { PolicyStatement } from "../iam";

/** What S3, the topic and Sentinel do with the queue. */
const NEEDED = [
  "sqs:SendMessage",
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibility",
  "sqs:GetQueueUrl",
  "sqs:GetQueueAttributes",
];

/** Condition keys that say for whom a service acts (IAM User Guide, "The confused deputy problem"). */
const SOURCES = ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/**
 * Checks the caller's statements for the policy of Sentinel's queue.
 * @param own - the statements that the policy has already
 * @param sentinelRoleArns - the roles with which Sentinel reads
 * @throws InputError for a statement that lets anybody in, that keeps out whom the fan-out needs, that names no resource,
 * or whose id is taken
 */
export function checkFurtherStatements(
  prop: string,
  further: readonly PolicyStatement[],
  own: readonly PolicyStatement[],
  sentinelRoleArns: readonly string[],
): void {
  checkPrincipals(prop, further);
  const taken = own.map(({ Sid }) => Sid);
  further.forEach((statement, index) => {
    const at = `${prop}[${index}]`;
    const { Sid, Effect, Principal, Resource = [], Condition = {} } = statement;
    if (Sid !== undefined && taken.includes(Sid)) {
      const allowed = "the policy has this statement already: leave it out, or give yours another id";
      throw oneFault(`${at}.Sid`, Sid, allowed);
    }
    taken.push(Sid);
    if (Resource.length === 0) {
      throw oneFault(`${at}.Resource`, statement.Resource, "name the ARN of the queue: SQS demands a resource");
    }
    const principals = typeof Principal === "object" ? Principal : { AWS: [Principal ?? ""] };
    if (Effect === "Allow" && principals.Service !== undefined && !namesSource(Condition)) {
      const allowed = `a service acts for anybody who asks it to: say for whom by ${SOURCES.join(", ")}`;
      throw oneFault(`${at}.Condition`, statement.Condition, allowed);
    }
    const hits = (principals.AWS ?? []).some((arn) => arn === "*" || sentinelRoleArns.includes(arn));
    if (Effect === "Deny" && hits && Object.keys(Condition).length === 0 && statement.Action.some(isNeeded)) {
      const allowed = `without a condition it cuts Sentinel off: leave out ${NEEDED.join(", ")}, or name other principals`;
      throw oneFault(`${at}.Action`, statement.Action, allowed);
    }
  });
}

/** Names of condition keys are the same in capitals and small letters. */
function namesSource(conditions: NonNullable<PolicyStatement["Condition"]>): boolean {
  const keys = Object.values(conditions).flatMap((condition) => Object.keys(condition ?? {}));
  return keys.some((key) => SOURCES.some((source) => source.toLowerCase() === key.toLowerCase()));
}

/** Whether the pattern of a statement includes an action that the fan-out needs. */
function isNeeded(pattern: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  return NEEDED.some((action) => expression.test(action));
}

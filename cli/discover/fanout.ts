import { SENTINEL_AUDIENCE } from "../../modules/plans";
import { statementsOf } from "../../modules/portal-template/statements";
import type { AwsFacts, TrailBucketFacts } from "./facts";
import type { Notes } from "./notes";

/** A fan-out, where Sentinel reads a bucket: the policy of a queue that the bucket notifies lets a role of Sentinel's in. */
export function proposeFanout(aws: AwsFacts, notes: Notes): Readonly<Record<string, unknown>> | undefined {
  const buckets = notes.value("trails", aws.buckets) ?? [];
  const roles = "value" in aws.roles ? aws.roles.value : [];
  const sentinels = roles.filter(({ trust }) => trust.includes(SENTINEL_AUDIENCE)).map(({ arn }) => arn);
  let proposed: Readonly<Record<string, unknown>> | undefined;
  for (const bucket of buckets) {
    const rules = notes.value(`notification of bucket ${bucket.name}`, bucket.rules) ?? [];
    const region = notes.value(`region of bucket ${bucket.name}`, bucket.region);
    const queues = rules.flatMap(({ destination }) => {
      const queue = aws.queues.get(destination);
      const facts = queue && notes.value(`queue ${destination}`, queue);
      return facts && readers(facts.policy).some((reader) => sentinels.includes(reader)) ? [facts.name] : [];
    });
    const names = [...new Set(queues)];
    notes.remark(
      `bucket ${bucket.name} of ${bucket.trails.map(({ name }) => name).join(", ")}`,
      `${rules.length} notification rules${region === undefined ? "" : `, region ${region}`}`,
      names.length === 0
        ? "no rule names a queue that Sentinel reads: Defender's ingestion needs no fan-out here"
        : `Sentinel reads it through ${names.join(", ")}: a fan-out lets Defender read it, too; it starts with phase prepare, which leaves the bucket as it is`,
    );
    proposed ??= names[0] === undefined ? undefined : fanoutOf(aws, bucket, names[0], region);
  }
  if (proposed) {
    notes.toDo.push(
      "Fill in cloudTrailFanout.defender.readerRoleArns once Defender's reader role exists (docs/cloudtrail-fanout.md); [] lets nobody read.",
    );
  }
  return proposed;
}

function fanoutOf(aws: AwsFacts, { name, trails }: TrailBucketFacts, queueName: string, region: string | undefined) {
  const [kmsKeyArn] = trails.flatMap((trail) => trail.kmsKeyArn ?? []);
  return {
    phase: "prepare",
    awsAccountId: aws.accountId,
    awsRegion: region ?? aws.region,
    bucketName: name,
    sentinel: { queueName },
    defender: { readerRoleArns: [] },
    ...(kmsKeyArn === undefined ? {} : { encryption: { logKeyArn: kmsKeyArn } }),
  };
}

/** Roles that a queue's policy lets in. */
function readers(policy: string): string[] {
  return statementsOf(policy)
    .statements.filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Principal }) => Principal?.AWS ?? []);
}

import { SENTINEL_AUDIENCE } from "../../modules/plans";
import { statementsOf } from "../../modules/portal-template/statements";
import type { NotificationRuleFacts } from "../aws/bucket-notification";
import type { TrailFacts } from "../aws/trails";
import type { AwsFacts, TrailBucketFacts } from "./facts";
import type { Notes } from "./notes";

type Fanout = Readonly<Record<string, unknown>>;

/** A fan-out, where Sentinel reads a bucket: the policy of a queue that the bucket notifies lets a role of Sentinel's in. */
export function proposeFanout(aws: AwsFacts, notes: Notes): Fanout | undefined {
  notes.values("trails", aws.trails);
  const [first, ...others] = aws.buckets.flatMap((bucket) => proposeForBucket(aws, bucket, notes));
  if (first) {
    notes.toDo.push(
      "Fill in cloudTrailFanout.defender.readerRoleArns once Defender's reader role exists (docs/cloudtrail-fanout.md); [] lets nobody read.",
    );
  }
  for (const { bucketName, awsRegion } of others) {
    notes.toDo.push(
      `Sentinel reads bucket ${String(bucketName)}, too: a file has one fan-out. Write one of its own for that bucket (awsRegion ${String(awsRegion)}).`,
    );
  }
  return first;
}

function proposeForBucket(aws: AwsFacts, bucket: TrailBucketFacts, notes: Notes): Fanout[] {
  const { name, trails } = bucket;
  const rules = notes.value(`notification of bucket ${name}`, bucket.rules);
  const region = notes.value(`region of bucket ${name}`, bucket.region);
  const bucketKey = notes.value(`encryption of bucket ${name}`, bucket.keyArn);
  const folders = notes.value(`layout of bucket ${name}`, bucket.logFolders);
  const reads = (rules ?? []).map((rule) => ({ rule, isSentinels: isReadBySentinel(aws, rule.destination, notes) }));
  const ofSentinel = reads.filter(({ isSentinels }) => isSentinels).map(({ rule }) => rule);
  const queueNames = [...new Set(ofSentinel.map(({ destination }) => destination.split(":").at(-1) ?? ""))];
  const [queueName] = queueNames;
  const found = [
    rules ? `${rules.length} notification rules` : "notification rules unknown",
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(folders === undefined ? [] : [`log files in ${folders.join(", ") || "no folder yet"}`]),
  ];
  notes.remark(
    `bucket ${name} of ${trails.map(describeTrail).join(", ")}`,
    found.join("; "),
    queueName !== undefined
      ? `Sentinel reads it through ${queueNames.join(", ")}: a fan-out lets Defender read it, too; it starts with phase prepare, which leaves the bucket as it is`
      : rules === undefined
        ? "if another account owns it, for instance a log archive, run discover there: a fan-out belongs to the bucket's account"
        : reads.some(({ isSentinels }) => isSentinels === undefined)
          ? "unknown whether Sentinel reads it: if it does, Defender's ingestion needs a fan-out"
          : "no rule names a queue that Sentinel reads: Defender's ingestion needs no fan-out here",
  );
  if (queueName === undefined) {
    return [];
  }
  remarkUnannounced(bucket.name, ofSentinel, folders ?? [], notes);
  const keyArn = trails.find(({ kmsKeyArn }) => kmsKeyArn !== undefined)?.kmsKeyArn ?? bucketKey;
  return [
    {
      phase: "prepare",
      awsAccountId: aws.accountId,
      awsRegion: region ?? aws.region,
      ...(aws.partition === "aws" ? {} : { partition: aws.partition }),
      bucketName: name,
      sentinel: { queueName },
      defender: { readerRoleArns: [] },
      ...(keyArn === undefined ? {} : { encryption: { logKeyArn: keyArn } }),
    },
  ];
}

function describeTrail({ name, homeRegion, isMultiRegion, isOrganizationTrail }: TrailFacts): string {
  const whose = isOrganizationTrail ? "whole organization" : "this account";
  return `trail ${name} (${whose}, ${isMultiRegion ? "all regions" : `region ${homeRegion} only`})`;
}

/** Log files of which no rule tells: S3 matches a prefix literally, and says nothing where it matches no key. */
function remarkUnannounced(
  bucket: string,
  rules: readonly NotificationRuleFacts[],
  folders: readonly string[],
  notes: Notes,
): void {
  const prefixes = rules.map(({ prefix = "" }) => prefix);
  const silent = folders.filter(
    (folder) => !prefixes.some((prefix) => folder.startsWith(prefix) || prefix.startsWith(folder)),
  );
  if (silent.length > 0) {
    notes.toDo.push(
      `Ask Sentinel's team about ${silent.join(", ")} of bucket ${bucket}: no rule tells of the log files there (prefixes: ${prefixes.join(", ")}), so neither reader gets them. Correct Sentinel's rule, or add them with cloudTrailFanout.additionalKeys.`,
    );
  }
}

/** Whether a rule's destination is a queue whose policy lets a role of Sentinel's in; undefined: that cannot be told. */
function isReadBySentinel(aws: AwsFacts, destination: string, notes: Notes): boolean | undefined {
  const queue = aws.queues.get(destination);
  if (queue === undefined) {
    return false;
  }
  const facts = notes.value(`queue ${destination}`, queue);
  if ("unread" in queue || "unread" in aws.roles) {
    return undefined;
  }
  const sentinels = aws.roles.value.filter(({ trust }) => trust.includes(SENTINEL_AUDIENCE)).map(({ arn }) => arn);
  return facts !== undefined && readers(facts.policy).some((reader) => sentinels.includes(reader));
}

/** Roles that a queue's policy lets in. */
function readers(policy: string): string[] {
  return statementsOf(policy)
    .statements.filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Principal }) => Principal?.AWS ?? []);
}

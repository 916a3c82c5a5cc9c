import { AwsCloud, AzureCloud, Rehearsal, terraformAvailable } from "../../rehearsal";
import type { Plan, StackJson } from "../../rehearsal";
import { fanoutProps, fanoutStack, PLACE, withoutFanout } from "./fanout-stack";
import {
  BUCKET,
  FOREIGN_PREFIX,
  FOREIGN_QUEUE,
  FOREIGN_RULE_ID,
  queueArn,
  scriptPolicy,
  SENTINEL_QUEUE,
  SENTINEL_RULE_ID,
  trailKey,
} from "./sentinel-account";
import type { FanoutPhase } from "../../modules";

const DEFENDER_QUEUE = "DefenderForCloud-SQS";
const UNTOUCHED = { add: 0, change: 0, destroy: 0, import: 0, forget: 0 };

let aws: AwsCloud;
let rehearsal: Rehearsal;

beforeEach(async () => {
  aws = new AwsCloud({ callerAccountId: PLACE.accountId, region: PLACE.region });
  const { s3, sqs } = aws.caller;
  sqs.createQueue({ name: SENTINEL_QUEUE, policy: scriptPolicy(PLACE) });
  sqs.createQueue({ name: FOREIGN_QUEUE, policy: foreignQueuePolicy() });
  s3.createBucket(BUCKET, {
    queue: [
      {
        id: SENTINEL_RULE_ID,
        queue_arn: queueArn(PLACE, SENTINEL_QUEUE),
        events: ["s3:ObjectCreated:*"],
        filter_prefix: `AWSLogs/${PLACE.accountId}/CloudTrail/`,
        filter_suffix: ".gz",
      },
      {
        id: FOREIGN_RULE_ID,
        queue_arn: queueArn(PLACE, FOREIGN_QUEUE),
        events: ["s3:ObjectCreated:*"],
        filter_prefix: FOREIGN_PREFIX,
      },
    ],
    eventbridge: false,
  });
  const azure = new AzureCloud({ aws, subscriptionId: "00000000-0000-4000-8000-000000000001", resourceGroups: [] });
  rehearsal = await Rehearsal.start({ aws, azure, stack: fanoutStack(fanoutProps("prepare")) });
});

afterEach(() => rehearsal.stop());

async function plan(stack: StackJson, options: { destroy?: boolean } = {}): Promise<Plan> {
  await rehearsal.updateStack(stack);
  await rehearsal.init();
  return rehearsal.plan(options);
}

async function apply(stack: StackJson): Promise<Plan> {
  const planned = await plan(stack);
  await rehearsal.apply(planned);
  return planned;
}

function inPhase(phase: FanoutPhase): StackJson {
  return fanoutStack(fanoutProps(phase));
}

test("x", async () => {
  const p = await apply(inPhase("prepare"));
  console.log(p.counts, p.changes.map((c) => [c.address, c.change.actions, c.change.importing]));
  const f = await apply(inPhase("fanout"));
  console.log(f.counts, f.changes.map((c) => [c.address, c.change.actions, c.change.importing]));
  await expect(plan(inPhase("release"))).rejects.toThrow("Instance cannot be destroyed");
  await expect(plan(withoutFanout())).rejects.toThrow("Instance cannot be destroyed");
  console.log(trailKey(PLACE,"a"), DEFENDER_QUEUE, UNTOUCHED);
});

function foreignQueuePolicy() {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn(PLACE, FOREIGN_QUEUE),
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:s3:::${BUCKET}` } },
      },
    ],
  };
}

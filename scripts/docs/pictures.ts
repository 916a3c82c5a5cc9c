import { svg } from "./svg";
import type { Arrow, Box, Picture } from "./svg";

/** The pictures of the documentation, as SVG by their name. */
export function pictures(): ReadonlyMap<string, string> {
  return new Map([
    ["onboarding", svg(onboarding())],
    ["fanout", svg(fanout())],
    ["organization", svg(organization())],
  ]);
}

function ours(x: number, y: number, ...lines: string[]): Box {
  return { x, y, width: 180, height: 26 + lines.length * 18, lines, look: "ours" };
}

function theirs(x: number, y: number, ...lines: string[]): Box {
  return { ...ours(x, y, ...lines), look: "theirs" };
}

function frame(x: number, y: number, width: number, height: number, title: string): Box {
  return { x, y, width, height, lines: [title], look: "frame" };
}

function right(from: Box, to: Box, text?: string): Arrow {
  const start = [from.x + from.width, from.y + from.height / 2] as const;
  const end = [to.x, to.y + to.height / 2] as const;
  return { points: [start, end], ...(text === undefined ? {} : { text }) };
}

/** What one onboarding creates, and who uses it. */
function onboarding(): Picture {
  const service = theirs(30, 69, "Defender for Cloud", "Microsoft's service");
  const connector = ours(30, 190, "Connector", "plans, ARNs of the roles");
  const provider = ours(360, 60, "Identity provider", "created, or extended", "where Sentinel has it");
  const roles = ours(610, 60, "IAM roles", "one for each feature,", "least privilege");
  const trail = theirs(360, 199, "CloudTrail bucket", "read by Sentinel");
  const topic = ours(610, 190, "Topic, two queues", "Sentinel and Defender", "read the same events");
  return {
    width: 820,
    height: 300,
    title:
      "One onboarding. In Azure, a connector names the plans and the roles. In the AWS account, Defender for Cloud signs in through the identity provider and assumes the IAM roles. The CloudTrail bucket notifies a topic with two queues, which Sentinel and Defender read.",
    boxes: [
      frame(10, 20, 220, 265, "Azure subscription"),
      frame(340, 20, 470, 265, "AWS account"),
      service,
      connector,
      provider,
      roles,
      trail,
      topic,
    ],
    arrows: [
      {
        points: [
          [120, 190],
          [120, 131],
        ],
      },
      right(service, provider, "signs in"),
      right(provider, roles, "assumes"),
      right(trail, topic, "notifies"),
      {
        points: [
          [210, 221],
          [285, 221],
          [285, 150],
          [700, 150],
          [700, 140],
        ],
        text: "names",
        textAt: [262, 215],
      },
    ],
  };
}

/** The fan-out, before and after the cut-over. */
function fanout(): Picture {
  const before = [theirs(30, 55, "CloudTrail bucket"), theirs(570, 55, "Sentinel's queue")] as const;
  const after = [
    theirs(30, 205, "CloudTrail bucket"),
    ours(300, 205, "Topic"),
    theirs(570, 165, "Sentinel's queue"),
    ours(570, 245, "Defender's queue"),
  ] as const;
  const [bucket, topic, sentinel, defender] = after;
  return {
    width: 780,
    height: 320,
    title:
      "The fan-out. Before: the bucket notifies Sentinel's queue. After: the bucket notifies a topic, which sends each event to Sentinel's queue and to Defender's queue. Phase rollback leads back.",
    boxes: [
      frame(10, 20, 760, 90, "Before, and after phase rollback"),
      ...before,
      frame(10, 130, 760, 175, "After phase fanout"),
      ...after,
    ],
    arrows: [
      right(before[0], before[1], "notifies"),
      right(bucket, topic, "notifies"),
      right(topic, sentinel, "sends"),
      right(topic, defender),
    ],
  };
}

/** An organization: one apply in the management account, the members by a StackSet. */
function organization(): Picture {
  const connector = ours(30, 60, "Connector", "of the organization");
  const members = theirs(30, 190, "Members' connectors", "made by Defender");
  const stackSet = ours(340, 180, "StackSet", "the same roles");
  const account = ours(340, 60, "Identity provider", "and IAM roles");
  const stacks = [
    ours(610, 60, "Member account", "provider and roles"),
    ours(610, 180, "New member account", "the same, automatically"),
  ];
  return {
    width: 820,
    height: 290,
    title:
      "An organization. One apply in the management account creates its identity provider, its roles, and a StackSet. The StackSet creates the same in each member account, also in those that join later. The connector covers the organization; Defender makes the members' connectors.",
    boxes: [
      frame(10, 20, 220, 255, "Azure subscription"),
      frame(320, 20, 220, 255, "AWS management account"),
      frame(590, 20, 220, 255, "AWS member accounts"),
      connector,
      members,
      stackSet,
      account,
      ...stacks,
    ],
    arrows: [
      ...stacks.map((stack) => right(stackSet, stack)),
      right(connector, account, "assumes"),
      {
        points: [
          [120, 122],
          [120, 190],
        ],
        text: "within 24 hours",
        textAt: [174, 160],
        isDashed: true,
      },
    ],
  };
}

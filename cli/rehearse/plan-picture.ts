import type { ResourceChange } from "../../rehearsal";
import { table } from "../table";

/** What a plan does with an object. Each object has exactly one. */
export const OUTCOMES = [
  "created",
  "adopted",
  "adopted and changed",
  "changed",
  "replaced",
  "deleted",
  "released",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

const MARKS: Readonly<Record<Outcome, string>> = {
  created: "+",
  adopted: "=",
  "adopted and changed": "*",
  changed: "~",
  replaced: "!",
  deleted: "-",
  released: ".",
};

/** How many objects have each outcome; an outcome that no object has is left out. */
export type Outcomes = Readonly<Partial<Record<Outcome, number>>>;

/** The objects of a plan that serve one purpose. */
export interface Group {
  readonly name: string;
  readonly objects: number;
  readonly outcomes: Outcomes;
}

/** The objects of a plan, counted once in all and once by group: each sum is the number of objects. */
export interface PlanPicture {
  readonly objects: number;
  readonly outcomes: Outcomes;
  readonly groups: readonly Group[];
  /** Created objects that only Terraform's state knows: no cloud has them. */
  readonly onlyInState: number;
  /** Adopted, changed, replaced, deleted and released objects by address: those are what a review is about. */
  readonly touched: readonly { readonly address: string; readonly outcome: Outcome }[];
}

/** In this order in the picture. The last one takes what has no other. */
const GROUPS: readonly (readonly [name: string, types: RegExp])[] = [
  ["identity provider", /^aws_iam_openid_connect_provider$/],
  ["roles", /^aws_iam_(?!openid|.*_exclusive$)/],
  ["Arc automation", /^aws_ssm_/],
  ["template stack", /^aws_cloudformation_stack$/],
  ["member accounts", /^aws_(cloudformation_stack_set|s3_bucket$|s3_bucket_(?!notification)|s3_object)/],
  ["fan-out", /^aws_(s3_bucket_notification$|sns_|sqs_|cloudwatch_metric_alarm)/],
  ["connector", /^(azapi|azurerm)_/],
  ["guards and waits", /^(terraform_data$|time_|random_|null_|aws_.*_exclusive$)/],
  ["other", /./],
];

/** Types of which no cloud has an object: guards, waits, random values, and rules that a role has no other policies. */
const ONLY_IN_STATE = /^(terraform_data$|time_|random_|null_)|_exclusive$/;

export function pictureOf(changes: readonly ResourceChange[]): PlanPicture {
  const objects = changes.flatMap((change) => {
    const outcome = outcomeOf(change);
    return outcome === undefined ? [] : [{ address: change.address, type: change.type, outcome }];
  });
  const groups = new Map(GROUPS.map(([name]) => [name, [] as Outcome[]]));
  for (const { type, outcome } of objects) {
    groups.get(GROUPS.find(([, types]) => types.test(type))?.[0] ?? "other")?.push(outcome);
  }
  return {
    objects: objects.length,
    outcomes: countOf(objects.map(({ outcome }) => outcome)),
    groups: [...groups]
      .filter(([, outcomes]) => outcomes.length > 0)
      .map(([name, outcomes]) => ({ name, objects: outcomes.length, outcomes: countOf(outcomes) })),
    onlyInState: objects.filter(({ type, outcome }) => outcome === "created" && ONLY_IN_STATE.test(type)).length,
    touched: objects
      .filter(({ outcome }) => outcome !== "created")
      .map(({ address, outcome }) => ({ address, outcome })),
  };
}

/** Data sources that are read while a plan is applied are no objects. */
function outcomeOf({ change: { actions, importing } }: ResourceChange): Outcome | undefined {
  switch (actions.join()) {
    case "create":
      return "created";
    case "update":
      return importing ? "adopted and changed" : "changed";
    case "delete":
      return "deleted";
    case "forget":
      return "released";
    case "no-op":
      return importing ? "adopted" : undefined;
    case "read":
      return undefined;
    default:
      return "replaced";
  }
}

function countOf(outcomes: readonly Outcome[]): Outcomes {
  return Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length] as const).filter(
      ([, count]) => count > 0,
    ),
  );
}

/** `58 objects planned = 54 created + 2 adopted + 2 adopted and changed` */
export function sum({ objects, outcomes }: Pick<PlanPicture, "objects" | "outcomes">): string {
  if (objects === 0) {
    return "no changes";
  }
  const parts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return `${objects} ${objects === 1 ? "object" : "objects"} planned = ${parts.join(" + ")}`;
}

/** Above so many objects a mark stands for several, so that a line fits a terminal. */
const WIDTH = 48;

/** The plan as a picture: one line for each group, one mark for each object. */
export function draw(picture: PlanPicture): string {
  if (picture.objects === 0) {
    return "";
  }
  const perMark = Math.ceil(Math.max(...picture.groups.map(({ objects }) => objects)) / WIDTH);
  const bar = (outcomes: Outcomes) =>
    Object.entries(outcomes)
      .map(([outcome, count]) => MARKS[outcome as Outcome].repeat(Math.ceil(count / perMark)))
      .join("");
  const width = Math.max(...picture.groups.map(({ name }) => name.length));
  const lines = picture.groups.map(
    ({ name, objects, outcomes }) => `${name.padEnd(width)}  ${String(objects).padStart(3)}  ${bar(outcomes)}\n`,
  );
  const legend = Object.keys(picture.outcomes).map((outcome) => `${MARKS[outcome as Outcome]} ${outcome}`);
  const scale = perMark === 1 ? "" : `   one mark for ${perMark} objects or fewer`;
  return `${lines.join("")}\n${legend.join("   ")}${scale}\n`;
}

/** What happens to the objects that exist already, deletions aside. */
export function touchedTable({ touched }: PlanPicture): string {
  return table(
    ["what happens", "object"],
    touched.filter(({ outcome }) => outcome !== "deleted").map(({ address, outcome }) => [outcome, address]),
  );
}

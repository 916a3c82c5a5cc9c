import { LAST_USE_TAG } from "../../modules/cloudtrail-fanout/queues";
import { Rehearsal, TerraformError } from "../../rehearsal";
import type { Clouds, Plan } from "../../rehearsal";
import { lastConfiguration, phaseNames, RELEASE, type Phase } from "./phases";
import { pictureOf, type PlanPicture } from "./plan-picture";
import { destroyRefusal, phaseRefusal, type Refusal } from "./refusals";
import type { FoundStack } from "./stack";
import { surroundingsOf } from "./surroundings";
import { variableValues, type Values } from "./variables";

/** A step that ended. */
export interface Step {
  readonly phase: string;
  readonly step: "init" | "validate" | "plan" | "apply" | "second plan" | "destroy";
  readonly seconds: number;
  /** What a plan does. */
  readonly plan?: PlanPicture;
  /** Data sources that the configuration reads: they are no objects of a plan. */
  readonly dataSources?: number;
  /** How the clouds changed in an apply or a destroy. */
  readonly clouds?: CloudChange;
  /** Why a step is refused, where that is the design. */
  readonly refusal?: Refusal;
  /** What Terraform printed, where a step failed. */
  readonly error?: string;
}

/** How the two clouds changed. */
export interface CloudChange {
  /** Calls that changed something. */
  readonly calls: { readonly aws: number; readonly azure: number };
  /** Objects before and after, by account; the first one is the account of the credentials. */
  readonly accounts: readonly { readonly id: string; readonly before: number; readonly after: number }[];
  /** Names of the connectors in Azure after the step, with their offerings. */
  readonly connectors: readonly { readonly name: string; readonly offerings: readonly string[] }[];
}

/** What a rehearsal found. */
export interface Outcome {
  readonly stack: string;
  /** The clouds in which it ran, in words. */
  readonly surroundings: string;
  readonly steps: readonly Step[];
  /**
   * `complete`: every step did what it should, and a destroy left nothing. `heldByDesign`: the destroy is refused, as intended.
   * `refused`: a guard refuses one of the phases. `unsettled`: a second plan still has changes. `failed`: Terraform or a cloud
   * refuses.
   */
  readonly result: "complete" | "heldByDesign" | "refused" | "unsettled" | "failed";
}

/** Told while a rehearsal runs. */
export interface Audience {
  begins(stack: string, surroundings: string): void;
  ends(step: Step): void;
}

/** Runs every phase, plans again after each, and destroys at the end. Stops at the first step that fails. */
export async function run(
  stack: FoundStack,
  phases: readonly Phase[],
  given: Values,
  audience: Audience,
): Promise<Outcome> {
  const valuesOf = ({ isRelease, values }: Phase) =>
    variableValues(isRelease ? (stack.release ?? stack.json) : stack.json, { ...stack.values, ...given, ...values });
  const [first = lastConfiguration(stack)] = phases;
  const configurationOf = ({ isRelease }: Phase) => (isRelease && stack.release ? stack.release : stack.json);
  // Every phase's variables are checked before the first step.
  phases.forEach(valuesOf);
  const { clouds, description } = await surroundingsOf(stack.json, valuesOf(lastConfiguration(stack)));
  audience.begins(stack.name, description);
  const rehearsal = await Rehearsal.start({ ...clouds, stack: configurationOf(first), variables: valuesOf(first) });
  const steps = new Steps(clouds, audience, phaseNames(stack));
  const outcome = (result: Outcome["result"]): Outcome => ({
    stack: stack.name,
    surroundings: description,
    steps: steps.done,
    result,
  });
  try {
    await steps.run(first.name, "init", () => rehearsal.init());
    await steps.run(first.name, "validate", () => rehearsal.validate());
    for (const phase of phases) {
      if (phase.isRelease) {
        minutesPass(clouds, 11);
      }
      await rehearsal.updateStack(configurationOf(phase), valuesOf(phase));
      const dataSources = countBlocks(configurationOf(phase).data);
      const plan = await steps.plan(phase.name, "plan", () => rehearsal.plan(), dataSources);
      await steps.change(phase.name, "apply", () => rehearsal.apply(plan));
      const second = await steps.plan(phase.name, "second plan", () => rehearsal.plan());
      if (!second.empty) {
        return outcome("unsettled");
      }
    }
    const last = lastConfiguration(stack);
    await rehearsal.updateStack(configurationOf(last), valuesOf(last));
    await steps.change("", "destroy", () => rehearsal.destroy());
    return outcome("complete");
  } catch (error) {
    if (!(error instanceof TerraformError)) {
      throw error;
    }
    const { refusal, step } = steps.done.at(-1) ?? {};
    return outcome(refusal === undefined ? "failed" : step === "destroy" ? "heldByDesign" : "refused");
  } finally {
    await rehearsal.stop();
  }
}

/** Times the steps and tells of them. */
class Steps {
  readonly done: Step[] = [];

  constructor(
    private readonly clouds: Clouds,
    private readonly audience: Audience,
    private readonly allPhases: readonly string[],
  ) {}

  async run<T>(
    phase: string,
    step: Step["step"],
    work: () => Promise<T>,
    details: (result: T) => Partial<Step> = () => ({}),
  ): Promise<T> {
    const started = performance.now();
    const end = (found: Partial<Step>) => {
      const seconds = Math.round((performance.now() - started) / 10) / 100;
      const ended = { phase, step, seconds, ...found };
      this.done.push(ended);
      this.audience.ends(ended);
    };
    let result: T;
    try {
      result = await work();
    } catch (error) {
      if (error instanceof TerraformError) {
        const refusal = refusalIn(error.diagnostics, this.allPhases);
        end(refusal === undefined ? { error: error.message } : { refusal });
      }
      throw error;
    }
    end(details(result));
    return result;
  }

  plan(phase: string, step: Step["step"], work: () => Promise<Plan>, dataSources?: number): Promise<Plan> {
    return this.run(phase, step, work, ({ changes }) => ({
      plan: pictureOf(changes),
      ...(dataSources === undefined ? {} : { dataSources }),
    }));
  }

  change(phase: string, step: Step["step"], work: () => Promise<void>): Promise<void> {
    const { aws, azure } = this.clouds;
    const before = new Map(aws.accounts().map(({ id }) => [id, this.objectsIn(id)]));
    const calls = aws.log.length;
    return this.run(phase, step, work, () => {
      const made = aws.log.slice(calls);
      const inAws = made.filter(({ account }) => /^\d{12}$/.test(account)).length;
      return {
        clouds: {
          calls: { aws: inAws, azure: made.length - inAws },
          accounts: aws.accounts().map(({ id }) => ({ id, before: before.get(id) ?? 0, after: this.objectsIn(id) })),
          connectors: azure.connectors.all().map(({ name, properties }) => ({
            name,
            offerings: (properties.offerings ?? []).map(({ offeringType }) => String(offeringType)),
          })),
        },
      };
    });
  }

  private objectsIn(account: string): number {
    return this.clouds.aws.account(account).objects.everything().length;
  }
}

function refusalIn(diagnostics: string, all: readonly string[]): Refusal | undefined {
  const message = phaseRefusal(diagnostics);
  const refusal = message === undefined ? destroyRefusal(diagnostics) : { why: [message], next: [] };
  return refusal && { ...refusal, next: [...refusal.next, ...wayOut(all)] };
}

/** The phases that a stack has with its release, in their order: after them a destroy is allowed. */
function wayOut(all: readonly string[]): string[] {
  return all.includes(RELEASE) ? [`rehearse the whole way: --phases ${all.join(",")}`] : [];
}

function countBlocks(blocks: Readonly<Record<string, object>> = {}): number {
  return Object.values(blocks).flatMap((ofType) => Object.keys(ofType)).length;
}

/** Terraform reads the real clock, so the time of the roll-back, which a tag holds, moves into the past instead. */
function minutesPass({ aws }: Clouds, minutes: number): void {
  for (const { id, attributes } of aws.caller.objects.all("aws_sqs_queue")) {
    const before = (attributes.tags as Record<string, string> | null)?.[LAST_USE_TAG] ?? "";
    const time = Date.parse(before);
    if (!Number.isNaN(time)) {
      const past = new Date(time - minutes * 60_000).toISOString().replace(/\.\d+/, "");
      const tags = { ...(attributes.tags as Record<string, string>), [LAST_USE_TAG]: past };
      aws.caller.objects.put("aws_sqs_queue", id, { ...attributes, tags, tags_all: tags }, aws.clock.now);
    }
  }
}

import type { Attributes } from "../protocol/values";
import type { Block, ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";
import type { SimulationClock } from "../simulation-clock";
import type { Provider, ResourceType } from "./provider";
import { changeOf } from "./state";

const SECONDS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds in a duration as Go writes it, for instance `1m30s`. */
export function seconds(duration: string): number {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) {
    throw new CloudError(`"${duration}" is not a valid duration, for instance "30s" or "1m30s"`);
  }
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (SECONDS[unit] ?? 0),
    0,
  );
}

/** Written by hand: no CDKTF bindings of `hashicorp/time` are installed. */
const sleep: Block = {
  attributes: {
    id: { type: "string", computed: true },
    create_duration: { type: "string", optional: true },
    destroy_duration: { type: "string", optional: true },
    triggers: { type: ["map", "string"], optional: true },
  },
  blocks: {},
};

/** `hashicorp/time`, as far as `time_sleep`: its waits advance the simulation clock and take no time. */
export class TimeProvider implements Provider {
  constructor(private readonly clock: SimulationClock) {}

  schema(): ProviderSchema {
    return {
      provider: { attributes: {}, blocks: {} },
      resources: new Map([["time_sleep", sleep]]),
      dataSources: new Map(),
    };
  }

  configure(): void {
    // Nothing to configure.
  }

  resource(): ResourceType {
    const wait = (duration: Attributes[string] | undefined) => {
      if (typeof duration === "string") {
        this.clock.wait(seconds(duration));
      }
    };
    return {
      requiresReplace: changeOf(["triggers"]),
      create: (planned) => {
        wait(planned.create_duration);
        return { ...planned, id: new Date(Date.UTC(2026, 0, 1) + this.clock.now * 1000).toISOString() };
      },
      read: (state) => state,
      update: (_, planned) => planned,
      delete: (state) => {
        wait(state.destroy_duration);
      },
      import: (id) => ({ id }),
    };
  }

  readData(type: string): Attributes {
    throw new CloudError(`the rehearsal has no data source ${type}`);
  }
}

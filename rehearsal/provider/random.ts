import type { Attributes } from "../protocol/values";
import type { Block, ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";
import type { Provider, ResourceType } from "./provider";
import { changeOf, stableUuid } from "./state";

/** Hand-written: no CDKTF bindings of `hashicorp/random` are installed. */
const uuid: Block = {
  attributes: {
    id: { type: "string", computed: true },
    keepers: { type: ["map", "string"], optional: true },
    result: { type: "string", computed: true },
  },
  blocks: {},
};

/** `hashicorp/random`, as far as `random_uuid`; its values are the same in every rehearsal. */
export class RandomProvider implements Provider {
  readonly address = "registry.terraform.io/hashicorp/random";
  private made = 0;

  configure(): void {
    // Nothing to configure.
  }

  schema(): ProviderSchema {
    return {
      provider: { attributes: {}, blocks: {} },
      resources: new Map([["random_uuid", uuid]]),
      dataSources: new Map(),
    };
  }

  resource(): ResourceType {
    return {
      requiresReplace: changeOf(["keepers"]),
      create: (planned) => {
        this.made += 1;
        const result = stableUuid(`random_uuid ${this.made}`);
        return { ...planned, id: result, result };
      },
      read: (state) => state,
      update: (_, planned) => planned,
      delete: () => undefined,
      import: (id) => ({ id, result: id }),
    };
  }

  readData(type: string): Attributes {
    throw new CloudError(`the rehearsal has no data source ${type}`);
  }
}

import { parseJson, sameDocument } from "../json";
import { blocks, containsUnknown, isAttributes, text, UNKNOWN, type Attributes } from "../protocol/values";
import { FailedAfterCreation, type Provider, type ResourceType } from "../provider/provider";
import { changeOf } from "../provider/state";
import type { ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";
import type { AwsAccount } from "./account";
import type { AwsCloud } from "./cloud";
import { readData } from "./data";
import { exclusivePolicies } from "./exclusive-policies";
import { samePolicy } from "./policy";
import { behaviourOf } from "./registry";
import type { Access } from "./resource-behaviour";

/** `hashicorp/aws` in front of the rehearsal's AWS. */
export class AwsProvider implements Provider {
  private region: string;
  private account: AwsAccount;
  private defaultTags: Attributes = {};

  constructor(
    private readonly cloud: AwsCloud,
    readonly schema: () => ProviderSchema,
  ) {
    this.region = cloud.region;
    this.account = cloud.caller;
  }

  configure(config: Attributes): void {
    this.region = text(config.region) || this.cloud.region;
    const { allowed_account_ids: allowed } = config;
    // The credentials are those of the caller, or of the role that they assume.
    const [, , , , assumed = ""] = text(blocks(config.assume_role)[0]?.role_arn).split(":");
    this.account = assumed === "" ? this.cloud.caller : this.cloud.account(assumed);
    if (Array.isArray(allowed) && !allowed.includes(this.account.id)) {
      throw new CloudError(`AWS account ID not allowed: ${this.account.id}`);
    }
    const tags = blocks(config.default_tags)[0]?.tags;
    this.defaultTags = isAttributes(tags) ? tags : {};
  }

  /** Policies must be JSON; a type may have rules of its own. */
  validate(type: string, config: Attributes): void {
    behaviourOf(type).validate?.(config);
    for (const [name, value] of Object.entries(config)) {
      if (name.endsWith("policy") && typeof value === "string" && parseJson(value) === undefined) {
        throw new CloudError(`"${name}" contains an invalid JSON policy`);
      }
    }
  }

  readData(type: string, config: Attributes): Attributes {
    return readData(type, config, { account: this.account, region: text(config.region) || this.region });
  }

  resource(type: string): ResourceType {
    const { account } = this;
    const exclusive = exclusivePolicies(type, account);
    if (exclusive) {
      return exclusive;
    }
    const behaviour = behaviourOf(type);
    const holder = (attributes: Attributes, access: Access) => {
      const found = behaviour.holder?.(attributes, { account, region: this.region }, access);
      return found ? this.cloud.account(found.id) : account;
    };
    return {
      requiresReplace: changeOf(behaviour.requiresReplace ?? []),
      legacyTypes: behaviour.legacyTypes ?? false,
      plan: (planned, prior, config) => {
        this.planRegion(planned, prior);
        this.planTags(planned, config);
      },
      semanticallyEqual: (attribute, a, b) =>
        behaviour.semanticallyEqual?.(attribute, a, b) ??
        (attribute.endsWith("policy") ? samePolicy : sameDocument)(a, b),
      create: async (planned) => {
        const region = text(planned.region) || this.region;
        const created = holder(planned, "write").create(type, planned, region);
        try {
          await behaviour.carryOut?.({ before: null, after: created }, { account, region });
        } catch (error) {
          throw error instanceof CloudError ? new FailedAfterCreation(error.message, created) : error;
        }
        return created;
      },
      read: (state) => {
        const found = holder(state, "read").read(type, text(state.id));
        return found && { ...state, tags_all: found.tags ?? {}, ...found };
      },
      update: async (prior, planned) => {
        const updated = holder(planned, "write").update(type, text(prior.id), prior, planned);
        await behaviour.carryOut?.({ before: prior, after: updated }, { account, region: this.region });
        return updated;
      },
      delete: async (state) => {
        const owner = holder(state, "write");
        const before = owner.read(type, text(state.id));
        await behaviour.carryOut?.({ before, after: null }, { account, region: this.region });
        owner.delete(type, text(state.id));
      },
      import: imported,
    };
  }

  private planRegion(planned: Attributes, prior: Attributes | null): void {
    if (prior === null && planned.region === UNKNOWN) {
      planned.region = this.region;
    }
  }

  /** The provider knows all tags at plan time: those of the resource over its default tags. */
  private planTags(planned: Attributes, config: Attributes): void {
    if (!("tags_all" in planned)) {
      return;
    }
    const tags = config.tags ?? {};
    planned.tags_all = isAttributes(tags) && !containsUnknown(tags) ? { ...this.defaultTags, ...tags } : UNKNOWN;
  }
}

/** The object of an import id, which may end with the region (hashicorp/aws 6.0, enhanced region support). */
function imported(id: string): Attributes {
  const [, name, region] = /^(.*)@([a-z]{2}-[a-z-]+-\d)$/.exec(id) ?? [];
  return name === undefined || region === undefined ? { id } : { id: name, region };
}

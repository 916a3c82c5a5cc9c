import type { Attributes } from "../protocol/values";
import type { ProviderSchema } from "../schema/schema";
import { CloudError } from "../cloud-error";

/** A creation that failed after the object was created: Terraform keeps the object in its state, tainted. */
export class FailedAfterCreation extends CloudError {
  constructor(
    message: string,
    readonly created: Attributes,
  ) {
    super(message);
  }
}

/** What a provider can do with one type of resource. Refusals are thrown as CloudError. */
export interface ResourceType {
  /** The provider tells Terraform that its planned values may differ from the configuration, as older providers do. */
  readonly legacyTypes?: boolean;
  /** Adjusts the plan; it may change `planned`. */
  plan?(planned: Attributes, prior: Attributes | null, config: Attributes): void;
  /** Attributes and blocks whose planned change cannot be made in place: the object is replaced. */
  requiresReplace(prior: Attributes, planned: Attributes): readonly string[];
  /** Are the two values of the attribute the same for the cloud, though written differently? */
  semanticallyEqual?(attribute: string, a: string, b: string): boolean;
  create(planned: Attributes): Attributes | Promise<Attributes>;
  /** The object as it is now, or null when it is gone. */
  read(state: Attributes): Attributes | null;
  update(prior: Attributes, planned: Attributes): Attributes | Promise<Attributes>;
  delete(state: Attributes): void | Promise<void>;
  /** What an import id says about the object: enough for `read` to find it. */
  import(id: string): Attributes;
}

/** One configuration of a provider. */
export interface Provider {
  schema(): ProviderSchema;
  configure(config: Attributes): void;
  /** Refuses a configuration that the real provider refuses without a look at the cloud. */
  validate?(type: string, config: Attributes): void;
  resource(type: string): ResourceType;
  readData(type: string, config: Attributes): Attributes;
}

import type { Attributes } from "../protocol/values";
import { CloudError } from "../cloud-error";
import type { AccountSpace } from "./space";

/** The target of a call: the account and the Region. */
export interface Target {
  readonly account: AccountSpace;
  readonly region: string;
}

/** An object before and after; null if it does not exist. */
export interface Change {
  readonly before: Attributes | null;
  readonly after: Attributes | null;
}

/** What a call does with an object. */
export type Access = "read" | "write";

/** What AWS does with one type of object. Everything left out has a plain default. */
export interface ResourceBehaviour {
  /** API operations for the log. */
  readonly operations: { readonly create: string; readonly update?: string; readonly delete: string };
  readonly requiresReplace?: readonly string[];
  readonly legacyTypes?: boolean;
  /** The account that has the object, where it is not that of the credentials. Refuses what its owner does not allow. */
  holder?(attributes: Attributes, target: Target, access: Access): AccountSpace;
  /** The object's id; each type has one form. */
  id(attributes: Attributes, target: Target): string;
  /** Values that AWS fills in. */
  computed?(attributes: Attributes, target: Target): Attributes;
  /** Refuses what the provider refuses without a look at the cloud; values may be unknown. */
  validate?(config: Attributes): void;
  /** Refuses what AWS refuses; `prior` is null for a new object. */
  check?(attributes: Attributes, target: Target, prior: Attributes | null): void;
  /** Refuses what AWS accepted earlier: existing objects continue to work. */
  checkToday?(attributes: Attributes, prior: Attributes | null): void;
  /** What the object becomes, when that is not simply what was planned. */
  update?(live: Attributes, prior: Attributes, planned: Attributes): Attributes;
  checkDelete?(attributes: Attributes, target: Target): void;
  /**
   * Side effects of a change on other objects: after an object is created or changed, before it is deleted. If one fails after a
   * creation, the object stays.
   */
  carryOut?(change: Change, target: Target): Promise<void>;
  /** Attributes that live in another object. */
  live?(attributes: Attributes, target: Target): Attributes;
  /** Two ways to write the same value, beyond JSON in another layout. */
  semanticallyEqual?(attribute: string, a: string, b: string): boolean;
}

/** An error in the words of the AWS SDK, as the provider shows it. */
export function awsError(
  doing: string,
  service: string,
  operation: string,
  status: number,
  code: string,
  message: string,
): CloudError {
  return new CloudError(
    `${doing}: operation error ${service}: ${operation}, https response error StatusCode: ${status}, ` +
      `RequestID: 00000000-0000-4000-a000-000000000000, ${code}: ${message}`,
  );
}

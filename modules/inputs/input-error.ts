import { show } from "./show";

/** A fault of an input. */
export interface Fault {
  /** Path of the prop as the caller writes it, for instance `plans.servers.subPlan`. */
  readonly prop: string;
  /** The whole sentence: prop, value, what is allowed, what to do. */
  readonly message: string;
}

/** Describes a fault. */
export function fault(prop: string, value: unknown, allowed: string): Fault {
  return { prop, message: `${prop}: ${show(value)} is not allowed; ${allowed}` };
}

/**
 * Values that cannot be accepted. The message names each prop, the value given and what is allowed, so that the reader can
 * correct all of them at once, without opening this code.
 */
export class InputError extends Error {
  public override readonly name = "InputError";

  /** Every fault, in the order of the props. */
  public readonly faults: readonly Fault[];

  /** @param faults - at least one */
  public constructor(faults: readonly Fault[]) {
    super(
      faults.length === 1
        ? faults[0]?.message
        : `${faults.length} inputs are not allowed:\n${faults.map(({ message }) => `- ${message}`).join("\n")}`,
    );
    this.faults = faults;
  }

  /** An error about one value. */
  public static of(prop: string, value: unknown, allowed: string): InputError {
    return new InputError([fault(prop, value, allowed)]);
  }
}

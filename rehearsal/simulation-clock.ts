/** One call that changed something in a cloud. */
export interface Operation {
  /** Seconds on the clock. */
  readonly at: number;
  /** AWS account id or Azure subscription id. */
  readonly account: string;
  /** Name of the API operation, for instance `CreateRole`. */
  readonly operation: string;
  /** Id of the object. */
  readonly target: string;
}

/** The simulated clock that AWS and Azure share, and the log of operations, in order. */
export class SimulationClock {
  /** Seconds since the rehearsal began. Only waiting advances it, real time does not. */
  now = 0;
  readonly log: Operation[] = [];
  /** Called after each operation, before its answer is sent. @default no callback */
  watch: (operation: Operation) => void = () => undefined;

  wait(seconds: number): void {
    this.now += seconds;
  }

  record(account: string, operation: string, target: string): void {
    const done = { at: this.now, account, operation, target };
    this.log.push(done);
    this.watch(done);
  }
}

/** Visible at once: no propagation delay. */
export const ALWAYS = -Infinity;

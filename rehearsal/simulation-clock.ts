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

/** The clock that AWS and Azure share, which no one waits for, and the log of what was done, in order. */
export class SimulationClock {
  /** Seconds since the rehearsal began. Only waiting advances it, real time does not. */
  now = 0;
  readonly log: Operation[] = [];
  /** Called after each operation, before its answer is sent. @default nobody is told */
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

/** Always there: no propagation to wait for. */
export const ALWAYS = -Infinity;

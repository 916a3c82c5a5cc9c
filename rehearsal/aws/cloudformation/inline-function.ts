import { compileFunction } from "node:vm";

/** What `send` and `fetch` resolve with for an answer that takes its time, as the function sees it. */
export class Late {
  constructor(
    readonly milliseconds: number,
    readonly answer?: unknown,
  ) {}
}

/** The other side stays silent. */
export const NO_ANSWER = new Late(Infinity);

/** Sends one call of the AWS SDK: the operation's name, for instance `GetRole`, and its input. */
export type SendCall = (operation: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** What an inline Lambda function finds around itself. */
export interface FunctionSurroundings {
  /** Answers the calls that the function makes through AWS SDK clients. */
  readonly send: SendCall;
  /** @default the machine's own */
  readonly fetch?: (url: string, request?: RequestInit) => Promise<Response | Late>;
  /** The function's `Handler`. @default "index.handler" */
  readonly handler?: string;
  /** Seconds that Lambda gives the function. @default 120 */
  readonly timeoutSeconds?: number;
  /** Lets the function's waits pass. @default a hundred times faster than they are */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

export type Handler = (event: object) => Promise<void>;

/**
 * Loads the code of an inline Node.js function, as Lambda does: a CommonJS module named `index` with the AWS SDK at hand.
 * Its waits count in full against its time; nothing else does.
 */
export function loadInlineFunction(code: string, surroundings: FunctionSurroundings): Handler {
  const { send, fetch: fetchIt = fetch, handler: entry = "index.handler", timeoutSeconds = 120 } = surroundings;
  const time = new Time(timeoutSeconds, surroundings.wait ?? hundredTimesFaster);
  const exported: Record<string, ((event: object, context: object) => Promise<void>) | undefined> = {};
  const module = compileFunction(code, ["exports", "require", "fetch", "setTimeout", "AbortSignal", "console"]) as (
    ...inScope: unknown[]
  ) => void;
  const limits = new Map<unknown, number>();
  const limited = {
    timeout: (milliseconds: number) => {
      const signal = AbortSignal.timeout(milliseconds);
      limits.set(signal, milliseconds);
      return signal;
    },
  };
  const fetchInTime = async (url: string, request?: RequestInit) => {
    return time.arrival(await fetchIt(url, request), limits.get(request?.signal));
  };
  const wait = (resume: () => void, milliseconds: number) => void time.pass(milliseconds).then(resume, () => undefined);
  const silent = { error: () => undefined, log: () => undefined };
  module(exported, () => sdk(send, time), fetchInTime, wait, limited, silent);
  const [file, name = ""] = entry.split(".");
  const handler = exported[name];
  if (file !== "index" || handler === undefined) {
    throw new Error(`Runtime.HandlerNotFound: ${entry} is undefined or not exported`);
  }
  return async (event) => {
    await Promise.race([handler(event, { getRemainingTimeInMillis: () => time.remaining }), time.over]);
  };
}

async function hundredTimesFaster(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds / 100));
}

/** The time of one call of the function. */
class Time {
  remaining: number;
  /** Rejects when Lambda ends the function. */
  readonly over: Promise<never>;
  private end: (reason: Error) => void = () => undefined;

  constructor(
    private readonly seconds: number,
    private readonly wait: (milliseconds: number) => Promise<void>,
  ) {
    this.remaining = seconds * 1000;
    this.over = new Promise((_resolve, reject) => {
      this.end = reject;
    });
    this.over.catch(() => undefined);
  }

  async pass(milliseconds: number): Promise<void> {
    const passing = Math.min(milliseconds, this.remaining);
    await this.wait(passing);
    this.remaining -= passing;
    if (this.remaining <= 0) {
      this.end(new Error(`Sandbox.Timedout: Task timed out after ${this.seconds} seconds`));
      await this.over;
    }
  }

  /** Waits for what comes late: until the limit, or until the function's end. */
  async arrival(answer: unknown, limit = Infinity): Promise<unknown> {
    if (!(answer instanceof Late)) {
      return answer;
    }
    await this.pass(Math.min(answer.milliseconds, limit));
    if (answer.milliseconds > limit) {
      throw Object.assign(new Error(`no answer for ${limit} ms`), { name: "TimeoutError" });
    }
    return answer.answer;
  }
}

/** The part of a client's configuration that the stand-in uses. */
interface ClientConfig {
  readonly maxAttempts?: number;
  readonly requestHandler?: {
    readonly requestTimeout?: number;
    readonly socketTimeout?: number;
    readonly throwOnRequestTimeout?: boolean;
  };
}

/** A module of the AWS SDK, version 3: any client, and any `<Operation>Command`. */
function sdk(send: SendCall, time: Time): object {
  class Client {
    constructor(private readonly config: ClientConfig = {}) {}

    async send(command: Command): Promise<unknown> {
      const { maxAttempts = 3, requestHandler } = this.config;
      // A request timeout by itself is only a warning.
      const limit = requestHandler?.throwOnRequestTimeout
        ? requestHandler.requestTimeout
        : requestHandler?.socketTimeout;
      for (let attempt = 1; ; attempt += 1) {
        const answer = await send(command.operation, command.input);
        try {
          return await time.arrival(answer, limit);
        } catch (error) {
          if (attempt >= maxAttempts) {
            throw error;
          }
        }
      }
    }
  }
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        const operation = /^(\w+)Command$/.exec(String(name))?.[1];
        return operation === undefined ? Client : commandClass(operation);
      },
    },
  );
}

interface Command {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

function commandClass(operation: string) {
  return class implements Command {
    readonly operation = operation;
    constructor(readonly input: Readonly<Record<string, unknown>>) {}
  };
}

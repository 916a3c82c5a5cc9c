import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { AwsApi } from "./aws-api";
import { actionOf } from "./actions";
import { answerClientIdAction } from "./client-id-actions";
import type { Tools } from "./tools";

/** The account that moto stands for unless told otherwise. */
export const EMULATOR_ACCOUNT = "123456789012";

/**
 * An empty AWS account on loopback: moto server, and before it a proxy that adds the two IAM actions which moto lacks and
 * passes everything else through unchanged.
 */
export class Emulator {
  private constructor(
    private readonly observer: Observer,
    /** Where AWS is: the base URL for all services. */
    readonly endpoint: string,
    private readonly moto: ChildProcess,
    private readonly proxy: Server,
  ) {}

  static async start({ motoServer }: Tools): Promise<Emulator> {
    // Port 0: the system picks a free port, and moto prints which one.
    const moto = spawn(motoServer, ["--host", "127.0.0.1", "--port", "0"], {
      stdio: ["ignore", "ignore", "pipe"],
      // Else there is no AWS managed policy to attach.
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
    });
    process.once("exit", () => moto.kill()); // not to outlive a test run that is broken off
    try {
      const motoPort = await printedPort(moto);
      const observer: Observer = { afterChange: () => undefined, calls: [] };
      const proxy = createServer(proxyTo(motoPort, observer));
      proxy.listen(0, "127.0.0.1");
      await once(proxy, "listening");
      return new Emulator(observer, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, moto, proxy);
    } catch (error) {
      moto.kill();
      throw error;
    }
  }

  api(region = "us-east-1", accessKeyId?: string): AwsApi {
    return new AwsApi(this.endpoint, region, accessKeyId);
  }

  /** Calls back after each call that changes something: AWS has done it, and its caller does not know yet. */
  watch(afterChange: () => void): void {
    this.observer.afterChange = afterChange;
  }

  /** The actions that callers with this in their user agent have called so far, as an IAM policy names them. */
  actionsOf(userAgent: RegExp): readonly string[] {
    const called = this.observer.calls.filter((call) => userAgent.test(call.userAgent)).map(({ action }) => action);
    return [...new Set(called)].sort();
  }

  /** Empties the account. */
  async reset(): Promise<void> {
    await fetch(`${this.endpoint}/moto-api/reset`, { method: "POST" });
  }

  async stop(): Promise<void> {
    this.proxy.closeAllConnections();
    this.proxy.close();
    if (this.moto.exitCode !== null) return;
    this.moto.kill();
    await once(this.moto, "exit");
  }
}

interface Observer {
  afterChange: () => void;
  readonly calls: { readonly userAgent: string; readonly action: string }[];
}

/** The terraform provider names itself in its requests; the calls of the tests themselves do not count. */
function isChangeByTerraform({ method, headers }: IncomingMessage, parameters: URLSearchParams): boolean {
  if (!headers["user-agent"]?.includes("Terraform")) return false;
  const target = headers["x-amz-target"];
  const operation = parameters.get("Action") ?? (typeof target === "string" ? target.split(".").at(-1) : undefined);
  return operation === undefined ? method === "PUT" || method === "DELETE" : !/^(Get|List|Describe)/.test(operation);
}

async function printedPort(moto: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => {
      reject(new Error(`moto_server did not start within 30 s: ${printed}`));
    }, 30_000);
    moto.once("error", reject);
    moto.once("exit", (code) => {
      reject(new Error(`moto_server ended with code ${String(code)}: ${printed}`));
    });
    // The listener stays: moto logs every request, and would stop at a full pipe that nobody reads.
    moto.stderr?.on("data", (data: Buffer) => {
      if (printed.length < 10_000) printed += data.toString();
      const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

function proxyTo(motoPort: number, observer: Observer) {
  const motoFor = ({ headers }: IncomingMessage) => {
    const accessKeyId = /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1];
    return new AwsApi(`http://127.0.0.1:${motoPort}`, "us-east-1", accessKeyId);
  };
  // A change of the audiences takes several calls to moto: requests about providers come one after the other, so that
  // nobody sees it half done.
  let last: Promise<unknown> = Promise.resolve();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const parameters = new URLSearchParams(isForm ? body.toString() : "");
    observer.calls.push({ userAgent: request.headers["user-agent"] ?? "", action: actionOf(request, parameters) });
    const respond = async (): Promise<void> => {
      const answer = await answerClientIdAction(motoFor(request), parameters);
      if (answer) {
        response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.xml);
      } else {
        const done = isChangeByTerraform(request, parameters) ? observer.afterChange : () => undefined;
        await forward(motoPort, request, body, response, done);
      }
    };
    if (!parameters.get("Action")?.includes("OpenIDConnectProvider")) {
      await respond();
      return;
    }
    const turn = last.then(respond);
    last = turn.catch(() => undefined);
    await turn;
  };
  return (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Passes headers on as they came, the Host header too: moto builds queue URLs from it, and they must lead here. */
async function forward(
  port: number,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  done: () => void,
): Promise<void> {
  const { method, url: path, rawHeaders: headers } = request;
  const onward = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
    done();
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  onward.on("error", (error) => response.writeHead(502).end(String(error)));
  onward.end(body);
  if (!response.closed) await once(response, "close");
}

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Late, loadInlineFunction, NO_ANSWER, type SendCall } from "../../rehearsal";
import { AUDIENCES, MICROSOFT_TENANT_ID } from "../../modules";
import { identityProviderUrl, ISSUER_THUMBPRINT, SENTINEL_AUDIENCES } from "../../modules/plans";
import { organizationStack, templateOf } from "./organization";

export const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
export const WANTED: readonly string[] = [AUDIENCES.cspm, AUDIENCES.servers];

/** The code of the function in the template. */
export function functionCode(): string {
  const { Properties: properties } = templateOf(organizationStack()).Resources.EnsureIdentityProviderFunction ?? {};
  return (properties?.Code as { ZipFile: string }).ZipFile;
}

interface Answer {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/** CloudFormation's side of a custom resource: sends events, and takes answers at a URL on loopback. */
export class Caller {
  /** Answers that were taken, over all events. */
  readonly answers: { readonly body: Answer; readonly headers: IncomingHttpHeaders }[] = [];
  /** How many answers are refused before one is taken. */
  refusals = 0;
  /** How many answers CloudFormation leaves hanging before one is taken. */
  silences = 0;
  private requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly arn: string,
    private readonly code = functionCode(),
  ) {}

  static async start(accountId: string): Promise<Caller> {
    const server = createServer();
    const caller = new Caller(server, `arn:aws:iam::${accountId}:oidc-provider/${URL.slice("https://".length)}`);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const isTaken = caller.refusals === 0;
        caller.refusals -= isTaken ? 0 : 1;
        if (isTaken) {
          const body = JSON.parse(Buffer.concat(chunks).toString()) as Answer;
          caller.answers.push({ body, headers: request.headers });
        }
        response.writeHead(isTaken ? 200 : 503).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return caller;
  }

  /** Sends one event to a new copy of the function, and returns the one answer. */
  async call(
    send: SendCall,
    type: "Create" | "Update" | "Delete",
    event: { clientIds?: readonly string[]; physicalId?: string; stackId?: string; arn?: string } = {},
  ): Promise<Answer> {
    this.requests += 1;
    const requestId = `request-${this.requests}`;
    const { port } = this.server.address() as AddressInfo;
    await loadInlineFunction(this.code, { send, fetch: (url, request) => this.fetch(url, request) })({
      RequestType: type,
      ResponseURL: `http://127.0.0.1:${port}/answer?X-Amz-Signature=0`,
      StackId: event.stackId ?? "stack-1",
      RequestId: requestId,
      LogicalResourceId: "IdentityProvider",
      ...(type === "Create" ? {} : { PhysicalResourceId: event.physicalId ?? this.arn }),
      ResourceProperties: {
        Arn: event.arn ?? this.arn,
        Url: URL,
        ClientIds: event.clientIds ?? WANTED,
        KeptClientIds: SENTINEL_AUDIENCES,
        Thumbprint: ISSUER_THUMBPRINT,
      },
    });
    const answers = this.answers.filter(({ body }) => body.RequestId === requestId);
    const [answer] = answers;
    if (answer === undefined || answers.length !== 1) {
      throw new Error(`CloudFormation took ${answers.length} answers to one event`);
    }
    return answer.body;
  }

  private async fetch(url: string, request?: RequestInit): Promise<Response | Late> {
    if (this.silences > 0) {
      this.silences -= 1;
      return NO_ANSWER;
    }
    return fetch(url, request);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

/** The condition key of the tokens' audience. */
export const AUDIENCE_KEY = `${URL.slice("https://".length)}:aud`;

/** A trust policy of someone else's role that names the provider. */
export function trustOf(arn: string, audience?: string | readonly string[]): object {
  return trustWith(federated(arn, audience === undefined ? {} : { StringLike: { [AUDIENCE_KEY]: audience } }));
}

/** A trust policy. */
export function trustWith(...statements: readonly object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement that trusts an identity provider under a condition. */
export function federated(arn: string, condition: object): object {
  return {
    Effect: "Allow",
    Principal: { Federated: arn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: condition,
  };
}

import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ACCOUNT } from "./synth";

/** What AWS answers a call: the content of the result, as the service's protocol writes it, or an error. */
export type AwsAnswer = { readonly result: string } | { readonly code: string; readonly message: string };

export function awsError(code: string, message: string): AwsAnswer {
  return { code, message };
}

/** Who calls: a user of the test's account. */
export function callerOf(partition: string, accountId: string = ACCOUNT.awsAccountId): AwsAnswer {
  return { result: `<Arn>arn:${partition}:iam::${accountId}:user/me</Arn><Account>${accountId}</Account>` };
}

/**
 * AWS on loopback for a caller without rights: it says who calls, and denies everything else. Single actions can be answered
 * otherwise. Errors have the form of the protocol in which the service was called, as the emulator's and the real ones have.
 */
export class AwsOverHttp {
  private constructor(
    private readonly server: Server,
    /** The variables that lead a caller here. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param answers - by action, for instance `GetCallerIdentity`; or by action and region, `DescribeTrails@eu-west-1`. Actions of S3
   * are a method and the names in the query, for instance `GET ?encryption`
   */
  static async start(answers: Readonly<Record<string, AwsAnswer>> = {}): Promise<AwsOverHttp> {
    const all: Readonly<Record<string, AwsAnswer>> = { GetCallerIdentity: callerOf("aws"), ...answers };
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => (body += data.toString()));
      request.on("end", () => {
        answer(request, body, all, response);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new AwsOverHttp(server, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function answer(
  { headers, method = "", url = "" }: IncomingMessage,
  body: string,
  answers: Readonly<Record<string, AwsAnswer>>,
  to: ServerResponse,
): void {
  const [, region = "", service = ""] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const target = headers["x-amz-target"];
  const isJson = typeof target === "string" || service === "eks";
  const action =
    (typeof target === "string" ? target.split(".").at(-1) : new URLSearchParams(body).get("Action")) ??
    `${method} ?${[...new URL(url, "http://aws").searchParams.keys()].join("&")}`;
  const given = answers[`${action}@${region}`] ??
    answers[action] ?? {
      code: service === "ec2" ? "UnauthorizedOperation" : isJson ? "AccessDeniedException" : "AccessDenied",
      message: `User: me is not authorized to perform: ${service}:${action}`,
    };
  if ("result" in given) {
    const text = isJson
      ? given.result
      : service === "s3"
        ? given.result
        : service === "ec2"
          ? `<${action}Response>${given.result}</${action}Response>`
          : `<${action}Response><${action}Result>${given.result}</${action}Result></${action}Response>`;
    to.writeHead(200, { "content-type": isJson ? "application/x-amz-json-1.1" : "text/xml" }).end(text);
  } else if (isJson) {
    to.writeHead(400, { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": given.code }).end(
      JSON.stringify({ __type: given.code, message: given.message }),
    );
  } else {
    const error = `<Code>${given.code}</Code><Message>${given.message}</Message>`;
    const text =
      service === "ec2"
        ? `<Response><Errors><Error>${error}</Error></Errors><RequestID>1</RequestID></Response>`
        : service === "s3"
          ? `<Error>${error}</Error>`
          : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`;
    to.writeHead(403, { "content-type": "text/xml" }).end(text);
  }
}

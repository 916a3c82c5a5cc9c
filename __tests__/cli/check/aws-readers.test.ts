import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { awsClients } from "../../../cli/aws/clients";
import { readIdentityProviders } from "../../../cli/aws/identity-providers";
import { readRole } from "../../../cli/aws/roles";

interface Answer {
  readonly status: number;
  readonly body: string;
}

const error = (status: number, code: string): Answer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code} of iam</Message></Error></ErrorResponse>`,
});
const result = (action: string, content: string): Answer => ({
  status: 200,
  body: `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`,
});

/** IAM on loopback, which answers each action in turn; the last answer stays. */
class Iam {
  readonly calls: string[] = [];
  private readonly server: Server;

  constructor(private readonly answers: Readonly<Record<string, readonly Answer[]>>) {
    this.server = createServer((request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => (body += data.toString()));
      request.on("end", () => {
        const action = new URLSearchParams(body).get("Action") ?? "";
        const answers = this.answers[action] ?? [error(400, "Unexpected")];
        const count = this.calls.filter((call) => call === action).length;
        this.calls.push(action);
        const { status, body: text } = answers[Math.min(count, answers.length - 1)] ?? error(400, "Unexpected");
        response.writeHead(status, { "content-type": "text/xml" }).end(text);
      });
    });
  }

  async clients() {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return awsClients("eu-central-1");
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe("the readers of AWS", () => {
  const environment = { ...process.env };
  let iam: Iam | undefined;
  const clientsOf = (answers: Readonly<Record<string, readonly Answer[]>>) => (iam = new Iam(answers)).clients();

  beforeEach(() => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  });
  afterEach(() => {
    process.env = { ...environment };
    iam?.stop();
  });

  test("say which right is missing, and go on", async () => {
    const aws = await clientsOf({
      ListOpenIDConnectProviders: [error(403, "AccessDenied")],
      GetRole: [error(404, "NoSuchEntity")],
    });
    expect(await readIdentityProviders(aws)).toEqual({ unread: "AccessDenied of iam" });
    expect(await readRole(aws, "CspmMonitorAws")).toEqual({ value: undefined });
  });

  test("call again after throttling", async () => {
    const list = result("ListOpenIDConnectProviders", "<OpenIDConnectProviderList/>");
    const aws = await clientsOf({ ListOpenIDConnectProviders: [error(400, "Throttling"), list] });
    expect(await readIdentityProviders(aws)).toEqual({ value: [] });
    expect(iam?.calls).toHaveLength(2);
  });

  test("read every page of a role's policies, and its documents as JSON", async () => {
    const attached = (arn: string, more: string) =>
      result(
        "ListAttachedRolePolicies",
        `<AttachedPolicies><member><PolicyName>${arn.split("/").at(-1) ?? ""}</PolicyName><PolicyArn>${arn}</PolicyArn></member></AttachedPolicies>${more}`,
      );
    const tag = (team: string) => `<Tags><member><Key>team</Key><Value>${team}</Value></member></Tags>`;
    const own = "arn:aws:iam::111122223333:policy/Own";
    const document = encodeURIComponent('{"Statement":[]}');
    const aws = await clientsOf({
      GetRole: [
        result(
          "GetRole",
          `<Role><Arn>arn:aws:iam::111122223333:role/A</Arn><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument><MaxSessionDuration>7200</MaxSessionDuration>${tag("cloud")}</Role>`,
        ),
      ],
      ListAttachedRolePolicies: [
        attached("arn:aws:iam::aws:policy/ReadOnlyAccess", "<IsTruncated>true</IsTruncated><Marker>next</Marker>"),
        attached(own, "<IsTruncated>false</IsTruncated>"),
      ],
      ListRolePolicies: [result("ListRolePolicies", "<PolicyNames><member>inline</member></PolicyNames>")],
      GetPolicy: [result("GetPolicy", `<Policy><DefaultVersionId>v3</DefaultVersionId>${tag("security")}</Policy>`)],
      GetPolicyVersion: [result("GetPolicyVersion", `<PolicyVersion><Document>${document}</Document></PolicyVersion>`)],
    });
    expect(await readRole(aws, "A")).toEqual({
      value: {
        arn: "arn:aws:iam::111122223333:role/A",
        trust: '{"Statement":[]}',
        attachedPolicies: [
          { arn: "arn:aws:iam::aws:policy/ReadOnlyAccess", name: "ReadOnlyAccess" },
          { arn: own, name: "Own", document: '{"Statement":[]}', tags: { team: "security" } },
        ],
        tags: { team: "cloud" },
        inlinePolicies: ["inline"],
        maxSessionDurationSeconds: 7200,
      },
    });
  });

  test("fail for credentials that AWS does not know", async () => {
    const aws = await clientsOf({ GetRole: [error(403, "InvalidClientTokenId")] });
    await expect(readRole(aws, "A")).rejects.toThrow(/AWS credentials: AWS does not know them there.*they are wrong/);
  });
});

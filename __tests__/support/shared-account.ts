import { ISSUER_THUMBPRINT, SENTINEL_AUDIENCE, SENTINEL_AUDIENCES } from "../../modules/plans";
import { AwsCloud, iamCalls, loadInlineFunction, SdkError, type AwsAccount, type SendCall } from "../../rehearsal";
import { functionCode, trustOf, URL } from "./identity-provider-function";
import { VirtualTime } from "./virtual-time";

const ACCOUNT = "222222222222";
const ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${URL.slice("https://".length)}`;
const TARGET = { OpenIDConnectProviderArn: ARN };
const CODE = functionCode();

export const DISRUPTION_AUDIENCE = "api://b7c1e142-0933-4310-ba00-8b28878bfece";
export const SOMEBODY_ELSE = "api://somebody-else";

/** A stack: the audiences that its roles need, and what becomes of it after its creation. */
export interface StackLife {
  readonly audiences: readonly string[];
  readonly events: readonly ("Update" | "Delete" | "Delete and Create")[];
}

/** What happens in an account. Latencies and lags are used in turn, repeatedly. */
export interface AccountLife {
  readonly stacks: readonly StackLife[];
  /** Whether Sentinel has connected before the first stack. */
  readonly isSentinelFirst: boolean;
  /** Audience of a role of someone else, which exists from the start. */
  readonly acceptedByRole?: string;
  /** Milliseconds until IAM carries out a call. */
  readonly latencies: readonly number[];
  /** Milliseconds by which the function sees the provider as it was. */
  readonly lags: readonly number[];
  /** What happens to the first calls of the function. */
  readonly faults: readonly ("none" | "refused" | "answer lost")[];
}

interface Provider {
  readonly client_id_list: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An account in which stacks come and go while Sentinel and others join, one call to IAM after the other. */
export class SharedAccount {
  /** Audiences of stacks that are there, by the id of the stack. */
  readonly stacks = new Map<string, readonly string[]>();
  /** Audiences of others that were taken away. */
  readonly losses: string[] = [];
  private readonly account: AwsAccount;
  private readonly time = new VirtualTime();
  private readonly send: SendCall;
  private readonly foreign: string[] = [];
  private readonly past: { readonly since: number; readonly provider: Provider | undefined }[] = [];
  private taken = 0;
  private disturbances = 0;
  private created = 0;

  constructor(private readonly life: AccountLife) {
    this.account = new AwsCloud({ callerAccountId: "111111111111", region: "eu-central-1" }).account(ACCOUNT);
    this.account.iam.createRole({ name: "function", assumeRolePolicy: { Version: "2012-10-17", Statement: [] } });
    const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iam:*", Resource: "*" }] };
    this.account.seed("aws_iam_role_policy", { role: "function", name: "all", policy: JSON.stringify(everything) });
    this.send = iamCalls(this.account, `arn:aws:iam::${ACCOUNT}:role/function`);
    if (life.isSentinelFirst) {
      this.account.iam.createIdentityProvider({ url: URL, clientIds: [SENTINEL_AUDIENCE] });
      this.foreign.push(SENTINEL_AUDIENCE);
    }
    if (life.acceptedByRole !== undefined) {
      this.account.iam.createRole({ name: "theirs", assumeRolePolicy: trustOf(ARN, life.acceptedByRole) });
    }
    this.remember();
  }

  get audiences(): string[] {
    return [...(this.provider?.client_id_list ?? [])];
  }

  get tagKeys(): string[] {
    return Object.keys(this.provider?.tags ?? {});
  }

  /** Lets all act at the same time, until all are done. */
  async live(): Promise<void> {
    await this.time.until(Promise.all([...this.life.stacks.map((stack) => this.stack(stack)), this.others()]));
  }

  /** Lets one stack act after the other, the others at the same time, and then deletes the stacks that are left. */
  async liveInTurnAndLeave(): Promise<void> {
    const inTurn = async () => {
      for (const stack of this.life.stacks) {
        await this.stack(stack);
      }
      for (const id of [...this.stacks.keys()]) {
        await this.delete(id);
      }
    };
    await this.time.until(Promise.all([inTurn(), this.others()]));
  }

  private async others(): Promise<void> {
    await Promise.all([SENTINEL_AUDIENCE, DISRUPTION_AUDIENCE, SOMEBODY_ELSE].map((audience) => this.join(audience)));
  }

  private get provider(): Provider | undefined {
    return this.account.iam.identityProvider(URL) as Provider | undefined;
  }

  private async stack({ audiences, events }: StackLife): Promise<void> {
    let id = await this.create(audiences);
    for (const event of events) {
      if (event === "Update") {
        await this.call("Update", id, audiences);
      } else {
        await this.delete(id);
        if (event === "Delete") {
          return;
        }
        id = await this.create(audiences);
      }
    }
  }

  /** As CloudFormation does it: a stack that could not be created is deleted. As a person does it: until it is there. */
  private async create(audiences: readonly string[]): Promise<string> {
    for (;;) {
      this.created += 1;
      const id = `arn:aws:cloudformation:eu-central-1:${ACCOUNT}:stack/StackSet/stack-${this.created}`;
      const isCreated = await this.call("Create", id, audiences);
      this.stacks.set(id, audiences);
      if (isCreated) {
        return id;
      }
      await this.delete(id);
    }
  }

  private async delete(id: string): Promise<void> {
    const audiences = this.stacks.get(id) ?? [];
    this.stacks.delete(id);
    while (!(await this.call("Delete", id, audiences))) {
      await this.time.wait(60_000);
    }
  }

  /** Calls the function, and returns whether it succeeded. */
  private async call(type: string, stackId: string, audiences: readonly string[]): Promise<boolean> {
    const answers: string[] = [];
    const handler = loadInlineFunction(CODE, {
      send: (operation, input) => this.disturbed(operation, input),
      wait: (milliseconds) => this.time.wait(milliseconds),
      fetch: (_url, request) => {
        answers.push(Buffer.from(request?.body as Uint8Array).toString());
        return Promise.resolve(new Response());
      },
    });
    await handler({
      RequestType: type,
      ResponseURL: "https://cloudformation.example/answer",
      StackId: stackId,
      RequestId: "request",
      LogicalResourceId: "IdentityProvider",
      ...(type === "Create" ? {} : { PhysicalResourceId: ARN }),
      ResourceProperties: {
        Arn: ARN,
        Url: URL,
        ClientIds: audiences,
        KeptClientIds: SENTINEL_AUDIENCES,
        Thumbprint: ISSUER_THUMBPRINT,
      },
    });
    return answers.length === 1 && answers[0]?.includes('"SUCCESS"') === true;
  }

  /** Someone else adds an audience, as Sentinel's scripts do; its role comes later, so nothing shows who needs it. */
  private async join(audience: string): Promise<void> {
    const add = () => this.carryOut("AddClientIDToOpenIDConnectProvider", { ...TARGET, ClientID: audience });
    const exists = await this.carryOut("GetOpenIDConnectProvider", TARGET).then(
      () => true,
      () => false,
    );
    const create = () => this.carryOut("CreateOpenIDConnectProvider", { Url: URL, ClientIDList: [audience] });
    await (exists ? add() : create().catch(add));
    this.foreign.push(audience);
  }

  /** A call of the function, with its lag and its fault. */
  private async disturbed(operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const fault = this.life.faults[this.disturbances];
    this.disturbances += 1;
    if (fault === "refused") {
      throw new SdkError("ThrottlingException", "Rate exceeded");
    }
    const answer = await this.carryOut(operation, input, this.next(this.life.lags));
    if (fault === "answer lost") {
      throw new SdkError("TimeoutError", "no answer");
    }
    return answer;
  }

  /** IAM carries a call out at once and as a whole. */
  private async carryOut(operation: string, input: Readonly<Record<string, unknown>>, lag = 0): Promise<unknown> {
    await this.time.wait(this.next(this.life.latencies) ?? 0);
    if (operation === "GetOpenIDConnectProvider") {
      const seen = this.past.filter(({ since }) => since <= Math.max(0, this.time.now - lag));
      return answerOf(seen.at(-1)?.provider);
    }
    const before = this.audiences;
    const answer = await this.send(operation, input);
    const lost = before.filter((audience) => !this.audiences.includes(audience));
    this.losses.push(...lost.filter((audience) => [...this.foreign, this.life.acceptedByRole].includes(audience)));
    this.remember();
    return answer;
  }

  private remember(): void {
    this.past.push({ since: this.time.now, provider: structuredClone(this.provider) });
  }

  private next<T>(values: readonly T[]): T | undefined {
    this.taken += 1;
    return values[this.taken % values.length];
  }
}

function answerOf(provider: Provider | undefined): object {
  if (provider === undefined) {
    throw new SdkError("NoSuchEntityException", "OpenIDConnect Provider not found");
  }
  const tags = Object.entries(provider.tags).map(([Key, Value]) => ({ Key, Value }));
  return { ClientIDList: provider.client_id_list, Tags: tags };
}

import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListRolesCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import type { ServiceInputTypes, ServiceOutputTypes, Tag } from "@aws-sdk/client-iam";

// This file is the Lambda function itself: the template of the member accounts contains its compiled text.
//
// Each stack that needs a provider claims it by a tag, even if it has nothing to add. The last such stack to be deleted removes
// what these stacks added. IAM has no transactions, so the order of the calls prevents conflicts of two functions: a new stack
// first claims, then reads; a leaving stack first removes, then reads again, and restores what a new claim needs. Others may
// join at any moment without a claim: so the provider itself always stays.

interface OpenIDConnectProvider {
  ClientIDList?: string[];
  Tags?: { Key: string }[];
}

interface Event {
  RequestType: "Create" | "Update" | "Delete";
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
  ResourceProperties: { Arn: string; Url: string; ClientIds: string[]; KeptClientIds: string[]; Thumbprint: string };
}

interface Context {
  getRemainingTimeInMillis(): number;
}

type Condition = Record<string, Record<string, string | string[]>>;

interface Statement {
  Effect: string;
  Principal?: unknown;
  Condition?: Condition;
}

const iam = new IAMClient({
  // `persist` tries again.
  maxAttempts: 1,
  // A request timeout is a warning unless it throws; the socket's covers an answer that stops half-way.
  requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, socketTimeout: 5000, throwOnRequestTimeout: true },
});

// Milliseconds before the end of the function in which no call starts: a call (8,000), a pause (15,000), the waits of `persist` (15,000)
// and the answer (15,000) must fit.
const RESERVED = 60_000;

// Milliseconds. IAM is eventually consistent: a change is visible after some seconds. After twice that time, a leaving stack sees
// a new claim, or the new stack sees what is removed.
const PAUSE = 15_000;

// Keys of tags: `DefenderForCloud/<id of the stack>` is a claim. With `/<audience>` appended, it records what the stack
// added. It is written before the addition, so that every addition can be removed. The value is the stack's ARN.
const TAG = "DefenderForCloud/";
const NOTHING_DONE = "nothing-done";
const MAX_AUDIENCES = 100;
const ANY = "*";

/** Of the event at hand: Lambda hands a function one at a time. */
let lambda: Context;

/** Answers one event of CloudFormation about an identity provider that must list audiences. */
export async function handler(event: Event, context: Context): Promise<void> {
  lambda = context;
  const { RequestType, PhysicalResourceId, ResourceProperties } = event;
  // If the id changes, CloudFormation deletes the object of the old id: so a failed update must return the old id.
  let id = PhysicalResourceId ?? NOTHING_DONE;
  let failure: string | undefined;
  try {
    if (RequestType === "Delete") {
      await persist(() => leave(event));
    } else {
      await persist(async () => {
        const provider = await find(ResourceProperties.Arn);
        id = PhysicalResourceId ?? ResourceProperties.Arn;
        await join(event, provider);
      });
      id = ResourceProperties.Arn;
    }
  } catch (error) {
    // If nothing was done, the rollback succeeds without permissions. It still tries: Lambda may have called twice.
    failure = RequestType === "Delete" && id === NOTHING_DONE ? undefined : String(error);
  }
  await answer(event, id, failure);
}

async function join(event: Event, found: OpenIDConnectProvider | undefined): Promise<void> {
  const { Arn, Url, ClientIds, Thumbprint } = event.ResourceProperties;
  const claim = claimOf(event);
  if (!found) {
    const Tags = tagsOf(event, [claim, ...recordsOf(event, ClientIds)]);
    await send(
      new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ClientIds, ThumbprintList: [Thumbprint], Tags }),
    );
    return;
  }
  let provider: OpenIDConnectProvider | undefined = found;
  if (!keysOf(provider).includes(claim)) {
    await send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, Tags: tagsOf(event, [claim]) }));
    provider = await find(Arn);
  }
  // If someone has deleted it since, the addition fails, and the next attempt creates it.
  await add(event, Arn, ClientIds, provider?.ClientIDList);
}

/** Adds what is not present, and records it first. */
async function add(event: Event, Arn: string, audiences: string[], present: string[] = []): Promise<void> {
  const target = { OpenIDConnectProviderArn: Arn };
  const missing = audiences.filter((audience) => !present.includes(audience));
  if (present.length + missing.length > MAX_AUDIENCES) {
    throw new Error(
      `${Arn} has ${present.length} audiences and would need ${missing.length} more: IAM allows ${MAX_AUDIENCES}`,
    );
  }
  const records = recordsOf(event, missing);
  if (records.length > 0) {
    await send(new TagOpenIDConnectProviderCommand({ ...target, Tags: tagsOf(event, records) }));
  }
  for (const ClientID of missing) {
    await send(new AddClientIDToOpenIDConnectProviderCommand({ ...target, ClientID }));
  }
}

async function leave(event: Event): Promise<void> {
  // The properties may be those of the provider that replaces this one. Before the first answer there is no ARN.
  const id = event.PhysicalResourceId ?? NOTHING_DONE;
  const Arn = id.startsWith("arn:") ? id : event.ResourceProperties.Arn;
  const target = { OpenIDConnectProviderArn: Arn };
  const claim = claimOf(event);
  const untag = (TagKeys: string[]) => send(new UntagOpenIDConnectProviderCommand({ ...target, TagKeys }));
  const look = async () => {
    const provider = await find(Arn);
    const keys = keysOf(provider).filter((key) => key !== claim);
    const records = keys.filter((key) => audienceOf(key) !== "");
    return { present: provider?.ClientIDList ?? [], records, isClaimed: keys.length > records.length };
  };
  if (keysOf(await find(Arn)).includes(claim)) {
    await untag([claim]);
  }
  let now = await look();
  const added = now.records.map(audienceOf);
  let removed = now.isClaimed ? [] : now.present.filter((audience) => added.includes(audience));
  if (removed.length > 0) {
    const kept = [...event.ResourceProperties.KeptClientIds, ...(await acceptedAudiences(Arn))];
    removed = kept.includes(ANY) ? [] : removed.filter((audience) => !kept.includes(audience));
  }
  for (const ClientID of removed) {
    await send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...target, ClientID }));
  }
  if (removed.length > 0) {
    await pause(PAUSE);
    now = await look();
  }
  if (now.isClaimed) {
    // Something is missing if the claim is new, or if an earlier attempt stopped half-way.
    await add(event, Arn, [...new Set([...now.records.map(audienceOf), ...removed])], now.present);
  } else if (now.records.length > 0) {
    await untag(now.records);
  }
}

async function send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: Parameters<typeof iam.send<Input, Output>>[0],
): Promise<Output> {
  if (lambda.getRemainingTimeInMillis() < RESERVED) {
    throw new Error("IAM was too slow: no time is left for another call");
  }
  return iam.send(command);
}

/** The key of the stack's claim: its ARN ends with an id that no other stack has, nor a later one of the same name. */
function claimOf({ StackId }: Event): string {
  return TAG + StackId.slice(StackId.lastIndexOf("/") + 1);
}

/** The keys of what the stack adds. */
function recordsOf(event: Event, audiences: string[]): string[] {
  return audiences.map((audience) => `${claimOf(event)}/${audience}`);
}

function tagsOf({ StackId }: Event, keys: string[]): Tag[] {
  return keys.map((Key) => ({ Key, Value: StackId }));
}

/** The audience that a key records; none in a claim. */
function audienceOf(key: string): string {
  return key.slice(TAG.length).replace(/^[^/]*\/?/, "");
}

function keysOf(provider: OpenIDConnectProvider | undefined): string[] {
  return (provider?.Tags ?? []).map(({ Key }) => Key).filter((key) => key.startsWith(TAG));
}

async function find(arn: string): Promise<OpenIDConnectProvider | undefined> {
  try {
    return (await send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
    )) as OpenIDConnectProvider;
  } catch (error) {
    if ((error as Error).name.startsWith("NoSuchEntity")) {
      return undefined;
    }
    throw error;
  }
}

/** Audiences with which roles can be assumed through the provider. A stack that is being deleted has no roles by now. */
async function acceptedAudiences(arn: string): Promise<string[]> {
  const accepted: string[] = [];
  let marker: string | undefined;
  do {
    const page = await send(new ListRolesCommand(marker === undefined ? {} : { Marker: marker }));
    for (const { AssumeRolePolicyDocument } of page.Roles ?? []) {
      const { Statement } = JSON.parse(decodeURIComponent(AssumeRolePolicyDocument ?? "{}")) as {
        Statement?: Statement | Statement[];
      };
      for (const { Effect, Principal, Condition } of [Statement ?? []].flat()) {
        if (Effect === "Allow" && JSON.stringify([Principal]).includes(JSON.stringify(arn))) {
          accepted.push(...audiencesOf(Condition ?? {}, arn));
        }
      }
    }
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker !== undefined);
  return accepted;
}

/** The audiences to which a condition limits the provider's tokens, or any: other operators do not limit them. */
function audiencesOf(condition: Condition, arn: string): string[] {
  const key = `${arn.split(":oidc-provider/")[1]}:aud`.toLowerCase();
  const audiences = Object.entries(condition)
    .filter(([operator]) => /^(ForAnyValue:)?String(Equals|Like)(IfExists)?$/.test(operator))
    .flatMap(([, tests]) =>
      Object.entries(tests).flatMap(([name, values]) => (name.toLowerCase() === key ? values : [])),
    );
  return audiences.length === 0 || audiences.some((audience) => /[*?$]/.test(audience)) ? [ANY] : audiences;
}

/** Retries after any error: throttling, a concurrent change by someone else, a policy that is not effective yet. */
async function persist(attempt: () => Promise<void>): Promise<void> {
  for (let wait = 1000; ; wait *= 2) {
    try {
      await attempt();
      return;
    } catch (error) {
      console.error(error);
      if (wait > 8000) {
        throw error;
      }
    }
    await pause(wait);
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function answer(event: Event, id: string, failure: string | undefined): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = Buffer.from(
    JSON.stringify({
      Status: failure === undefined ? "SUCCESS" : "FAILED",
      Reason: failure?.slice(0, 1000),
      PhysicalResourceId: id,
      StackId,
      RequestId,
      LogicalResourceId,
    }),
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Bytes, so that no content type is sent: the signature of the URL may cover an empty one.
      const response = await fetch(event.ResponseURL, { method: "PUT", body, signal: AbortSignal.timeout(5000) });
      if (response.ok) {
        return;
      }
      throw new Error(`CloudFormation did not take the answer: HTTP ${response.status}`);
    } catch (error) {
      // Lambda calls the function again where it throws: everything above may run twice.
      if (attempt === 3) {
        throw error;
      }
    }
  }
}

import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListRolesCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import type { Command, OpenIDConnectProvider } from "@aws-sdk/client-iam";

// This file is the Lambda function itself: its compiled text stands in the template of the member accounts.

interface Event {
  RequestType: "Create" | "Update" | "Delete";
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
  ResourceProperties: { Arn: string; Url: string; ClientIds: string[]; Thumbprint: string };
}

interface Context {
  getRemainingTimeInMillis(): number;
}

/** Sends one call to IAM. */
type Send = <Output>(command: Command<Output>) => Promise<Output>;

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

// No call begins later: one call (8 seconds), the waits of `persist` (15) and the answer (15) must fit.
const RESERVED_MILLISECONDS = 45_000;

// A tag for the provider and one for each audience that a stack adds; the value is the stack. Written before the
// addition, so that whatever was added can be taken back.
const TAG = "DefenderForCloud/";
const CREATED = `${TAG}created`;
const NOTHING_DONE = "nothing-done";
const MAX_AUDIENCES = 100;
const ANY = "*";

/** Answers one event of CloudFormation about an identity provider that must list audiences. */
export async function handler(event: Event, context: Context): Promise<void> {
  const { RequestType, PhysicalResourceId, ResourceProperties } = event;
  const send: Send = (command) => {
    if (context.getRemainingTimeInMillis() < RESERVED_MILLISECONDS) {
      throw new Error("IAM was too slow: no time is left for another call");
    }
    return iam.send(command);
  };
  // CloudFormation deletes what an id that changes stood for: after a failed update it must be the one from before.
  let id = PhysicalResourceId ?? NOTHING_DONE;
  const beforeChange = (): void => {
    id = PhysicalResourceId ?? ResourceProperties.Arn;
  };
  let failure: string | undefined;
  try {
    if (RequestType === "Delete") {
      await persist(() => takeBack(send, event));
    } else {
      await persist(() => ensure(send, event, beforeChange));
      id = ResourceProperties.Arn;
    }
  } catch (error) {
    // Where nothing was done, the rollback needs no permission. It tries all the same: Lambda may have called twice.
    failure = RequestType === "Delete" && id === NOTHING_DONE ? undefined : String(error);
  }
  await answer(event, id, failure);
}

async function ensure(send: Send, event: Event, beforeChange: () => void): Promise<void> {
  const { Arn, Url, ClientIds, Thumbprint } = event.ResourceProperties;
  const tags = (names: string[]) => names.map((name) => ({ Key: TAG + name, Value: event.StackId }));
  const provider = await find(send, Arn);
  if (!provider) {
    beforeChange();
    await send(
      new CreateOpenIDConnectProviderCommand({
        Url,
        ClientIDList: ClientIds,
        ThumbprintList: [Thumbprint],
        Tags: [{ Key: CREATED, Value: event.StackId }, ...tags(ClientIds)],
      }),
    );
    return;
  }
  const present = provider.ClientIDList ?? [];
  const missing = ClientIds.filter((audience) => !present.includes(audience));
  if (present.length + missing.length > MAX_AUDIENCES) {
    throw new Error(
      `${Arn} has ${present.length} audiences and would need ${missing.length} more: IAM allows ${MAX_AUDIENCES}`,
    );
  }
  if (missing.length > 0) {
    beforeChange();
    await send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, Tags: tags(missing) }));
  }
  for (const audience of missing) {
    await send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, ClientID: audience }));
  }
}

async function takeBack(send: Send, event: Event): Promise<void> {
  // The properties may be those of the provider that replaces this one. Before the first answer there is no ARN.
  const id = event.PhysicalResourceId ?? NOTHING_DONE;
  const Arn = id.startsWith("arn:") ? id : event.ResourceProperties.Arn;
  const provider = await find(send, Arn);
  const own = (provider?.Tags ?? []).flatMap(({ Key, Value }) =>
    Key.startsWith(TAG) && Value === event.StackId ? [Key] : [],
  );
  if (!provider || own.length === 0) {
    return;
  }
  const accepted = await acceptedAudiences(send, Arn);
  const isUsed = (audience: string): boolean => accepted.includes(ANY) || accepted.includes(audience);
  const present = provider.ClientIDList ?? [];
  const added = present.filter((audience) => own.includes(TAG + audience));
  if (own.includes(CREATED) && accepted.length === 0 && added.length === present.length) {
    await send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn }));
    return;
  }
  for (const audience of added.filter((audience) => !isUsed(audience))) {
    await send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, ClientID: audience }),
    );
  }
  await send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, TagKeys: own }));
}

async function find(send: Send, arn: string): Promise<OpenIDConnectProvider | undefined> {
  try {
    return await send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  } catch (error) {
    if ((error as Error).name.startsWith("NoSuchEntity")) {
      return undefined;
    }
    throw error;
  }
}

/** Audiences with which roles can be assumed through the provider. Those of a stack that goes are gone by now. */
async function acceptedAudiences(send: Send, arn: string): Promise<string[]> {
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

/** Tries again after any error: throttling, a change by somebody else in between, a policy that IAM has not spread. */
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
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function answer(event: Event, id: string, failure: string | undefined): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = Buffer.from(
    JSON.stringify({
      Status: failure === undefined ? "SUCCESS" : "FAILED",
      ...(failure === undefined ? {} : { Reason: failure.slice(0, 1000) }),
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

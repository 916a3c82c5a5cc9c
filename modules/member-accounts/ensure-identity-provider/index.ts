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
import type { OpenIDConnectProvider } from "@aws-sdk/client-iam";

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

const iam = new IAMClient({ requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 } });

// A tag for the provider and one for each audience that a stack adds; the value is the stack. Written before the
// addition, so that whatever was added can be taken back.
const TAG = "DefenderForCloud/";
const CREATED = `${TAG}created`;
const NOTHING_DONE = "nothing-done";
const MAX_AUDIENCES = 100;

/** Answers one event of CloudFormation about an identity provider that must list audiences. */
export async function handler(event: Event, context: Context): Promise<void> {
  const { RequestType, PhysicalResourceId, ResourceProperties } = event;
  // CloudFormation deletes what an id that changes stood for: after a failed update it must be the one from before.
  let id = PhysicalResourceId ?? NOTHING_DONE;
  const beforeChange = (): void => {
    id = PhysicalResourceId ?? ResourceProperties.Arn;
  };
  let failure: string | undefined;
  try {
    await persist(() => (RequestType === "Delete" ? takeBack(event) : ensure(event, beforeChange)), context);
    id = RequestType === "Delete" ? id : ResourceProperties.Arn;
  } catch (error) {
    console.error(error);
    failure = String(error);
  }
  await answer(event, id, failure);
}

async function ensure(event: Event, beforeChange: () => void): Promise<void> {
  const { Arn, Url, ClientIds, Thumbprint } = event.ResourceProperties;
  const tags = (names: string[]) => names.map((name) => ({ Key: TAG + name, Value: event.StackId }));
  const provider = await find(Arn);
  if (!provider) {
    beforeChange();
    await iam.send(
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
    await iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, Tags: tags(missing) }));
  }
  for (const audience of missing) {
    await iam.send(
      new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, ClientID: audience }),
    );
  }
}

async function takeBack(event: Event): Promise<void> {
  const { Arn } = event.ResourceProperties;
  const provider = event.PhysicalResourceId === NOTHING_DONE ? undefined : await find(Arn);
  const own = (provider?.Tags ?? []).flatMap(({ Key, Value }) =>
    Key.startsWith(TAG) && Value === event.StackId ? [Key] : [],
  );
  if (!provider || own.length === 0) {
    return;
  }
  const trusts = await trustsIn(Arn);
  const present = provider.ClientIDList ?? [];
  const added = present.filter((audience) => own.includes(TAG + audience));
  if (own.includes(CREATED) && trusts.length === 0 && added.length === present.length) {
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn }));
    return;
  }
  for (const audience of added.filter((audience) => !trusts.some((trust) => accepts(trust, audience)))) {
    await iam.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, ClientID: audience }),
    );
  }
  await iam.send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn, TagKeys: own }));
}

async function find(arn: string): Promise<OpenIDConnectProvider | undefined> {
  try {
    return await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  } catch (error) {
    if ((error as Error).name.startsWith("NoSuchEntity")) {
      return undefined;
    }
    throw error;
  }
}

/** Trust policies that name the provider. The roles of the stack are gone by now, so these are of others. */
async function trustsIn(arn: string): Promise<string[]> {
  const trusts: string[] = [];
  let marker: string | undefined;
  do {
    const page = await iam.send(new ListRolesCommand(marker === undefined ? {} : { Marker: marker }));
    for (const { AssumeRolePolicyDocument } of page.Roles ?? []) {
      trusts.push(JSON.stringify(JSON.parse(decodeURIComponent(AssumeRolePolicyDocument ?? "{}"))));
    }
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker !== undefined);
  return trusts.filter((trust) => trust.includes(JSON.stringify(arn)));
}

function accepts(trust: string, audience: string): boolean {
  const audiences = [...trust.matchAll(/:aud":(\[[^\]]*\]|"[^"]*")/g)].map(([, list]) => list).join();
  return audiences === "" || /[*?]/.test(audiences) || audiences.includes(JSON.stringify(audience));
}

/** Tries again after any error: throttling, a change by somebody else in between, a policy that IAM has not spread. */
async function persist(attempt: () => Promise<void>, context: Context): Promise<void> {
  for (let wait = 1000; ; wait *= 2) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (wait > 8000 || context.getRemainingTimeInMillis() < 45_000) {
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

import { AUDIENCES, SENTINEL_AUDIENCE } from "../../modules";
import { ISSUER_THUMBPRINT, SENTINEL_AUDIENCES } from "../../modules/plans";
import { AwsCloud, iamCalls, Late, NO_ANSWER, SdkError, type AwsAccount, type SendCall } from "../../rehearsal";
import {
  AUDIENCE_KEY,
  Caller,
  federated,
  trustOf,
  trustWith,
  URL,
  WANTED,
} from "../support/identity-provider-function";

const ACCOUNT = "222222222222";
const ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${URL.slice("https://".length)}`;
const CHANGES = /^(Create|Delete|Add|Remove|Tag|Untag)/;

let caller: Caller;
let account: AwsAccount;
/** IAM as the function sees it, with every call noted. */
let iam: SendCall;
let calls: string[];

beforeAll(async () => {
  caller = await Caller.start(ACCOUNT);
});

afterAll(async () => {
  await caller.stop();
});

beforeEach(() => {
  account = new AwsCloud({ callerAccountId: "111111111111", region: "eu-central-1" }).account(ACCOUNT);
  account.iam.createRole({ name: "function", assumeRolePolicy: { Version: "2012-10-17", Statement: [] } });
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iam:*", Resource: "*" }] };
  account.seed("aws_iam_role_policy", { role: "function", name: "all", policy: JSON.stringify(everything) });
  const send = iamCalls(account, `arn:aws:iam::${ACCOUNT}:role/function`);
  calls = [];
  iam = (operation, input) => {
    calls.push(operation);
    return send(operation, input);
  };
});

function sentinelIsConnected(): void {
  account.iam.createIdentityProvider({ url: URL, clientIds: [SENTINEL_AUDIENCE] });
  account.iam.createRole({ name: "OIDC_Sentinel", assumeRolePolicy: trustOf(ARN, SENTINEL_AUDIENCE) });
}

/** IAM that stays silent to one operation, the first `times` times. */
function silent(operation: string, times: number): SendCall {
  let left = times;
  return (called, input) => {
    if (called !== operation || left === 0) {
      return iam(called, input);
    }
    left -= 1;
    calls.push(called);
    return Promise.resolve(NO_ANSWER);
  };
}

/** IAM while something else happens before one operation, the first time. */
function interrupted(operation: string, happen: () => Promise<unknown>): SendCall {
  let isOver = false;
  return async (called, input) => {
    if (called === operation && !isOver) {
      isOver = true;
      await happen();
    }
    return iam(called, input);
  };
}

/** IAM that answers one operation otherwise, the first `times` times. */
function disturbed(operation: string, times: number, disturb: () => void): SendCall {
  let left = times;
  return (called, input) => {
    if (called === operation && left > 0) {
      left -= 1;
      try {
        disturb();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return iam(called, input);
  };
}

function refuse(name: string): () => never {
  return () => {
    throw new SdkError(name, `refused by the test`);
  };
}

const audiences = () => account.iam.clientIds(URL);
const tagKeys = () => Object.keys((account.iam.identityProvider(URL)?.tags ?? {}) as object);

describe("Create", () => {
  test("creates the provider if it does not exist", async () => {
    const answer = await caller.call(iam, "Create");
    expect(answer).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual(WANTED);
    expect(account.iam.identityProvider(URL)?.thumbprint_list).toEqual([ISSUER_THUMBPRINT]);
  });

  test("answers with the ids of the event, and without a content type that the URL's signature does not cover", async () => {
    const answer = await caller.call(iam, "Create");
    expect(answer).toMatchObject({ StackId: "stack-1", LogicalResourceId: "IdentityProvider" });
    expect(answer.RequestId).toMatch(/^request-\d+$/);
    expect(caller.answers.at(-1)?.headers["content-type"]).toBeUndefined();
  });

  test("only adds to the provider that Sentinel made", async () => {
    sentinelIsConnected();
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
  });

  test("claims the provider, and changes nothing else, where the audiences are there", async () => {
    account.iam.createIdentityProvider({ url: URL, clientIds: WANTED });
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(calls.filter((operation) => CHANGES.test(operation))).toEqual(["TagOpenIDConnectProvider"]);
    expect(tagKeys()).toEqual(["DefenderForCloud/stack-1"]);
  });

  test("changes nothing when it is repeated", async () => {
    await caller.call(iam, "Create");
    calls = [];
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS" });
    expect(calls.filter((operation) => CHANGES.test(operation))).toEqual([]);
  });

  test("records what it adds in tags that IAM takes, before it adds it", async () => {
    sentinelIsConnected();
    const stackId = `arn:aws:cloudformation:ap-southeast-3:${ACCOUNT}:stack/${"S".repeat(128)}/5f1f2a3b-0c4d-4e5f-8a9b-1c2d3e4f5a6b`;
    const clientIds = [SENTINEL_AUDIENCE, "a".repeat(74)];
    expect(await caller.call(iam, "Create", { stackId, clientIds })).toMatchObject({ Status: "SUCCESS" });
    const claim = "DefenderForCloud/5f1f2a3b-0c4d-4e5f-8a9b-1c2d3e4f5a6b";
    expect(account.iam.identityProvider(URL)?.tags).toEqual({
      [claim]: stackId,
      [`${claim}/${"a".repeat(74)}`]: stackId,
    });
    expect(calls.filter((operation) => CHANGES.test(operation))).toEqual([
      "TagOpenIDConnectProvider",
      "TagOpenIDConnectProvider",
      "AddClientIDToOpenIDConnectProvider",
    ]);
  });

  test("adds what a stack removed while the claim was on its way", async () => {
    await caller.call(iam, "Create", { stackId: "stack-1" });
    const send = interrupted("TagOpenIDConnectProvider", () => caller.call(iam, "Delete", { stackId: "stack-1" }));
    expect(await caller.call(send, "Create", { stackId: "stack-2" })).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual(WANTED);
  });

  test("fails before it adds anything where a policy of the organization denies tags", async () => {
    sentinelIsConnected();
    const send = disturbed("TagOpenIDConnectProvider", Infinity, refuse("AccessDenied"));
    expect(await caller.call(send, "Create")).toMatchObject({
      Status: "FAILED",
      Reason: "AccessDenied: refused by the test",
    });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
  });

  test("extends the provider that someone creates between its read and its creation", async () => {
    const send = disturbed("CreateOpenIDConnectProvider", 1, sentinelIsConnected);
    expect(await caller.call(send, "Create")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
  });

  test("recreates the provider that someone deletes between its read and its addition", async () => {
    sentinelIsConnected();
    const send = disturbed("AddClientIDToOpenIDConnectProvider", 1, () => {
      account.iam.deleteIdentityProvider(URL);
    });
    expect(await caller.call(send, "Create")).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual(WANTED);
  });

  test("keeps an audience that someone adds at the same time", async () => {
    sentinelIsConnected();
    const send = disturbed("AddClientIDToOpenIDConnectProvider", 1, () => {
      account.iam.addClientId(URL, "api://somebody-else");
    });
    await caller.call(send, "Create");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, "api://somebody-else", ...WANTED]);
  });

  test.each(["ThrottlingException", "ConcurrentModificationException", "AccessDenied"])(
    "recovers from a temporary %s",
    async (name) => {
      sentinelIsConnected();
      const send = disturbed("AddClientIDToOpenIDConnectProvider", 3, refuse(name));
      expect(await caller.call(send, "Create")).toMatchObject({ Status: "SUCCESS" });
      expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
    },
  );

  test("fails with one answer while IAM keeps throttling, and leaves what was there", async () => {
    sentinelIsConnected();
    const send = disturbed("GetOpenIDConnectProvider", Infinity, refuse("ThrottlingException"));
    const answer = await caller.call(send, "Create");
    expect(answer).toMatchObject({ Status: "FAILED", Reason: "ThrottlingException: refused by the test" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
  });

  test("fails before it adds anything where the provider cannot hold the audiences, and is rolled back", async () => {
    const full = Array.from({ length: 99 }, (_, index) => `api://application-${index}`);
    account.iam.createIdentityProvider({ url: URL, clientIds: full });
    const answer = await caller.call(iam, "Create");
    expect(answer).toMatchObject({ Status: "FAILED", PhysicalResourceId: ARN });
    expect(answer.Reason).toContain("has 99 audiences and would need 2 more: IAM allows 100");
    expect(audiences()).toEqual(full);
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual(full);
    expect(tagKeys()).toEqual([]);
  });

  test("fails with a reason that fits into CloudFormation's 4,096 bytes", async () => {
    const send = disturbed("GetOpenIDConnectProvider", Infinity, () => {
      throw new Error("x".repeat(10_000));
    });
    const answer = await caller.call(send, "Create");
    expect(answer.Status).toBe("FAILED");
    expect(JSON.stringify(answer).length).toBeLessThan(4096);
  });

  test("sends the answer again when CloudFormation does not take it", async () => {
    caller.refusals = 2;
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS" });
  });

  test("fails in Lambda, which calls again, when no answer is taken", async () => {
    caller.refusals = 3;
    await expect(caller.call(iam, "Create")).rejects.toThrow("did not take the answer: HTTP 503");
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS" });
  });
});

describe("the function's time", () => {
  test("is enough to recover when IAM does not answer a call", async () => {
    sentinelIsConnected();
    expect(await caller.call(silent("AddClientIDToOpenIDConnectProvider", 2), "Create")).toMatchObject({
      Status: "SUCCESS",
    });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
  });

  test("is enough to fail with an answer where IAM never answers, after one attempt of the SDK each time", async () => {
    const answer = await caller.call(silent("GetOpenIDConnectProvider", Infinity), "Create");
    expect(answer).toMatchObject({ Status: "FAILED", PhysicalResourceId: "nothing-done" });
    expect(answer.Reason).toContain("TimeoutError");
    expect(calls).toHaveLength(5);
  });

  test("is enough to answer where IAM answers late, call after call, and CloudFormation takes the last answer", async () => {
    await caller.call(iam, "Create");
    caller.silences = 2;
    const pages: SendCall = (operation, input) =>
      operation === "ListRoles"
        ? Promise.resolve(new Late(4000, { IsTruncated: true, Marker: "more" }))
        : iam(operation, input);
    const answer = await caller.call(pages, "Delete");
    expect(answer.Status).toBe("FAILED");
    expect(answer.Reason).toContain("no time is left for another call");
    expect(audiences()).toEqual(WANTED);
  });

  test("is enough to send the answer again when CloudFormation does not react", async () => {
    caller.silences = 2;
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS" });
  });
});

describe("rollback of a failed Create", () => {
  test("succeeds without permissions if nothing could be done", async () => {
    const send = disturbed("GetOpenIDConnectProvider", Infinity, refuse("AccessDenied"));
    const { PhysicalResourceId: physicalId } = await caller.call(send, "Create");
    expect(await caller.call(send, "Delete", { physicalId })).toMatchObject({
      Status: "SUCCESS",
      PhysicalResourceId: physicalId,
    });
  });

  test("removes what a call added whose answer was lost, before Lambda's retries failed", async () => {
    sentinelIsConnected();
    caller.refusals = 3;
    await expect(caller.call(iam, "Create")).rejects.toThrow("did not take the answer");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
    const throttled = disturbed("GetOpenIDConnectProvider", Infinity, refuse("ThrottlingException"));
    const { Status, PhysicalResourceId: physicalId } = await caller.call(throttled, "Create");
    expect(Status).toBe("FAILED");
    expect(await caller.call(iam, "Delete", { physicalId })).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
    expect(tagKeys()).toEqual([]);
  });

  test("removes what was added under the id that CloudFormation generates when no answer came", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create");
    const physicalId = "StackSet-DefenderForCloud-EnsuredIdentityProvider-1A2B3C4D5E6F";
    expect(await caller.call(iam, "Delete", { physicalId })).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
  });

  test("removes what was added before the failure, and leaves Sentinel's provider", async () => {
    sentinelIsConnected();
    let added = 0;
    const send: SendCall = (operation, input) => {
      added += operation === "AddClientIDToOpenIDConnectProvider" ? 1 : 0;
      return added > 1 ? Promise.reject(new SdkError("AccessDenied", "not this one")) : iam(operation, input);
    };
    const { Status, PhysicalResourceId: physicalId } = await caller.call(send, "Create");
    expect(Status).toBe("FAILED");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, WANTED[0]]);
    expect(await caller.call(iam, "Delete", { physicalId })).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
    expect(tagKeys()).toEqual([]);
  });
});

describe("Update", () => {
  const MORE = [...WANTED, AUDIENCES.containers];

  test("adds audiences that are new, and keeps the id", async () => {
    await caller.call(iam, "Create");
    const answer = await caller.call(iam, "Update", { clientIds: MORE });
    expect(answer).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual(MORE);
  });

  test("keeps audiences that are no longer wanted: roles may still use them until the stack is deleted", async () => {
    await caller.call(iam, "Create", { clientIds: MORE });
    await caller.call(iam, "Update", { clientIds: WANTED });
    expect(audiences()).toEqual(MORE);
  });

  test("creates the provider that is gone, as if it were the first call", async () => {
    expect(await caller.call(iam, "Update")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual(WANTED);
  });

  test("fails with the id from before, so that CloudFormation deletes nothing", async () => {
    await caller.call(iam, "Create");
    const send = disturbed("TagOpenIDConnectProvider", Infinity, refuse("AccessDenied"));
    const answer = await caller.call(send, "Update", { clientIds: MORE });
    expect(answer).toMatchObject({ Status: "FAILED", PhysicalResourceId: ARN });
    expect(audiences()).toEqual(WANTED);
  });
});

describe("Delete", () => {
  test("leaves the provider that the stack created, without audience and tag: someone may be about to join", async () => {
    await caller.call(iam, "Create");
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual([]);
    expect(tagKeys()).toEqual([]);
    expect(account.iam.identityProvider(URL)).toBeDefined();
  });

  test("keeps the audiences of Sentinel that the stack itself added, before a role of Sentinel is there", async () => {
    const clientIds = [...WANTED, ...SENTINEL_AUDIENCES];
    await caller.call(iam, "Create", { clientIds });
    await caller.call(iam, "Delete", { clientIds });
    expect(audiences()).toEqual(SENTINEL_AUDIENCES);
  });

  test("restores what a stack needs that came after the read and found everything", async () => {
    await caller.call(iam, "Create", { stackId: "stack-1" });
    const send = interrupted("RemoveClientIDFromOpenIDConnectProvider", async () => {
      expect(await caller.call(iam, "Create", { stackId: "stack-2" })).toMatchObject({ Status: "SUCCESS" });
    });
    expect(await caller.call(send, "Delete", { stackId: "stack-1" })).toMatchObject({ Status: "SUCCESS" });
    expect([...audiences()].sort()).toEqual([...WANTED].sort());
    await caller.call(iam, "Delete", { stackId: "stack-2" });
    expect(audiences()).toEqual([]);
  });

  test("restores what an attempt removed that stopped half-way, if another stack came since", async () => {
    await caller.call(iam, "Create", { stackId: "stack-1" });
    const send: SendCall = (operation, input) =>
      operation === "GetOpenIDConnectProvider" && audiences().length === 0
        ? Promise.reject(new SdkError("ThrottlingException", "Rate exceeded"))
        : iam(operation, input);
    expect(await caller.call(send, "Delete", { stackId: "stack-1" })).toMatchObject({ Status: "FAILED" });
    await caller.call(iam, "Create", { stackId: "stack-2", clientIds: [AUDIENCES.containers] });
    expect(await caller.call(iam, "Delete", { stackId: "stack-1" })).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual([AUDIENCES.containers, ...WANTED]);
  });

  test("keeps what a stack needs that found everything there, until that stack leaves, too", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create", { stackId: "stack-1" });
    await caller.call(iam, "Create", { stackId: "stack-2" });
    await caller.call(iam, "Delete", { stackId: "stack-1" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
    await caller.call(iam, "Delete", { stackId: "stack-2" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
    expect(tagKeys()).toEqual([]);
  });

  test("keeps an audience that someone had before, after stacks that need it came and went", async () => {
    account.iam.createIdentityProvider({ url: URL, clientIds: WANTED });
    await caller.call(iam, "Create", { stackId: "stack-1" });
    await caller.call(iam, "Create", { stackId: "stack-2" });
    await caller.call(iam, "Delete", { stackId: "stack-1" });
    await caller.call(iam, "Delete", { stackId: "stack-2" });
    expect(audiences()).toEqual(WANTED);
  });

  test("keeps an audience that was left to a role, and that a later stack found", async () => {
    await caller.call(iam, "Create", { stackId: "stack-1" });
    account.iam.createRole({ name: "theirs", assumeRolePolicy: trustOf(ARN, WANTED[0]) });
    await caller.call(iam, "Delete", { stackId: "stack-1" });
    account.objects.delete("aws_iam_role", "theirs");
    await caller.call(iam, "Create", { stackId: "stack-2" });
    await caller.call(iam, "Delete", { stackId: "stack-2" });
    expect(audiences()).toEqual([WANTED[0]]);
  });

  test("changes nothing for a stack that never claimed the provider", async () => {
    sentinelIsConnected();
    account.iam.addClientId(URL, AUDIENCES.cspm);
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, AUDIENCES.cspm]);
    expect(calls.filter((operation) => CHANGES.test(operation))).toEqual([]);
  });

  test("removes from Sentinel's provider only what the stack added", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create", { clientIds: [...WANTED, SENTINEL_AUDIENCE] });
    account.iam.addClientId(URL, "api://somebody-else");
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, "api://somebody-else"]);
    expect(tagKeys()).toEqual([]);
  });

  test("keeps someone else's provider that listed no audience and that no role trusts", async () => {
    account.iam.createIdentityProvider({ url: URL, clientIds: [] });
    await caller.call(iam, "Create");
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([]);
    expect(account.iam.identityProvider(URL)).toBeDefined();
  });

  test("keeps the provider that the stack created when Sentinel joined later, with Sentinel's audience", async () => {
    await caller.call(iam, "Create", { clientIds: [...WANTED, SENTINEL_AUDIENCE] });
    account.iam.createRole({ name: "OIDC_Sentinel", assumeRolePolicy: trustOf(ARN, [SENTINEL_AUDIENCE]) });
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
  });

  test("keeps the provider that the stack created when someone added an audience", async () => {
    await caller.call(iam, "Create");
    account.iam.addClientId(URL, "api://somebody-else");
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual(["api://somebody-else"]);
  });

  test.each([
    ["a wildcard", "api://*"],
    ["no audience", undefined],
  ])("keeps every audience while someone else's role trusts %s", async (_, audience) => {
    await caller.call(iam, "Create");
    account.iam.createRole({ name: "theirs", assumeRolePolicy: trustOf(ARN, audience) });
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual(WANTED);
  });

  const GITHUB = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
  const github = federated(GITHUB, {
    StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
  });
  const audience = (operator: string, value: unknown) => federated(ARN, { [operator]: { [AUDIENCE_KEY]: value } });

  test.each<[string, object]>([
    ["trusts any audience, and another provider with one", trustWith(federated(ARN, {}), github)],
    ["trusts any audience but one", trustWith(audience("StringNotEquals", WANTED[0]))],
    ["ignores the case", trustWith(audience("StringEqualsIgnoreCase", WANTED[0]?.toUpperCase()))],
    ["names another key", trustWith(federated(ARN, { StringEquals: { "token.example:aud": WANTED[0] } }))],
    ["has a policy variable", trustWith(audience("StringEquals", "${aws:PrincipalTag/audience}"))],
    [
      "trusts one audience, and any in another statement",
      trustWith(audience("StringLike", WANTED[0]), federated(ARN, {})),
    ],
    ["is a single statement", { Version: "2012-10-17", Statement: federated(ARN, {}) }],
    ["trusts several providers", trustWith({ ...federated(ARN, {}), Principal: { Federated: [GITHUB, ARN] } })],
  ])("keeps every audience while someone else's role %s", async (_, assumeRolePolicy) => {
    await caller.call(iam, "Create");
    account.iam.createRole({ name: "theirs", assumeRolePolicy });
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual(WANTED);
  });

  test.each<[string, object]>([
    ["StringEquals", trustWith(audience("StringEquals", WANTED[0]))],
    ["an operator that also passes without the key", trustWith(audience("StringEqualsIfExists", [WANTED[0]]))],
    ["an operator for lists", trustWith(audience("ForAnyValue:StringLike", [WANTED[0]]))],
    ["a key in capitals", trustWith(federated(ARN, { StringEquals: { [AUDIENCE_KEY.toUpperCase()]: WANTED[0] } }))],
    ["statements for other providers", trustWith(audience("StringLike", WANTED[0]), github, federated(GITHUB, {}))],
    [
      "a statement that only denies",
      trustWith(audience("StringEquals", WANTED[0]), { ...federated(ARN, {}), Effect: "Deny" }),
    ],
  ])("keeps the one audience that someone else's role accepts, with %s", async (_, assumeRolePolicy) => {
    await caller.call(iam, "Create");
    account.iam.createRole({ name: "theirs", assumeRolePolicy });
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([WANTED[0]]);
  });

  test("removes from the provider of the id, if the properties name the one that replaced it", async () => {
    await caller.call(iam, "Create");
    const arn = ARN.replace(/[^/]+\/$/, "11111111-2222-4333-8444-555555555555/");
    expect(await caller.call(iam, "Delete", { arn, physicalId: ARN })).toMatchObject({
      Status: "SUCCESS",
      PhysicalResourceId: ARN,
    });
    expect(audiences()).toEqual([]);
  });

  test("finds someone else's role on a later page", async () => {
    await caller.call(iam, "Create");
    account.iam.createRole({ name: "theirs", assumeRolePolicy: trustOf(ARN, WANTED[0]) });
    const paged: SendCall = async (operation, input) => {
      if (operation !== "ListRoles") {
        return iam(operation, input);
      }
      const { Roles } = (await iam(operation, input)) as { Roles: object[] };
      return input.Marker === undefined
        ? { Roles: Roles.slice(0, 1), IsTruncated: true, Marker: "rest" }
        : { Roles: Roles.slice(1), IsTruncated: false };
    };
    await caller.call(paged, "Delete");
    expect(audiences()).toEqual([WANTED[0]]);
  });

  test("succeeds when it is repeated, comes before Create, or after someone deleted the provider", async () => {
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
    await caller.call(iam, "Create");
    await caller.call(iam, "Delete");
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
    await caller.call(iam, "Create");
    account.iam.deleteIdentityProvider(URL);
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
  });

  test("recovers when someone deletes the provider while it works", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create");
    const send = disturbed("RemoveClientIDFromOpenIDConnectProvider", 1, () => {
      account.iam.deleteIdentityProvider(URL);
    });
    expect(await caller.call(send, "Delete")).toMatchObject({ Status: "SUCCESS" });
  });

  test("fails and keeps every audience if it has no permission to see who uses the provider", async () => {
    await caller.call(iam, "Create");
    const send = disturbed("ListRoles", Infinity, refuse("AccessDenied"));
    expect(await caller.call(send, "Delete")).toMatchObject({ Status: "FAILED", PhysicalResourceId: ARN });
    expect(audiences()).toEqual(WANTED);
  });
});

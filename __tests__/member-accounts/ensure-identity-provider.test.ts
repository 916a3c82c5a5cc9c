import { AUDIENCES, ISSUER_THUMBPRINT, SENTINEL_AUDIENCE } from "../../modules";
import { AwsCloud, iamCalls, SdkError, type AwsAccount, type SendCall } from "../../rehearsal";
import { Caller, trustOf, URL, WANTED } from "../support/identity-provider-function";

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
  account.given("aws_iam_role_policy", { role: "function", name: "all", policy: JSON.stringify(everything) });
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
  test("creates the provider where there is none", async () => {
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

  test("changes nothing where the audiences are there, or when it is repeated", async () => {
    await caller.call(iam, "Create");
    calls = [];
    expect(await caller.call(iam, "Create")).toMatchObject({ Status: "SUCCESS" });
    expect(calls.filter((operation) => CHANGES.test(operation))).toEqual([]);
  });

  test("extends the provider that somebody makes between its look and its creation", async () => {
    const send = disturbed("CreateOpenIDConnectProvider", 1, sentinelIsConnected);
    expect(await caller.call(send, "Create")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
  });

  test("makes the provider anew that somebody deletes between its look and its addition", async () => {
    sentinelIsConnected();
    const send = disturbed("AddClientIDToOpenIDConnectProvider", 1, () => {
      account.iam.deleteIdentityProvider(URL);
    });
    expect(await caller.call(send, "Create")).toMatchObject({ Status: "SUCCESS" });
    expect(audiences()).toEqual(WANTED);
  });

  test("keeps an audience that somebody adds at the same time", async () => {
    sentinelIsConnected();
    const send = disturbed("AddClientIDToOpenIDConnectProvider", 1, () => {
      account.iam.addClientId(URL, "api://somebody-else");
    });
    await caller.call(send, "Create");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, "api://somebody-else", ...WANTED]);
  });

  test.each(["ThrottlingException", "ConcurrentModificationException", "AccessDenied"])(
    "gets over a passing %s",
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

  test("fails before the first change where the provider cannot hold the audiences", async () => {
    const full = Array.from({ length: 99 }, (_, index) => `api://application-${index}`);
    account.iam.createIdentityProvider({ url: URL, clientIds: full });
    const answer = await caller.call(iam, "Create");
    expect(answer).toMatchObject({ Status: "FAILED", PhysicalResourceId: "nothing-done" });
    expect(answer.Reason).toContain("has 99 audiences and would need 2 more: IAM allows 100");
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

describe("rollback of a failed Create", () => {
  test("is a success without a call where nothing could be done", async () => {
    const send = disturbed("GetOpenIDConnectProvider", Infinity, refuse("AccessDenied"));
    const { PhysicalResourceId: physicalId } = await caller.call(send, "Create");
    calls = [];
    expect(await caller.call(send, "Delete", { physicalId })).toMatchObject({ Status: "SUCCESS" });
    expect(calls).toEqual([]);
  });

  test("takes back what was added before the failure, and leaves Sentinel's provider", async () => {
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

  test("keeps audiences that are no longer wanted: roles may still use them until the stack goes", async () => {
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
  test("deletes the provider that the stack made and nobody uses", async () => {
    await caller.call(iam, "Create");
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(account.iam.identityProvider(URL)).toBeUndefined();
  });

  test("takes back from Sentinel's provider only what the stack added", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create", { clientIds: [...WANTED, SENTINEL_AUDIENCE] });
    account.iam.addClientId(URL, "api://somebody-else");
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, "api://somebody-else"]);
    expect(tagKeys()).toEqual([]);
  });

  test("keeps somebody's provider that listed no audience and that no role trusts", async () => {
    account.iam.createIdentityProvider({ url: URL, clientIds: [] });
    await caller.call(iam, "Create");
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([]);
    expect(account.iam.identityProvider(URL)).toBeDefined();
  });

  test("keeps the provider that the stack made when Sentinel came later, with Sentinel's audience", async () => {
    await caller.call(iam, "Create", { clientIds: [...WANTED, SENTINEL_AUDIENCE] });
    account.iam.createRole({ name: "OIDC_Sentinel", assumeRolePolicy: trustOf(ARN, [SENTINEL_AUDIENCE]) });
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual([SENTINEL_AUDIENCE]);
  });

  test("keeps the provider that the stack made when somebody added an audience", async () => {
    await caller.call(iam, "Create");
    account.iam.addClientId(URL, "api://somebody-else");
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual(["api://somebody-else"]);
  });

  test.each([
    ["a wildcard", "api://*"],
    ["no audience", undefined],
  ])("keeps every audience while somebody's role trusts %s", async (_, audience) => {
    await caller.call(iam, "Create");
    account.iam.createRole({ name: "theirs", assumeRolePolicy: trustOf(ARN, audience) });
    await caller.call(iam, "Delete");
    expect(audiences()).toEqual(WANTED);
  });

  test("finds somebody's role on a later page", async () => {
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

  test("leaves what another stack added", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create", { stackId: "stack-1" });
    await caller.call(iam, "Create", { stackId: "stack-2" });
    await caller.call(iam, "Delete", { stackId: "stack-2" });
    expect(audiences()).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
  });

  test("is a success when it comes twice, before Create, or after somebody deleted the provider", async () => {
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
    await caller.call(iam, "Create");
    await caller.call(iam, "Delete");
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
    await caller.call(iam, "Create");
    account.iam.deleteIdentityProvider(URL);
    expect(await caller.call(iam, "Delete")).toMatchObject({ Status: "SUCCESS" });
  });

  test("gets over a provider that somebody deletes while it works", async () => {
    sentinelIsConnected();
    await caller.call(iam, "Create");
    const send = disturbed("RemoveClientIDFromOpenIDConnectProvider", 1, () => {
      account.iam.deleteIdentityProvider(URL);
    });
    expect(await caller.call(send, "Delete")).toMatchObject({ Status: "SUCCESS" });
  });

  test("fails without a change where it may not see who uses the provider", async () => {
    await caller.call(iam, "Create");
    const send = disturbed("ListRoles", Infinity, refuse("AccessDenied"));
    expect(await caller.call(send, "Delete")).toMatchObject({ Status: "FAILED", PhysicalResourceId: ARN });
    expect(audiences()).toEqual(WANTED);
  });
});

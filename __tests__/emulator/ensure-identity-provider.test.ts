import { ISSUER_THUMBPRINT } from "../../modules/plans";
import { SENTINEL_AUDIENCE } from "../../modules";
import { Caller, trustOf, URL, WANTED } from "../support/identity-provider-function";
import type { AwsApi } from "./support/aws-api";
import { Emulator, EMULATOR_ACCOUNT } from "./support/emulator";
import { iamCallsTo } from "./support/iam-calls";
import { describeWithTools } from "./support/tools";

const ARN = `arn:aws:iam::${EMULATOR_ACCOUNT}:oidc-provider/${URL.slice("https://".length)}`;

describeWithTools("the function of the member template, against IAM on loopback", (tools) => {
  let emulator: Emulator;
  let aws: AwsApi;
  let caller: Caller;

  beforeAll(async () => {
    emulator = await Emulator.start(tools);
    aws = emulator.api();
    caller = await Caller.start(EMULATOR_ACCOUNT);
  });

  afterAll(async () => {
    await caller.stop();
    await emulator.stop();
  });

  beforeEach(() => emulator.reset());

  const call = (type: "Create" | "Update" | "Delete", event = {}) => caller.call(iamCallsTo(aws), type, event);

  test("creates and extends the provider, and takes its audiences back", async () => {
    expect(await call("Create")).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: ARN });
    expect(await aws.getOidcProvider(ARN)).toMatchObject({ clientIds: WANTED, thumbprints: [ISSUER_THUMBPRINT] });
    await call("Update", { clientIds: [...WANTED, "api://later"] });
    expect((await aws.getOidcProvider(ARN)).clientIds).toEqual([...WANTED, "api://later"]);
    expect(await call("Delete")).toMatchObject({ Status: "SUCCESS" });
    expect(await aws.getOidcProvider(ARN)).toMatchObject({ clientIds: [], tags: {} });
    expect(await call("Delete")).toMatchObject({ Status: "SUCCESS" });
  });

  test("adds to Sentinel's provider, and takes back only that", async () => {
    const sentinels = {
      url: URL,
      clientIds: [SENTINEL_AUDIENCE],
      thumbprints: [ISSUER_THUMBPRINT],
      tags: { owner: "sentinel" },
    };
    await aws.createOidcProvider(sentinels);
    await aws.createRole("OIDC_Sentinel", trustOf(ARN, SENTINEL_AUDIENCE));
    const before = await aws.getOidcProvider(ARN);
    expect(await call("Create")).toMatchObject({ Status: "SUCCESS" });
    expect((await aws.getOidcProvider(ARN)).clientIds).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
    expect(await call("Delete")).toMatchObject({ Status: "SUCCESS" });
    expect(await aws.getOidcProvider(ARN)).toEqual(before);
  });

  test("keeps the provider that it made while somebody's role trusts it", async () => {
    await call("Create");
    await aws.createRole("theirs", trustOf(ARN, WANTED[0]));
    await call("Delete");
    expect((await aws.getOidcProvider(ARN)).clientIds).toEqual([WANTED[0]]);
  });

  test("fails with one answer, and adds nothing, where the provider has no room", async () => {
    const full = Array.from({ length: 100 }, (_, index) => `api://application-${index}`);
    await aws.createOidcProvider({ url: URL, clientIds: full, thumbprints: [ISSUER_THUMBPRINT] });
    expect(await call("Create")).toMatchObject({ Status: "FAILED", PhysicalResourceId: ARN });
    expect((await aws.getOidcProvider(ARN)).clientIds).toEqual(full);
  });
});

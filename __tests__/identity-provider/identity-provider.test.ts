import { AUDIENCES, IdentityProvider, MICROSOFT_TENANT_ID, SENTINEL_AUDIENCE } from "../../modules";
import type { IdentityProviderMode } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { ACCOUNT, onlyResource, resourcesOf, synth } from "../support/synth";

/** Public like an address: the provider alias that holds a shared provider. */
const ALIAS = "IdentityProvider_Lock_25D4CDBC";

const TYPE = "aws_iam_openid_connect_provider";

function stackWith(mode: unknown, audiences: readonly string[] = [AUDIENCES.cspm]): StackJson {
  return synth((stack) => {
    new IdentityProvider(stack, "IdentityProvider", {
      accountId: ACCOUNT.awsAccountId,
      partition: "aws",
      tenantId: MICROSOFT_TENANT_ID,
      audiences,
      mode: mode as IdentityProviderMode,
    });
  });
}

describe("the identity provider", () => {
  it("is created with the URL that ends in a slash, the audiences and the thumbprint", () => {
    expect(onlyResource(stackWith({ mode: "create" }), TYPE)).toMatchObject({
      url: "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/",
      client_id_list: [AUDIENCES.cspm],
      thumbprint_list: ["626d44e704d1ceabe3bf0d53397464ac8080142c"],
    });
  });

  it("has the same address in create and extend, so that a change of mode replaces nothing", () => {
    const addresses = (["create", "extend"] as const).map((mode) =>
      Object.keys(resourcesOf(stackWith({ mode }), TYPE)),
    );
    expect(addresses[0]).toEqual(addresses[1]);
  });

  it("is forgotten in verify under the address that the other modes use", () => {
    const [name] = Object.keys(resourcesOf(stackWith({ mode: "create" }), TYPE));
    const stack = stackWith({ mode: "verify" });
    expect(stack.removed).toEqual([{ from: `${TYPE}.${name}`, lifecycle: { destroy: false } }]);
    expect(resourcesOf(stack, TYPE)).toEqual({});
  });

  it("is protected, and its thumbprints and tags are left alone, where it is shared", () => {
    expect(onlyResource(stackWith({ mode: "extend" }), TYPE)).toMatchObject({
      lifecycle: { prevent_destroy: true, ignore_changes: ["thumbprint_list", "tags", "tags_all"] },
    });
  });

  it("is held by a provider alias of its own where it is shared: dropping the construct stops the plan", () => {
    const stack = stackWith({ mode: "extend" });
    expect(onlyResource(stack, TYPE)).toMatchObject({ provider: `aws.${ALIAS}` });
    expect(stack.provider).toMatchObject({
      aws: [{ region: ACCOUNT.awsRegion }, { region: ACCOUNT.awsRegion, alias: ALIAS }],
    });
  });
});

test("the alias of a shared provider is one that Terraform takes, whatever the construct is called", () => {
  const stack = synth((scope) => {
    new IdentityProvider(scope, "prod account.1", {
      accountId: ACCOUNT.awsAccountId,
      partition: "aws",
      tenantId: MICROSOFT_TENANT_ID,
      audiences: [AUDIENCES.cspm],
      mode: { mode: "extend" },
    });
  });
  const { aws } = stack.provider as { aws: { alias?: string }[] };
  expect(aws.at(-1)?.alias).toMatch(/^[A-Za-z_][A-Za-z0-9_-]*$/);
});

describe("a wrong identity provider mode", () => {
  it("fails for a mode that does not exist", () => {
    expect(() => stackWith({ mode: "adopt" })).toThrow(
      'identityProvider.mode: "adopt" is not allowed; allowed: "create", "extend", "verify"',
    );
  });

  it("fails for an option that belongs to another mode", () => {
    expect(() => stackWith({ mode: "create", expectedAudiences: [] })).toThrow(
      "identityProvider.expectedAudiences: [] is not allowed; identityProvider has: mode",
    );
  });

  it("fails for taking Sentinel's audience away", () => {
    expect(() => stackWith({ mode: "extend", retiredAudiences: [SENTINEL_AUDIENCE] })).toThrow(
      `identityProvider.retiredAudiences: "${SENTINEL_AUDIENCE}" is not allowed; only audiences of Defender alone`,
    );
  });

  it("fails for taking an audience away that is nobody's of Defender", () => {
    expect(() => stackWith({ mode: "extend", retiredAudiences: ["api://somebody-else"] })).toThrow(
      'identityProvider.retiredAudiences: "api://somebody-else" is not allowed',
    );
  });

  it("fails for taking an audience away that a selected plan needs", () => {
    expect(() => stackWith({ mode: "extend", retiredAudiences: [AUDIENCES.cspm] })).toThrow(
      `identityProvider.retiredAudiences: "${AUDIENCES.cspm}" is not allowed; a selected plan needs it: switch the plan off first`,
    );
  });

  it("fails for more audiences than AWS allows", () => {
    const audiences = Array.from({ length: 101 }, (_, index) => `api://audience-${index}`);
    expect(() => stackWith({ mode: "create" }, audiences)).toThrow(
      '"101 audiences" is not allowed; AWS allows 1 to 100',
    );
  });
});

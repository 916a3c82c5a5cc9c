import { TerraformVariable } from "cdktf";
import { AUDIENCES, IdentityProvider, MICROSOFT_TENANT_ID } from "../../modules";
import type { IdentityProviderMode } from "../../modules";
import { IDENTITY_PROVIDER_MODE } from "../../modules/identity-provider";
import { read } from "../../modules/inputs";
import type { StackJson } from "../../rehearsal";
import { ACCOUNT, onlyResource, resourcesOf, synth } from "../support/synth";

/** Public like an address: the provider alias that holds a shared provider. */
const ALIAS = "IdentityProvider_Restore_construct_then_destroy_or_release_C067A9BD";

interface Condition {
  readonly error_message: string;
}

interface Block {
  readonly count?: number;
  readonly lifecycle?: { readonly prevent_destroy?: boolean; readonly precondition?: readonly Condition[] };
}

type Section = Readonly<Record<string, Readonly<Record<string, Block>>>>;

const TYPE = "aws_iam_openid_connect_provider";

function stackWith(mode: unknown, props: object = {}): StackJson {
  return synth((stack) => {
    new IdentityProvider(stack, "IdentityProvider", {
      awsAccountId: ACCOUNT.awsAccountId,
      tenantId: MICROSOFT_TENANT_ID,
      audiences: [AUDIENCES.cspm],
      ...(mode as IdentityProviderMode),
      ...props,
    });
  });
}

/** Addresses at which the stack holds the provider. */
function heldAt(stack: StackJson): string[] {
  return Object.keys(resourcesOf(stack, TYPE)).map((name) => `${TYPE}.${name}`);
}

/** Addresses at which the stack refuses to find it. */
function refusedAt({ resource }: StackJson): string[] {
  return Object.entries((resource as Section | undefined)?.[TYPE] ?? {})
    .filter(([, { count, lifecycle }]) => count === 0 && lifecycle?.prevent_destroy)
    .map(([name]) => `${TYPE}.${name}`);
}

describe("the identity provider", () => {
  test("is created with the URL that ends in a slash, the audiences and the thumbprint", () => {
    expect(onlyResource(stackWith({ mode: "create" }), TYPE)).toMatchObject({
      url: "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/",
      client_id_list: [AUDIENCES.cspm],
      thumbprint_list: ["626d44e704d1ceabe3bf0d53397464ac8080142c"],
    });
  });

  test("moves from the created to the shared address in extend, and never back", () => {
    const [created] = heldAt(stackWith({ mode: "create" }));
    const [shared] = heldAt(stackWith({ mode: "extend" }));
    expect(stackWith({ mode: "extend" }).moved).toEqual([{ from: created, to: shared }]);
    for (const mode of ["create", "verify", "release"]) {
      expect(stackWith({ mode }).moved).toBeUndefined();
    }
  });

  test("is released only from the shared address", () => {
    const [shared] = heldAt(stackWith({ mode: "extend" }));
    expect(stackWith({ mode: "release" }).removed).toEqual([{ from: shared, lifecycle: { destroy: false } }]);
    for (const mode of ["create", "extend", "verify"]) {
      expect(stackWith({ mode }).removed).toBeUndefined();
    }
  });

  test("is refused at every address where a mode would otherwise destroy it", () => {
    const [created] = heldAt(stackWith({ mode: "create" }));
    const [shared] = heldAt(stackWith({ mode: "extend" }));
    expect(refusedAt(stackWith({ mode: "create" }))).toEqual([shared]);
    expect(refusedAt(stackWith({ mode: "verify" })).sort()).toEqual([created, shared].sort());
    expect(refusedAt(stackWith({ mode: "release" }))).toEqual([created]);
  });

  test("is protected if it is shared, and its thumbprints and tags are ignored", () => {
    expect(onlyResource(stackWith({ mode: "extend" }), TYPE)).toMatchObject({
      lifecycle: { prevent_destroy: true, ignore_changes: ["thumbprint_list", "tags", "tags_all"] },
    });
  });

  test.each(["create", "extend"])("uses its own provider alias in %s: without the construct the plan stops", (mode) => {
    const stack = stackWith({ mode });
    expect(onlyResource(stack, TYPE)).toMatchObject({ provider: `aws.${ALIAS}` });
    expect(stack.provider).toMatchObject({
      aws: [{ region: ACCOUNT.awsRegion }, { region: ACCOUNT.awsRegion, alias: ALIAS }],
    });
  });

  test("of the customer's own tenant has no such alias: it is deleted with its plan", () => {
    const stack = stackWith({ mode: "create" }, { tenantId: ACCOUNT.entraTenantId });
    expect(onlyResource(stack, TYPE)).not.toHaveProperty("provider");
    expect((stack.provider as { aws: unknown[] }).aws).toHaveLength(1);
    expect(refusedAt(stack)).toEqual([]);
  });
});

test("the alias of a shared provider is valid for Terraform for any construct id", () => {
  const stack = synth((scope) => {
    new IdentityProvider(scope, "prod account.1", {
      awsAccountId: ACCOUNT.awsAccountId,
      tenantId: MICROSOFT_TENANT_ID,
      audiences: [AUDIENCES.cspm],
      mode: "extend",
    });
  });
  const { aws } = stack.provider as { aws: { alias?: string }[] };
  expect(aws.at(-1)?.alias).toMatch(/^[A-Za-z_][A-Za-z0-9_-]*$/);
});

describe("a wrong identity provider mode", () => {
  test("fails for a mode that does not exist", () => {
    expect(() => stackWith({ mode: "adopt" })).toThrow(
      'mode: "adopt" is not allowed; allowed: { mode: "create" }, { mode: "extend" }, { mode: "verify" }, { mode: "release" }',
    );
  });

  test("fails for an option that belongs to another mode", () => {
    expect(() => stackWith({ mode: "create", expectedAudiences: [] })).toThrow(
      "expectedAudiences: [] is not allowed; no such prop: the props are: mode",
    );
  });

  test.each(["api://1462b192-27f7-4cb9-8523-0f4ecb54b47e", "api://b7c1e142-0933-4310-ba00-8b28878bfece"])(
    "fails for taking %s away, which Sentinel uses",
    (audience) => {
      expect(() => stackWith({ mode: "extend", retiredAudiences: [audience] })).toThrow(
        `retiredAudiences: "${audience}" is not allowed; only audiences that no one but Defender uses can be removed: `,
      );
    },
  );

  test("fails for removing an audience that is not Defender's", () => {
    expect(() => stackWith({ mode: "extend", retiredAudiences: ["api://somebody-else"] })).toThrow(
      'retiredAudiences: "api://somebody-else" is not allowed',
    );
  });

  test("fails for removing an audience that a selected plan needs", () => {
    expect(() => stackWith({ mode: "extend", retiredAudiences: [AUDIENCES.cspm] })).toThrow(
      `retiredAudiences: "${AUDIENCES.cspm}" is not allowed; a selected plan needs it: switch the plan off first`,
    );
  });

  test.each([
    [undefined, "undefined"],
    [null, "null"],
    ["extend", '"extend"'],
  ])("fails for %p instead of an object with a mode", (mode, shown) => {
    expect(() => read(IDENTITY_PROVIDER_MODE, mode, "identityProvider")).toThrow(
      `identityProvider: ${shown} is not allowed; allowed: { mode: "create" }, { mode: "extend" }`,
    );
  });

  test("fails for no mode at all", () => {
    expect(() => stackWith({})).toThrow('mode: undefined is not allowed; allowed: { mode: "create" }');
  });

  test.each(["expectedAudiences", "retiredAudiences"])("fails for %s that are not a list", (prop) => {
    expect(() => stackWith({ mode: "extend", [prop]: "api://x" })).toThrow(
      `${prop}: "api://x" is not allowed; expected a literal list`,
    );
  });

  test("fails for an expected audience that AWS does not accept", () => {
    expect(() => stackWith({ mode: "extend", expectedAudiences: [""] })).toThrow(
      'expectedAudiences[0]: "" is not allowed; expected an audience of 1 to 255 characters',
    );
  });
});

describe("a wrong identity provider", () => {
  const create = { mode: "create" };

  test.each(["", "x".repeat(256)])("fails for the audience %p", (audience) => {
    expect(() => stackWith(create, { audiences: [AUDIENCES.cspm, audience] })).toThrow(
      `audiences[1]: "${audience}" is not allowed; expected an audience of 1 to 255 characters`,
    );
  });

  test("fails for an audience that is given twice", () => {
    expect(() => stackWith(create, { audiences: [AUDIENCES.cspm, AUDIENCES.cspm] })).toThrow(
      `audiences[1]: "${AUDIENCES.cspm}" is not allowed; list each audience only once`,
    );
  });

  test.each([0, 101])("fails for %d audiences", (length) => {
    const audiences = Array.from({ length }, (_, index) => `api://audience-${index}`);
    expect(() => stackWith(create, { audiences })).toThrow("is not allowed; AWS allows 1 to 100 audiences");
  });

  test("fails for a tenant that is not a GUID", () => {
    expect(() => stackWith(create, { tenantId: "nope/" })).toThrow('tenantId: "nope/" is not allowed; expected a GUID');
  });

  test("fails for a malformed account id", () => {
    expect(() => stackWith(create, { awsAccountId: "1234" })).toThrow(
      'awsAccountId: "1234" is not allowed; expected an AWS',
    );
  });

  test.each(["create", "extend", "verify", "release"])(
    "is refused by %s at plan, if only Terraform knows it",
    (mode) => {
      const stack = synth((scope) => {
        new IdentityProvider(scope, "IdentityProvider", {
          awsAccountId: ACCOUNT.awsAccountId,
          tenantId: new TerraformVariable(scope, "tenant", {}).stringValue,
          audiences: [AUDIENCES.ciem],
          mode: mode as "create",
        });
      });
      const messages = preconditionsOf(stack).map(({ error_message: message }) => message);
      expect(messages).toContainEqual(
        expect.stringMatching(/^tenantId: "\$\{var.tenant\}" is not allowed; expected a GUID/),
      );
    },
  );
});

/** Preconditions of the guard, which takes what only Terraform knows. */
function preconditionsOf({ data }: StackJson): Condition[] {
  const guards = Object.values((data as Section | undefined)?.aws_caller_identity ?? {});
  return guards.flatMap(({ lifecycle }) => lifecycle?.precondition ?? []);
}

import { AwsCloud, type AwsAccount } from "../../../rehearsal";
import { ACCOUNT, AUDIENCE, ISSUER, PROVIDER_ARN, ROLE_ARN, trust } from "../stacks";

const REGION = "eu-central-1";
const ADMIN = "arn:aws:iam::aws:policy/SecurityAudit";

let cloud: AwsCloud;
let account: AwsAccount;

beforeEach(() => {
  cloud = new AwsCloud({ callerAccountId: ACCOUNT, region: REGION });
  account = cloud.caller;
});

const createProvider = (url = ISSUER) =>
  account.create("aws_iam_openid_connect_provider", { url, client_id_list: [AUDIENCE] }, REGION);
const createRole = (name: string, document: object | string = trust()) =>
  account.create(
    "aws_iam_role",
    { name, assume_role_policy: typeof document === "string" ? document : JSON.stringify(document) },
    REGION,
  );
const attach = (role: string, policyArn = ADMIN) =>
  account.create("aws_iam_role_policy_attachment", { role, policy_arn: policyArn }, REGION);
const createPolicy = (name: string, document: object = { Version: "2012-10-17", Statement: [] }) =>
  account.create("aws_iam_policy", { name, policy: JSON.stringify(document) }, REGION);

describe("accounts", () => {
  test("fail with an id that is not 12 digits", () => {
    expect(() => new AwsCloud({ callerAccountId: "123", region: REGION })).toThrow(
      'callerAccountId must be an AWS account id of 12 digits, got "123"',
    );
  });
});

describe("identity providers", () => {
  test("have the ARN of their URL, and a state URL without its scheme", () => {
    expect(createProvider()).toMatchObject({ id: PROVIDER_ARN, arn: PROVIDER_ARN, url: ISSUER.slice(8) });
  });

  test("with and without the final slash are two", () => {
    createProvider();
    expect(createProvider(ISSUER.slice(0, -1)).arn).toBe(PROVIDER_ARN.slice(0, -1));
  });

  test("fail when the URL is taken", () => {
    createProvider();
    expect(() => createProvider()).toThrow(`EntityAlreadyExists: Provider with url ${ISSUER} already exists.`);
  });

  test("fail with more than 100 audiences", () => {
    const clientIds = Array.from({ length: 101 }, (_, index) => `api://${index}`);
    expect(() =>
      account.create("aws_iam_openid_connect_provider", { url: ISSUER, client_id_list: clientIds }, REGION),
    ).toThrow("LimitExceeded");
  });

  test("get and lose only the difference between prior and planned audiences", () => {
    account.iam.createIdentityProvider({ url: ISSUER, clientIds: ["a", "b"] });
    account.iam.addClientId(ISSUER, "in-between");
    const prior = { url: ISSUER, client_id_list: ["a", "b"] };
    account.update("aws_iam_openid_connect_provider", PROVIDER_ARN, prior, { url: ISSUER, client_id_list: ["b", "c"] });
    expect(account.iam.clientIds(ISSUER)).toEqual(["b", "in-between", "c"]);
  });
});

describe("roles", () => {
  test("have the ARN of their path and name", () => {
    expect(createRole("CspmMonitorAws").arn).toBe(ROLE_ARN);
    expect(account.iam.createRole({ name: "r", path: "/a/b/", assumeRolePolicy: trust() }).arn).toBe(
      `arn:aws:iam::${ACCOUNT}:role/a/b/r`,
    );
  });

  test("fail when the name is taken", () => {
    createRole("r");
    expect(() => createRole("r")).toThrow("EntityAlreadyExists: Role with name r already exists.");
  });

  const sharedTrust = (condition: object) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: PROVIDER_ARN },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: condition,
      },
    ],
  });

  test.each([
    ["no session name", { StringEquals: { [`${ISSUER.slice(8)}:aud`]: AUDIENCE } }],
    ["a session name of only wildcards", { StringLike: { "sts:RoleSessionName": "*" } }],
  ])("fail with a new or changed trust of the issuer that tenants share and %s", (_, condition) => {
    expect(() => createRole("new", sharedTrust(condition))).toThrow("must evaluate sts:RoleSessionName");
    const before = createRole("changed");
    const planned = { ...before, assume_role_policy: JSON.stringify(sharedTrust(condition)) };
    expect(() => account.update("aws_iam_role", "changed", before, planned)).toThrow(
      /UpdateAssumeRolePolicy.*must evaluate sts:RoleSessionName/,
    );
  });

  test("continue to work with an old trust of that issuer while it is not changed", () => {
    const before = account.iam.createRole({ name: "old", assumeRolePolicy: sharedTrust({}) });
    expect(account.update("aws_iam_role", "old", before, { ...before, description: "same trust" })).toMatchObject({
      description: "same trust",
    });
  });

  test("fail with a trust that is not JSON", () => {
    expect(() => createRole("r", "{")).toThrow("MalformedPolicyDocument: This policy contains invalid Json");
  });

  test("fail with a trust above 2,048 characters", () => {
    expect(() => createRole("r", trust({ audience: "a".repeat(2048) }))).toThrow("ACLSizePerRole: 2048");
  });

  test("fail when the trust names a role that does not exist, in an account that is known", () => {
    const trusting = (principal: string) => ({ Statement: [{ Principal: { AWS: principal }, Effect: "Allow" }] });
    expect(() => createRole("r", trusting(`arn:aws:iam::${ACCOUNT}:role/missing`))).toThrow(
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT}:role/missing"`,
    );
    createRole("there");
    expect(() => createRole("r", trusting(`arn:aws:iam::${ACCOUNT}:role/there`))).not.toThrow();
    expect(() => createRole("s", trusting("arn:aws:iam::999999999999:role/elsewhere"))).not.toThrow();
  });

  test("cannot be deleted while policies are attached", () => {
    createRole("r");
    attach("r");
    expect(() => {
      account.delete("aws_iam_role", "r");
    }).toThrow("DeleteConflict: Cannot delete entity, must detach all policies first.");
    account.delete("aws_iam_role_policy_attachment", `r/${ADMIN}`);
    account.delete("aws_iam_role", "r");
    expect(account.iam.role("r")).toBeUndefined();
  });

  test("cannot be deleted while they have inline policies", () => {
    createRole("r");
    account.create("aws_iam_role_policy", { role: "r", name: "p", policy: '{"Statement":[]}' }, REGION);
    expect(() => {
      account.delete("aws_iam_role", "r");
    }).toThrow("must delete policies first");
  });
});

describe("policies", () => {
  test("fail when the name is taken", () => {
    createPolicy("p");
    expect(() => createPolicy("p")).toThrow("A policy called p already exists. Duplicate names are not allowed.");
  });

  test("fail above 6,144 characters, white space not counted", () => {
    const statement = (length: number) => ({ Statement: [{ Sid: "x".repeat(length) }] });
    expect(() => createPolicy("p", statement(6144))).toThrow("Cannot exceed quota for PolicySize: 6144");
    const padded = JSON.stringify(statement(6000), undefined, 200);
    expect(() => account.create("aws_iam_policy", { name: "q", policy: padded }, REGION)).not.toThrow();
  });

  test("cannot be deleted while attached", () => {
    createRole("r");
    const arn = createPolicy("p").arn as string;
    attach("r", arn);
    expect(() => {
      account.delete("aws_iam_policy", arn);
    }).toThrow("DeleteConflict: Cannot delete a policy attached to entities.");
  });
});

describe("attachments", () => {
  test("fail when the role is missing", () => {
    expect(() => attach("missing")).toThrow("NoSuchEntity: The role with name missing cannot be found.");
  });

  test("fail when the account's policy is missing", () => {
    createRole("r");
    expect(() => attach("r", `arn:aws:iam::${ACCOUNT}:policy/missing`)).toThrow("NoSuchEntity: Policy");
  });

  test("fail with the eleventh policy of a role", () => {
    createRole("r");
    for (let index = 0; index < 10; index += 1) {
      attach("r", `${ADMIN}${index}`);
    }
    expect(() => attach("r", `${ADMIN}10`)).toThrow("LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10");
  });
});

describe("propagation", () => {
  test("shows a new provider, and an audience added to an old one, only after the delay", () => {
    createProvider();
    expect(account.iam.propagatedIdentityProvider(ISSUER)).toBeUndefined();
    cloud.clock.wait(10);
    expect(account.iam.propagatedIdentityProvider(ISSUER)).toBeDefined();
    account.iam.addClientId(ISSUER, "api://new");
    expect(account.iam.propagatedIdentityProvider(ISSUER)?.client_id_list).toEqual([AUDIENCE]);
    cloud.clock.wait(10);
    expect(account.iam.propagatedIdentityProvider(ISSUER)?.client_id_list).toEqual([AUDIENCE, "api://new"]);
  });
});

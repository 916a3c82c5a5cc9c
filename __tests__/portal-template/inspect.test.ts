import { AUDIENCES, identityProviderUrl, ISSUER_THUMBPRINT, MICROSOFT_TENANT_ID } from "../../modules/plans";
import { inspectTemplate, readTemplate } from "../../modules/portal-template";
import { SELECTIONS } from "../support/plan-selections";
import { portalTemplate, PROVIDER } from "../support/portal-template";
import { ACCOUNT } from "../support/synth";

const inspect = (template: object, values?: Readonly<Record<string, string>>) =>
  inspectTemplate(readTemplate(JSON.stringify(template)), values);

/** One role with the properties given, among whatever else. */
const roleWith = (properties: object, rest: object = {}, more: object = {}) =>
  inspect({ ...rest, Resources: { R: { Type: "AWS::IAM::Role", Properties: properties }, ...more } }).roles[0];

describe("what a template holds", () => {
  test("includes its identity providers, with URL, audiences and thumbprints", () => {
    const { identityProviders } = inspect(portalTemplate(SELECTIONS["CSPM CIEM"] ?? {}));
    expect(identityProviders).toEqual([
      {
        logicalId: PROVIDER,
        isCreated: true,
        url: identityProviderUrl(MICROSOFT_TENANT_ID),
        audiences: [AUDIENCES.cspm],
        thumbprints: [ISSUER_THUMBPRINT],
      },
      {
        logicalId: "MDCCiemOIDCIdentityProvider",
        isCreated: true,
        url: identityProviderUrl(ACCOUNT.entraTenantId),
        audiences: [AUDIENCES.ciem],
        thumbprints: [ISSUER_THUMBPRINT],
      },
    ]);
  });

  test("includes its roles, with names and ARNs resolved", () => {
    const { roles, parameters } = inspect(portalTemplate({}), { "AWS::Partition": "aws" });
    expect(parameters).toEqual([{ name: "CspmMonitorAwsRoleName", type: "String", default: "CspmMonitorAws" }]);
    expect(roles).toMatchObject([
      {
        name: "CspmMonitorAws",
        nameParameter: "CspmMonitorAwsRoleName",
        arn: "arn:aws:iam::${AWS::AccountId}:role/CspmMonitorAws",
        managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        trust: [
          {
            Effect: "Allow",
            Principal: {
              Federated: [`arn:aws:iam::\${AWS::AccountId}:oidc-provider/sts.windows.net/${MICROSOFT_TENANT_ID}/`],
            },
          },
        ],
        policies: [{ name: "CspmMonitorAwsDenyPolicy", statements: [{ Effect: "Deny", Resource: ["*"] }] }],
      },
    ]);
    expect(inspect(portalTemplate({}), { CspmMonitorAwsRoleName: "Own" }).roles[0]?.name).toBe("Own");
  });

  test("counts to a role the policies that stand outside it", () => {
    const document = (action: string) => ({ Statement: { Effect: "Allow", Action: action, Resource: "*" } });
    const role = roleWith(
      { RoleName: "Name", ManagedPolicyArns: [{ Ref: "Referred" }, "arn:aws:iam::aws:policy/ReadOnlyAccess"] },
      {},
      {
        Managed: {
          Type: "AWS::IAM::ManagedPolicy",
          Properties: { Roles: [{ Ref: "R" }], PolicyDocument: document("a:1") },
        },
        Referred: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument: document("a:2") } },
        Inline: {
          Type: "AWS::IAM::Policy",
          Properties: { PolicyName: "own", Roles: ["Name"], PolicyDocument: document("a:3") },
        },
        Single: {
          Type: "AWS::IAM::RolePolicy",
          Properties: { RoleName: { Ref: "R" }, PolicyDocument: document("a:4") },
        },
        Other: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument: document("a:5") } },
      },
    );
    expect(role?.managedPolicyArns).toEqual(["arn:aws:iam::aws:policy/ReadOnlyAccess"]);
    expect(role?.policies.map(({ statements }) => statements[0]?.Action)).toEqual([["a:1"], ["a:2"], ["a:3"], ["a:4"]]);
    expect(role?.policies.map(({ name }) => name)).toEqual(["Managed", "Referred", "own", "Single"]);
  });

  test("resolves parameters, mappings, conditions and texts", () => {
    const rest = {
      Parameters: {
        Prefix: { Type: "String", Default: "p" },
        List: { Type: "CommaDelimitedList", Default: "x:1, x:2" },
      },
      Mappings: { Names: { a: { name: "mapped" } } },
      Conditions: {
        Yes: { "Fn::Or": [{ "Fn::Equals": [{ Ref: "Prefix" }, "p"] }, { Condition: "Unknown" }] },
        No: { "Fn::And": [{ "Fn::Not": [{ Condition: "Yes" }] }, { Condition: "Unknown" }] },
        Unknown: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-central-1"] },
      },
    };
    const value = (content: unknown) => roleWith({ RoleName: content }, rest)?.name;
    expect(value({ "Fn::Join": ["-", [{ Ref: "Prefix" }, "b"]] })).toBe("p-b");
    expect(value({ "Fn::Sub": "${Prefix}-${AWS::Region}-${!Prefix}" })).toBe("p-${AWS::Region}-${Prefix}");
    expect(value({ "Fn::Sub": ["${own}-${Prefix}", { own: { Ref: "Prefix" }, Prefix: "q" }] })).toBe("p-q");
    expect(value({ "Fn::FindInMap": ["Names", "a", "name"] })).toBe("mapped");
    expect(value({ "Fn::If": ["Yes", "then", "else"] })).toBe("then");
    expect(value({ "Fn::If": ["No", "then", "else"] })).toBe("else");
    expect(value({ "Fn::If": ["Unknown", "then", "else"] })).toBe('{"Fn::If":["Unknown","then","else"]}');
    expect(value({ "Fn::ImportValue": "x" })).toBe('{"Fn::ImportValue":"x"}');
    expect(value({ Ref: "AWS::NoValue" })).toBe("${R}");
    const policies = [{ PolicyDocument: { Statement: [{ Effect: "Allow", Action: { Ref: "List" }, Resource: "*" }] } }];
    expect(roleWith({ Policies: policies }, rest)?.policies[0]?.statements[0]?.Action).toEqual(["x:1", "x:2"]);
  });

  test("does not run in circles", () => {
    expect(roleWith({ RoleName: { Ref: "R" } })?.name).toBe("${R}");
    const rest = { Conditions: { A: { "Fn::Not": [{ Condition: "A" }] } } };
    expect(roleWith({ RoleName: { "Fn::If": ["A", "x", "y"] } }, rest)?.name).toBe('{"Fn::If":["A","x","y"]}');
  });

  test("reads a policy that is written as a text", () => {
    const text =
      '{"Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {"k": true}}}]}';
    const role = roleWith({ AssumeRolePolicyDocument: { "Fn::Sub": text } });
    expect(role?.trust).toEqual([
      { Effect: "Allow", Action: ["a:b"], Resource: ["*"], Condition: { Bool: { k: ["true"] } } },
    ]);
  });

  test("says which statements only a stack resolves", () => {
    const open = { "Fn::If": ["Unknown", { Effect: "Allow" }, { Ref: "AWS::NoValue" }] };
    const role = roleWith({
      AssumeRolePolicyDocument: { Statement: [open] },
      Policies: [{ PolicyName: "p", PolicyDocument: { Statement: open } }, { "Fn::If": ["Unknown", {}, {}] }],
    });
    expect(role?.unresolvedTrust).toEqual(['{"Fn::If":["Unknown",{"Effect":"Allow"}]}']);
    expect(role?.policies.map(({ unresolved }) => unresolved)).toEqual([
      ['{"Fn::If":["Unknown",{"Effect":"Allow"}]}'],
      ['{"Fn::If":["Unknown",{},{}]}'],
    ]);
  });

  test("includes all other resources by type, and what a condition leaves out", () => {
    const { others, roles } = inspect({
      Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
      Resources: {
        Function: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "f" } },
        Role: { Type: "AWS::IAM::Role", Condition: "Never", Properties: {} },
      },
    });
    expect(others).toEqual([{ logicalId: "Function", type: "AWS::Lambda::Function", isCreated: true, name: "f" }]);
    expect(roles).toMatchObject([{ logicalId: "Role", condition: "Never", isCreated: false }]);
  });
});

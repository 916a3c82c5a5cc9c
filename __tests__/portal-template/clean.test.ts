import { identityProviderUrl, MICROSOFT_TENANT_ID } from "../../modules/plans";
import { InputError } from "../../modules";
import { readTemplate, withoutIdentityProvider } from "../../modules/portal-template";

const URL = identityProviderUrl(MICROSOFT_TENANT_ID);
const ARN =
  "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
const CIEM_URL = "https://sts.windows.net/aaaabbbb-cccc-4ddd-8eee-ffff00001111/";

const provider = (properties: object = {}, attributes: object = {}) => ({
  Type: "AWS::IAM::OIDCProvider",
  ...attributes,
  Properties: { Url: URL, ClientIdList: ["api://one", "api://two"], ThumbprintList: ["626d"], ...properties },
});

const role = (federated: unknown, attributes: object = {}) => ({
  Type: "AWS::IAM::Role",
  ...attributes,
  Properties: {
    RoleName: "Role",
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Federated: federated }, Action: "sts:AssumeRoleWithWebIdentity" }],
    },
  },
});

interface Written {
  readonly Resources: Readonly<Record<string, object>>;
  readonly [section: string]: object;
}

function clean(template: Written, parameters?: Readonly<Record<string, string>>) {
  const text = JSON.stringify(template, null, 2);
  const { template: cleaned, ...rest } = withoutIdentityProvider(readTemplate(text, "portal.json"), parameters);
  return { ...rest, text: cleaned.text, value: JSON.parse(cleaned.text) as unknown };
}

/** The whole template without its first resource, which must be the provider. */
function withoutFirst({ Resources, ...rest }: Written): Written {
  return { ...rest, Resources: Object.fromEntries(Object.entries(Resources).slice(1)) };
}

describe("cleaning", () => {
  test("re-points a placeholder with spaces, as linters read it", () => {
    const topic = (text: unknown) => ({ Type: "AWS::SNS::Topic", Properties: { DisplayName: text } });
    const own = { "Fn::Sub": ["${ P }", { P: "own" }] };
    const { value } = clean({
      Resources: { P: provider(), A: topic({ "Fn::Sub": "by ${ P } and ${ P.Arn}" }), B: topic(own) },
    });
    expect(value).toEqual({ Resources: { A: topic({ "Fn::Sub": `by ${ARN} and ${ARN}` }), B: topic(own) } });
  });

  test("reads a URL with such a placeholder", () => {
    const Url = { "Fn::Sub": ["https://sts.windows.net/${ Tenant }/", { Tenant: MICROSOFT_TENANT_ID }] };
    expect(clean({ Resources: { P: provider({ Url }), R: role({ Ref: "P" }) } }).audiences).toEqual([
      "api://one",
      "api://two",
    ]);
  });

  test("leaves a transform in the place of resources as it is", () => {
    const include = { Name: "AWS::Include", Parameters: { Location: "s3://bucket/roles.yaml" } };
    const { value } = clean({ Resources: { P: provider(), R: role({ Ref: "P" }), "Fn::Transform": include } });
    expect(value).toEqual({ Resources: { R: role({ "Fn::Sub": ARN }), "Fn::Transform": include } });
  });

  test("removes the provider, and reports its audiences and what changed", () => {
    const template = {
      Resources: {
        ASCDefendersOIDCIdentityProvider: provider(),
        Role: role({ "Fn::GetAtt": ["ASCDefendersOIDCIdentityProvider", "Arn"] }),
      },
    };
    const { value, audiences, changes } = clean(template);
    expect(value).toEqual({ Resources: { Role: role({ "Fn::Sub": ARN }) } });
    expect(audiences).toEqual(["api://one", "api://two"]);
    expect(changes).toEqual([
      {
        kind: "removed",
        at: "Resources.ASCDefendersOIDCIdentityProvider",
        reason: `the account's identity provider ${URL} takes its place`,
      },
      {
        kind: "re-pointed",
        at: "Resources.Role.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Federated",
        reason: "it named ASCDefendersOIDCIdentityProvider",
      },
    ]);
  });

  const references: Readonly<Record<string, readonly [before: unknown, after: unknown]>> = {
    Ref: [{ Ref: "P" }, { "Fn::Sub": ARN }],
    "GetAtt with a list": [{ "Fn::GetAtt": ["P", "Arn"] }, { "Fn::Sub": ARN }],
    "GetAtt with a text": [{ "Fn::GetAtt": "P.Arn" }, { "Fn::Sub": ARN }],
    Sub: [{ "Fn::Sub": "${P}" }, { "Fn::Sub": ARN }],
    "Sub of an attribute, twice, in a text": [
      { "Fn::Sub": "a ${P.Arn} ${Role} ${!P} ${P.Arn} ${P}" },
      { "Fn::Sub": `a ${ARN} \${Role} \${!P} ${ARN} ${ARN}` },
    ],
    "a variable of Sub": [
      { "Fn::Sub": ["${x}/${P}", { x: { Ref: "P" } }] },
      { "Fn::Sub": [`\${x}/${ARN}`, { x: { "Fn::Sub": ARN } }] },
    ],
    "a variable of Sub that has the provider's name": [
      { "Fn::Sub": ["${P}", { P: "own" }] },
      { "Fn::Sub": ["${P}", { P: "own" }] },
    ],
    Join: [{ "Fn::Join": ["", ["a", { Ref: "P" }]] }, { "Fn::Join": ["", ["a", { "Fn::Sub": ARN }]] }],
    If: [
      { "Fn::If": ["C", { Ref: "P" }, { Ref: "AWS::NoValue" }] },
      { "Fn::If": ["C", { "Fn::Sub": ARN }, { Ref: "AWS::NoValue" }] },
    ],
    "Select and Split": [
      { "Fn::Select": [1, { "Fn::Split": ["/", { Ref: "P" }] }] },
      { "Fn::Select": [1, { "Fn::Split": ["/", { "Fn::Sub": ARN }] }] },
    ],
    "a list": [
      ["x", { Ref: "P" }],
      ["x", { "Fn::Sub": ARN }],
    ],
  };
  test.each(Object.keys(references))("re-points a reference by %s", (name) => {
    const [before, after] = references[name] ?? [];
    const template = {
      Conditions: { C: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-central-1"] } },
      Resources: { P: provider(), Role: role(before), Other: { Type: "AWS::SNS::Topic", Condition: "C" } },
    };
    expect(clean(template).value).toEqual({
      ...template,
      Resources: { Role: role(after), Other: template.Resources.Other },
    });
  });

  test("re-points a reference that is written with escapes", () => {
    const text = `{"Resources": {"P": ${JSON.stringify(provider())}, "R": {"Type": "A", "Properties": {"x": {"Fn::Sub": "\\u0024{P} \${P.Arn}"}}}}}`;
    const { template } = withoutIdentityProvider(readTemplate(text));
    expect(JSON.parse(template.text)).toEqual({
      Resources: { R: { Type: "A", Properties: { x: { "Fn::Sub": `${ARN} ${ARN}` } } } },
    });
  });

  test("takes the provider from DependsOn, text or list, and DependsOn with it where nothing else is named", () => {
    const template = {
      Resources: {
        P: provider(),
        Alone: { Type: "A", DependsOn: "P" },
        InList: { Type: "A", DependsOn: ["P"] },
        First: { Type: "A", DependsOn: ["P", "Alone"], Properties: { a: 1 } },
        Last: { Type: "A", DependsOn: ["Alone", "InList", "P"] },
        Middle: { Type: "A", DependsOn: ["Alone", "P", "InList"] },
        Property: { Type: "A", Properties: { DependsOn: "P" } },
      },
    };
    expect(clean(template).value).toEqual({
      Resources: {
        Alone: { Type: "A" },
        InList: { Type: "A" },
        First: { Type: "A", DependsOn: ["Alone"], Properties: { a: 1 } },
        Last: { Type: "A", DependsOn: ["Alone", "InList"] },
        Middle: { Type: "A", DependsOn: ["Alone", "InList"] },
        Property: { Type: "A", Properties: { DependsOn: "P" } },
      },
    });
  });

  test("takes the provider from DependsOn of what a loop creates", () => {
    const loop = (attributes: object) => ({
      "Fn::ForEach::Topics": ["Name", ["A", "B"], { "Topic${Name}": { Type: "AWS::SNS::Topic", ...attributes } }],
    });
    const template = { Resources: { P: provider(), R: role("x"), ...loop({ DependsOn: ["P", "R"] }) } };
    expect(clean(template).value).toEqual({ Resources: { R: role("x"), ...loop({ DependsOn: ["R"] }) } });
  });

  test("re-points an output", () => {
    const template = { Resources: { P: provider(), R: role("x") }, Outputs: { Arn: { Value: { Ref: "P" } } } };
    expect(clean(template).value).toEqual({
      Resources: { R: role("x") },
      Outputs: { Arn: { Value: { "Fn::Sub": ARN } } },
    });
  });

  test("removes the parameters, conditions and mappings that served the provider alone, and their sections", () => {
    const template = {
      Parameters: { CreateProvider: { Type: "String", Default: "true" }, Stage: { Type: "String", Default: "a" } },
      Conditions: { CreateProvider: { "Fn::Equals": [{ Ref: "CreateProvider" }, "true"] } },
      Mappings: { Audiences: { a: { list: ["api://one"] } } },
      Resources: {
        P: provider(
          { ClientIdList: { "Fn::FindInMap": ["Audiences", { Ref: "Stage" }, "list"] } },
          { Condition: "CreateProvider" },
        ),
        Role: role({ Ref: "P" }),
      },
    };
    const { value, audiences, changes } = clean(template);
    expect(value).toEqual({ Resources: { Role: role({ "Fn::Sub": ARN }) } });
    expect(audiences).toEqual(["api://one"]);
    expect(changes.map(({ at }) => at)).toEqual(
      expect.arrayContaining([
        "Conditions.CreateProvider",
        "Mappings.Audiences",
        "Parameters.CreateProvider",
        "Parameters.Stage",
      ]),
    );
  });

  test("keeps the parameters and conditions that something else uses, and those that nothing used before", () => {
    const template = {
      Parameters: {
        Shared: { Type: "String", Default: "true" },
        Unused: { Type: "String" },
        Ruled: { Type: "String", Default: "x" },
      },
      Rules: { R: { Assertions: [{ Assert: { "Fn::Equals": [{ Ref: "Ruled" }, "x"] } }] } },
      Conditions: {
        Shared: { "Fn::Equals": [{ Ref: "Shared" }, "true"] },
        Never: { "Fn::Equals": ["a", "b"] },
      },
      Resources: {
        P: provider({ Tags: [{ Key: "k", Value: { Ref: "Ruled" } }] }, { Condition: "Shared" }),
        Role: role("x", { Condition: "Shared" }),
      },
    };
    expect(clean(template).value).toEqual(withoutFirst(template));
  });

  test("takes a removed parameter from the console's grouping", () => {
    const labels = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, { default: name }]));
    const groups = (...lists: readonly (readonly string[])[]) => lists.map((Parameters) => ({ Label: {}, Parameters }));
    const grouping = (ParameterGroups: object, ParameterLabels: object) => ({
      "AWS::CloudFormation::Interface": { ParameterGroups, ParameterLabels },
    });
    const template = {
      Metadata: grouping(groups(["Gone"], ["Kept", "Gone"]), labels("Gone", "Kept")),
      Parameters: { Gone: { Type: "String", Default: "a" }, Kept: { Type: "String", Default: "b" } },
      Resources: {
        P: provider({ Tags: [{ Key: "k", Value: { Ref: "Gone" } }] }),
        Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: { Ref: "Kept" } } },
      },
    };
    expect(clean(template).value).toEqual({
      Metadata: grouping(groups(["Kept"]), labels("Kept")),
      Parameters: { Kept: template.Parameters.Kept },
      Resources: { Topic: template.Resources.Topic },
    });
  });

  test("keeps CIEM's provider, of the customer's own tenant, and what names it", () => {
    const template = {
      Resources: {
        P: provider(),
        MDCCiemOIDCIdentityProvider: provider({ Url: CIEM_URL }),
        Ciem: role({ Ref: "MDCCiemOIDCIdentityProvider" }, { DependsOn: ["MDCCiemOIDCIdentityProvider"] }),
      },
    };
    const { value, audiences } = clean(template);
    expect(value).toEqual(withoutFirst(template));
    expect(audiences).toEqual(["api://one", "api://two"]);
  });

  test("removes every provider of Microsoft's tenant, and reports the audiences of all", () => {
    const template = {
      Resources: {
        P: provider(),
        Q: provider({ ClientIdList: ["api://two", "api://three"] }),
        Role: role([{ Ref: "P" }, { Ref: "Q" }]),
      },
    };
    const { value, audiences } = clean(template);
    expect(value).toEqual({ Resources: { Role: role([{ "Fn::Sub": ARN }, { "Fn::Sub": ARN }]) } });
    expect(audiences).toEqual(["api://one", "api://two", "api://three"]);
  });

  test("finds a provider whose URL and audiences come from parameters and conditions", () => {
    const template = {
      Parameters: { Tenant: { Type: "String" }, Containers: { Type: "String", Default: "no" } },
      Conditions: { Containers: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Containers" }, "no"] }] } },
      Resources: {
        P: provider({
          Url: { "Fn::Sub": "https://sts.windows.net/${Tenant}/" },
          ClientIdList: ["api://one", { "Fn::If": ["Containers", "api://containers", { Ref: "AWS::NoValue" }] }],
        }),
        R: role("x"),
      },
    };
    const { value, audiences } = clean(template, { Tenant: MICROSOFT_TENANT_ID });
    expect(value).toEqual({ Resources: { R: role("x") } });
    expect(audiences).toEqual(["api://one"]);
  });

  test("changes nothing the second time", () => {
    const trust = `{"Effect": "Allow", "Principal": {"Federated": {"Ref": "P"}}, "Action": ["sts:AssumeRoleWithWebIdentity"]}`;
    const text = `{"Resources": {"P": ${JSON.stringify(provider())}, "R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [${trust}]}}}}}`;
    const once = withoutIdentityProvider(readTemplate(text)).template;
    expect(withoutIdentityProvider(once)).toEqual({ template: once, changes: [], audiences: [] });
  });

  test("keeps YAML as it is written: comments, quotes, short and long functions, blank lines", () => {
    const lines = (text: string) => text.split("\n").slice(1).join("\n");
    const text = lines(`
# The portal's template
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Create: { Type: String, Default: 'true' } # goes
  Name:
    Type: String   # stays
    Default: "Role"
Conditions:
  Create: !Equals [!Ref Create, 'true']

Resources:
  # What Defender signs in through
  Provider:
    Type: AWS::IAM::OIDCProvider
    Condition: Create
    Properties:
      Url: ${URL}
      ClientIdList:
        - api://one # the first
        - api://two

  # A role
  Role:
    Type: AWS::IAM::Role
    DependsOn:
      - Provider
      - Topic   # stays
    Properties:
      RoleName: !Ref Name
      AssumeRolePolicyDocument:
        Statement:
          - Principal: { Federated: !GetAtt Provider.Arn } # trust
            Effect: Allow
          - Principal:
              Federated:
                Fn::GetAtt:
                  - Provider
                  - Arn
            Effect: Allow
          - Principal:
              Federated: !Sub '\${Provider}'
            Effect: Allow
          - !If [Create, { Effect: Allow }, !Ref AWS::NoValue]
      Description: >-
        folded
        text
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Provider
Outputs:
  Arn:
    Value: !Ref Provider`);
    const { template } = withoutIdentityProvider(readTemplate(text));
    const expected = text
      .replace(/ {2}Provider:\n {4}Type[^]*?api:\/\/two\n/, "")
      .replace("      - Provider\n", "")
      .replace("    DependsOn: Provider\n", "")
      .replace("!GetAtt Provider.Arn", `!Sub "${ARN}"`)
      .replace(/Fn::GetAtt:\n +- Provider\n +- Arn/, `{ "Fn::Sub": "${ARN}" }`)
      .replace("${Provider}", ARN)
      .replace("!Ref Provider", `!Sub "${ARN}"`);
    expect(template.text).toBe(expected);
  });

  test("keeps the layout of JSON", () => {
    const text = `{\n\t"Resources" : {"A":{"Type":"X","DependsOn":["P" , "B"]},\n\t\t"P": ${JSON.stringify(provider())},\r\n\t\t"B":{"Type":"Y","DependsOn":["A","P"]} } }\n`;
    const { template } = withoutIdentityProvider(readTemplate(text));
    expect(template.text).toBe(
      `{\n\t"Resources" : {"A":{"Type":"X","DependsOn":["B"]},\n\t\t"B":{"Type":"Y","DependsOn":["A"]} } }\n`,
    );
  });
});

describe("what cannot be cleaned", () => {
  const refused: Readonly<
    Record<string, readonly [resources: Readonly<Record<string, object>>, ...messages: string[]]>
  > = {
    "another template": [
      { Topic: { Type: "AWS::SNS::Topic" }, Role: role("x") },
      '["AWS::IAM::Role","AWS::SNS::Topic"]',
      `expected the portal's template: an AWS::IAM::OIDCProvider with the URL ${URL}`,
    ],
    "the provider of another tenant": [
      { P: provider({ Url: CIEM_URL }), Role: role({ Ref: "P" }) },
      CIEM_URL,
      `expected the identity provider of Microsoft's tenant, exactly ${URL}`,
    ],
    "a URL without the final slash": [
      { P: provider({ Url: URL.slice(0, -1) }), R: role({ Ref: "P" }) },
      `exactly ${URL}`,
    ],
    "a URL that only a stack knows": [
      { P: provider({ Url: { "Fn::ImportValue": "url" } }), R: role("x") },
      "portal.json, Resources.P",
      "Fn::ImportValue",
      "only a stack can resolve it",
    ],
    "an audience without a value": [
      { P: provider({ ClientIdList: [{ Ref: "Audience" }] }), R: role("x") },
      "${Audience}",
      "give the parameters that have no default",
    ],
    "an attribute that the provider does not have": [
      { P: provider(), R: role({ "Fn::GetAtt": ["P", "Url"] }) },
      "portal.json, Resources.R.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Federated",
      '"P.Url"',
      "the attribute Arn and no other",
    ],
    "an attribute that is computed": [
      { P: provider(), R: role({ "Fn::GetAtt": ["P", { Ref: "Attribute" }] }) },
      "P.(computed)",
    ],
    "providers that a loop creates": [
      { "Fn::ForEach::Providers": ["Url", [URL], { "P${Url}": provider() }] as object, R: role("x") },
      "portal.json, Resources.Fn::ForEach::Providers",
      "write them out",
    ],
    "a DependsOn that is a function, which CloudFormation refuses, too": [
      { P: provider(), R: role("x", { DependsOn: { "Fn::If": ["C", "P", { Ref: "AWS::NoValue" }] } }) },
      "portal.json, Resources.R.DependsOn",
      "expected a logical id, or a list of them",
    ],
    "a function in the list of DependsOn": [
      { P: provider(), R: role("x", { DependsOn: [{ "Fn::If": ["C", "P", "Q"] }] }) },
      "portal.json, Resources.R.DependsOn",
    ],
    "a template of the provider alone": [{ P: provider() }, "nothing would be left"],
  };
  test.each(Object.keys(refused))("fails: %s", (name) => {
    const [Resources = {}, ...messages] = refused[name] ?? [];
    const attempt = () => clean({ Resources });
    expect(attempt).toThrow(InputError);
    for (const message of messages) {
      expect(attempt).toThrow(message);
    }
  });
});

test("fails for a template from which somebody has deleted the section, and left what names it", () => {
  expect(() =>
    clean({ Resources: { Role: role({ "Fn::Sub": ARN }, { DependsOn: "ASCDefendersOIDCIdentityProvider" }) } }),
  ).toThrow(
    /^portal\.json, Resources\.Role\.DependsOn.*: "ASCDefendersOIDCIdentityProvider" is not allowed; the template names it and does not have it/,
  );
});

import fc from "fast-check";
import { Document, isMap, isScalar, parse, Scalar, visit, type Node } from "yaml";
import { identityProviderUrl, MICROSOFT_TENANT_ID } from "../../modules/plans";
import { readTemplate, withoutIdentityProvider } from "../../modules/portal-template";
import { valueOf } from "../../modules/portal-template/source";

/**
 * Random templates, each with what cleaning must make of it: every fragment is generated together with its counterpart,
 * so what is expected does not come from the code under test.
 */
const ARN =
  "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
const PROVIDER = "ASCDefendersOIDCIdentityProvider";
const OTHERS = ["Role", "Topic", "Provider", "ASCDefendersOIDCIdentityProviderRole"];

type Json = string | Json[] | { [key: string]: Json };
interface Fragment {
  readonly before: Json;
  readonly after: Json;
}

const same = (value: Json): Fragment => ({ before: value, after: value });
const all = (parts: readonly Fragment[], build: (values: Json[]) => Json): Fragment => ({
  before: build(parts.map(({ before }) => before)),
  after: build(parts.map(({ after }) => after)),
});

// Without `$`, which has a meaning in Sub; otherwise anything that a text may hold, line breaks and quotes included.
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("\n", "\n\n", " ", "# ", ": ", '"', "'", "!Ref ", "- ", "\t"),
    ),
  )
  .map((parts) =>
    parts
      .join("")
      .replaceAll("$", "")
      .slice(0, 120)
      // The library does not read lines of white space as it writes them.
      .replaceAll(/^[^\S\n]+$/gm, ""),
  );
const name = fc.constantFrom(...OTHERS, "Kept", "AWS::Region");

const subPart: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  anyText.map((text) => [text, text] as const),
  name.map((other) => [`\${${other}}`, `\${${other}}`] as const),
  fc.constantFrom(
    [`\${${PROVIDER}}`, ARN],
    [`\${${PROVIDER}.Arn}`, ARN],
    [`\${!${PROVIDER}}`, `\${!${PROVIDER}}`],
    ["${own}", "${own}"],
  ),
);

const { fragment } = fc.letrec<{ fragment: Fragment }>((tie) => ({
  fragment: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    anyText.map(same),
    name.map((other) => same({ Ref: other })),
    fc
      .constantFrom<Json[]>({ Ref: PROVIDER }, { "Fn::GetAtt": [PROVIDER, "Arn"] }, { "Fn::GetAtt": `${PROVIDER}.Arn` })
      .map((before) => ({ before, after: { "Fn::Sub": ARN } })),
    fc.array(subPart, { minLength: 1, maxLength: 4 }).map((parts) => ({
      before: { "Fn::Sub": parts.map(([before]) => before).join("") },
      after: { "Fn::Sub": parts.map(([, after]) => after).join("") },
    })),
    fc.tuple(fc.array(subPart, { maxLength: 3 }), tie("fragment")).map(([parts, value]) => ({
      before: { "Fn::Sub": [parts.map(([before]) => before).join(""), { own: value.before }] },
      after: { "Fn::Sub": [parts.map(([, after]) => after).join(""), { own: value.after }] },
    })),
    fc.array(tie("fragment"), { maxLength: 3 }).map((parts) => all(parts, (values) => ({ "Fn::Join": ["", values] }))),
    fc
      .tuple(tie("fragment"), tie("fragment"))
      .map((branches) => all(branches, (values) => ({ "Fn::If": ["Shared", ...values] }))),
    fc.array(tie("fragment"), { maxLength: 3 }).map((parts) => all(parts, (values) => values)),
    fc
      .dictionary(fc.stringMatching(/^[A-Z][A-Za-z]{0,6}$/), tie("fragment"), { maxKeys: 3 })
      .map((entries) =>
        all(Object.values(entries), (values) =>
          Object.fromEntries(Object.keys(entries).map((key, index) => [key, values[index] ?? ""])),
        ),
      ),
  ),
}));

const dependencies = fc.subarray([PROVIDER, ...OTHERS]).map((names): { before: object; after: object } => {
  const kept = names.filter((each) => each !== PROVIDER);
  return names.length === 0
    ? { before: {}, after: {} }
    : { before: { DependsOn: names }, after: kept.length === 0 ? {} : { DependsOn: kept } };
});
const dependency = fc.constantFrom(
  { before: { DependsOn: PROVIDER }, after: {} },
  { before: { DependsOn: "Topic" }, after: { DependsOn: "Topic" } },
);

const resource: fc.Arbitrary<Fragment> = fc
  .record({
    attributes: fc.oneof(dependencies, dependency),
    condition: fc.constantFrom<object[]>({}, { Condition: "Shared" }),
    properties: fragment,
    first: fc.boolean(),
  })
  .map(({ attributes, condition, properties, first }) => {
    const build = (own: object, Properties: Json): Json => ({
      ...(first ? own : {}),
      Type: "AWS::Some::Resource",
      ...condition,
      Properties: { Content: Properties },
      ...(first ? {} : own),
    });
    return { before: build(attributes.before, properties.before), after: build(attributes.after, properties.after) };
  });

const template: fc.Arbitrary<Fragment> = fc
  .record({
    resources: fc.tuple(resource, resource, resource, resource),
    index: fc.nat({ max: OTHERS.length }),
    output: fragment,
    own: fc.boolean(),
    shared: fc.boolean(),
  })
  .map(({ resources, index, output, own, shared }) => {
    const provider: Json = {
      Type: "AWS::IAM::OIDCProvider",
      ...(own ? { Condition: "Own" } : {}),
      Properties: {
        Url: identityProviderUrl(MICROSOFT_TENANT_ID),
        ClientIdList: ["api://one", ...(shared ? [{ Ref: "Kept" }] : [])],
        ...(own ? { Tags: [{ Key: "k", Value: { "Fn::FindInMap": ["Own", "a", "b"] } }] } : {}),
      },
      ...(shared ? { Metadata: { Note: "the last text\nhas two lines\n" } } : {}),
    };
    const build = (side: "before" | "after"): Json => {
      const entries = OTHERS.map((id, position): [string, Json] => [id, resources[position]?.[side] ?? ""]);
      const isBefore = side === "before";
      const keepOwn = isBefore || !own;
      const result: [string, Json][] = [
        ["AWSTemplateFormatVersion", "2010-09-09"],
        [
          "Parameters",
          {
            ...(keepOwn ? { Own: { Type: "String", Default: "yes" } } : {}),
            Kept: { Type: "String", Default: "k" },
            Unused: { Type: "String" },
          },
        ],
        ["Mappings", { ...(keepOwn ? { Own: { a: { b: "c" } } } : {}), Unused: { a: { b: "c" } } }],
        [
          "Conditions",
          {
            Shared: { "Fn::Equals": [{ Ref: "Kept" }, "k"] },
            Unused: { "Fn::Equals": ["a", "b"] },
            ...(keepOwn ? { Own: { "Fn::And": [{ Condition: "Half" }, { Condition: "Shared" }] } } : {}),
            ...(keepOwn ? { Half: { "Fn::Equals": [{ Ref: "Own" }, "yes"] } } : {}),
          },
        ],
        [
          "Resources",
          {
            ...Object.fromEntries<Json>(entries.slice(0, index)),
            ...(isBefore ? { [PROVIDER]: provider } : {}),
            ...Object.fromEntries<Json>(entries.slice(index)),
            Reader: TRUSTING,
          },
        ],
        ["Outputs", { Output: { Value: output[side], Condition: "Shared" }, Kept: { Value: { Ref: "Kept" } } }],
      ];
      return Object.fromEntries(result);
    };
    return { before: build("before"), after: build("after") };
  });

const document = (value: Json) => new Document(value, { aliasDuplicateObjects: false });

// Folded double quotes are the one thing that the library does not always read as it wrote it.
const UNFOLDED = { lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER };

/** By its trust a template is known that has no provider any more. */
const TRUSTING: Json = {
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: { "Fn::Sub": ARN } },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringLike: { [`sts.windows.net/${MICROSOFT_TENANT_ID}/:aud`]: "api://one" } },
        },
      ],
    },
  },
};

/** The ways to write a template. */
const WRITERS: Readonly<Record<string, (value: Json) => string>> = {
  "compact JSON": (value) => JSON.stringify(value),
  "JSON with two spaces": (value) => JSON.stringify(value, null, 2),
  "JSON with tabs": (value) => JSON.stringify(value, null, "\t").replaceAll("\n", "\r\n"),
  YAML: (value) => document(value).toString({ ...UNFOLDED }),
  "YAML with the line ends of Windows, after a byte order mark": (value) =>
    `\uFEFF${document(value).toString(UNFOLDED).replaceAll("\n", "\r\n")}`,
  "YAML in single quotes, folded, with lists at the margin": (value) => {
    const text = document(value).toString({
      indent: 4,
      indentSeq: false,
      lineWidth: 40,
      defaultStringType: "QUOTE_SINGLE",
    });
    fc.pre(JSON.stringify(parse(text)) === JSON.stringify(value));
    return text;
  },
  "YAML in brackets": (value) => document(value).toString({ collectionStyle: "flow", ...UNFOLDED }),
  "YAML with short tags": (value) => withShortTags(value).toString({ ...UNFOLDED }),
  "YAML with short tags in brackets": (value) =>
    withShortTags(value).toString({ collectionStyle: "flow", ...UNFOLDED }),
  "YAML with block texts": (value) => {
    const written = document(value);
    visit(written, {
      Scalar: (key, node) => {
        if (key === "value" && String(node.value).includes("\n")) {
          node.type = Scalar.BLOCK_LITERAL;
        }
      },
    });
    return written.toString({ ...UNFOLDED });
  },
};

function withShortTags(value: Json): Document {
  const written = document(value);
  visit(written, {
    Map: (_key, node) => {
      const [only, another] = node.items;
      const key = only && isScalar(only.key) ? String(only.key.value) : "";
      if (!another && only && /^(?:Ref|Condition|Fn::.*)$/.test(key) && !(key === "Condition" && isMap(only.value))) {
        const content = only.value as Node & { tag?: string };
        content.tag = `!${key.replace("Fn::", "")}`;
        return content;
      }
      return undefined;
    },
  });
  return written;
}

const RUNS = { seed: 20261125, numRuns: 40 };

describe.each(Object.keys(WRITERS))("%s", (writer) => {
  const write = WRITERS[writer] ?? JSON.stringify;

  test("is cleaned of the provider and of nothing else, in order, and not a second time", () => {
    fc.assert(
      fc.property(template, ({ before, after }) => {
        const read = readTemplate(write(before));
        expect(JSON.stringify(valueOf(read.root))).toBe(JSON.stringify(before));
        const { template: cleaned } = withoutIdentityProvider(read);
        expect(JSON.stringify(valueOf(cleaned.root))).toBe(JSON.stringify(after));
        expect(withoutIdentityProvider(cleaned)).toEqual({ template: cleaned, changes: [], audiences: [] });
      }),
      RUNS,
    );
  });
});

test.each(["JSON with two spaces", "YAML", "YAML with block texts"])("%s keeps its lines as they are", (writer) => {
  const write = WRITERS[writer] ?? JSON.stringify;
  fc.assert(
    fc.property(template, ({ before }) => {
      const text = write(before);
      const lines = new Set(text.split("\n").map((line) => line.replace(/,$/, "")));
      const cleaned = withoutIdentityProvider(readTemplate(text)).template.text.split("\n");
      expect(cleaned.filter((line) => !line.includes(ARN) && !lines.has(line.replace(/,$/, "")))).toEqual([]);
    }),
    RUNS,
  );
});

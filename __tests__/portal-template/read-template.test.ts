import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../modules";
import { readTemplate, readTemplateFile } from "../../modules/portal-template";
import { valueOf } from "../../modules/portal-template/source";

const TOPIC = { Resources: { Topic: { Type: "AWS::SNS::Topic" } } };

const read = (text: string): unknown => valueOf(readTemplate(text, "portal.json").root);

describe("a template", () => {
  test("is read from JSON, with tabs, escapes and a byte order mark", () => {
    expect(read("\uFEFF" + JSON.stringify(TOPIC, null, "\t"))).toEqual(TOPIC);
    expect(read('{"Resources": {"a\\u0041\\/\\n": {"Type": "\\ud83d\\ude00"}}}')).toEqual({
      Resources: { "aA/\n": { Type: "😀" } },
    });
  });

  test("is read from YAML, where short tags are the functions that they stand for", () => {
    const text = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Wanted
    Properties:
      A: !Ref Name
      B: !GetAtt Provider.Arn
      C: !Sub
        - "\${a}"
        - a: !Join ["-", [x, !Ref y]]
      D: !If
        - Wanted
        - !Sub '\${Name}'
        - !Ref AWS::NoValue
      E: { F: !Not [!Condition Wanted], G: !!str 1 }
      H:
      - !Equals [!Ref a, on]
      I: |
        two
        lines
      J:
`;
    expect(read(text)).toEqual({
      Resources: {
        Role: {
          Type: "AWS::IAM::Role",
          Condition: "Wanted",
          Properties: {
            A: { Ref: "Name" },
            B: { "Fn::GetAtt": "Provider.Arn" },
            C: { "Fn::Sub": ["${a}", { a: { "Fn::Join": ["-", ["x", { Ref: "y" }]] } }] },
            D: { "Fn::If": ["Wanted", { "Fn::Sub": "${Name}" }, { Ref: "AWS::NoValue" }] },
            E: { F: { "Fn::Not": [{ Condition: "Wanted" }] }, G: "1" },
            H: [{ "Fn::Equals": [{ Ref: "a" }, "on"] }],
            I: "two\nlines\n",
            J: "",
          },
        },
      },
    });
  });

  test("may hold the key __proto__ without harm", () => {
    const root = read('{"Resources": {"__proto__": {"Type": "AWS::SNS::Topic"}}}') as { Resources: object };
    expect(Object.keys(root.Resources)).toEqual(["__proto__"]);
    expect(({} as { Type?: string }).Type).toBeUndefined();
  });
});

describe("what is no template", () => {
  const refused: Readonly<Record<string, readonly [text: string, ...messages: string[]]>> = {
    "broken JSON": [
      '{\n  "Resources": {\n    "A": 1 "B": 2\n  }\n}',
      "portal.json, line 3, column 12",
      '1 \\"B\\": 2',
      "neither JSON nor YAML",
    ],
    "JSON that ends too early": ['{\n  "Resources": {', "portal.json, line 2", "neither JSON nor YAML"],
    "broken YAML": ["Resources:\n  A: [1,\n  B: 2\n", "portal.json, line 3, column 3", "neither JSON nor YAML"],
    "tabs that indent YAML": ["Resources:\n\tA: 1\n", "portal.json, line 2, column 1", "Tabs"],
    "the same key twice": ["Resources:\n  A: 1\n  A: 2\n", "portal.json, line 3, column 3", "the key is there already"],
    "the same key twice in JSON": ['{"Resources": {"A": 1, "A": 2}}', "the key is there already"],
    "an alias": ["Resources:\n  A: &a\n    Type: x\n  B: *a\n", "portal.json, line 3, column 5", "anchors and aliases"],
    "another tag than CloudFormation's": ["Resources: !!binary abc\n", "line 1, column 12", "no such tag"],
    "several documents": ["Resources: 1\n---\nResources: 2\n", "line 2, column 1", "one document"],
    "a key that is a list": ["? [a]\n: b\n", "keys of a template are texts"],
    "an empty file": ["", "the file is empty"],
    "a file of comments": ["# nothing\n", "the file is empty"],
    "a text": ["hello", 'portal.json: "a text"', "expected a CloudFormation template"],
    "an ARM template": [
      '{"$schema": "https://x", "resources": []}',
      '["$schema","resources"]',
      '"Resources" at its top',
    ],
    "a template without resources": ['{"Resources": {}}', "at least one resource"],
    "a resource without a type": [
      '{"Resources": {"A": {"Properties": {}}}}',
      "portal.json, Resources.A",
      "with a Type",
    ],
  };
  test.each(Object.keys(refused))("fails: %s", (name) => {
    const [text = "", ...messages] = refused[name] ?? [];
    const attempt = () => readTemplate(text, "portal.json");
    expect(attempt).toThrow(InputError);
    for (const message of messages) {
      expect(attempt).toThrow(message);
    }
  });

  test.each(["[", '{"a":', "- ", "? "])("fails: %s nested without end", (opening) => {
    expect(() => readTemplate(opening.repeat(100_000))).toThrow("nests deeper than 200 levels");
  });

  test("fails: more than 1 MB", () => {
    expect(() => readTemplate(`# ${"x".repeat(1_048_576)}`)).toThrow(
      'template: "1048578 bytes" is not allowed; CloudFormation takes templates of at most 1048576',
    );
  });
});

describe("a template file", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "portal-template-"));
    writeFileSync(join(folder, "portal.json"), JSON.stringify(TOPIC));
    writeFileSync(join(folder, "utf16.json"), Buffer.from(`\uFEFF${JSON.stringify(TOPIC)}`, "utf16le"));
    writeFileSync(join(folder, "latin1.json"), Buffer.from(`{"Description": "caf\u00e9"}`, "latin1"));
    writeFileSync(join(folder, "large.json"), "x".repeat(1_048_577));
    symlinkSync(join(folder, "portal.json"), join(folder, "link.json"));
    mkdirSync(join(folder, "folder.json"));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("is read under its name", () => {
    expect(readTemplateFile(join(folder, "portal.json")).name).toBe("portal.json");
  });

  test.each([
    ["missing.json", "there is no such file"],
    ["link.json", "this is a symbolic link: give the file that it points to"],
    ["folder.json", "this is a folder"],
    ["large.json", "it has 1048577 bytes"],
    [
      "utf16.json",
      "it is not in UTF-8, as CloudFormation takes it: save it again, for instance with Set-Content -Encoding utf8",
    ],
    ["latin1.json", "it is not in UTF-8"],
  ])("fails: %s", (name, message) => {
    const attempt = () => readTemplateFile(join(folder, name));
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});

import { Fn, Lazy, TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expression } from "../../modules/terraform";
import type { Operand } from "../../modules/terraform";
import { runTerraform } from "../../rehearsal/terraform";
import { describeWithTerraform } from "../support/with-terraform";
import { testApp } from "../support/test-app";

/** Value of the variable of the stack. */
const VALUE = 'v"\\${$%\n';

/** Texts that stand for themselves. */
const TEXTS = [
  "quotes \"and\" 'apostrophes'",
  "back\\slashes \\n \\u0041 \\",
  "line\nbreaks\r\n\ttabs",
  "control\b\f\u0001\u007f\u009f",
  "unicode \u00e9 \u{1f600} \u2028",
  "%{ if true }directive%{ endif } %%{ %",
  "dollars $ $$ $",
  "braces } { ]",
  "",
];

/** Templates that the user wrote by hand: Terraform itself says what they mean. */
const TEMPLATES = [
  "${var.value}",
  'a "${var.value}" \\ ${upper("x")}',
  '${lookup({ a = "}" }, "a")}',
  '${join("-", [for k, v in { a = "${var.value}", b = "{${var.value}" } : "${k}${v}"])}',
  "$${var.value} $$${var.value}",
  'x${"{"}y${"\\"}"}z',
];

const variableOf = (stack: TerraformStack) => new TerraformVariable(stack, "value", { default: "" }).stringValue;

/** What each expression and each template comes to. */
async function evaluated(build: (output: (name: string, value: unknown) => void, stack: TerraformStack) => void) {
  const stack = new TerraformStack(testApp(), "stack");
  build((name, value) => {
    new TerraformOutput(stack, name, { value, staticId: true });
  }, stack);
  const cwd = mkdtempSync(join(tmpdir(), "template-"));
  writeFileSync(join(cwd, "cdk.tf.json"), Testing.synth(stack));
  writeFileSync(join(cwd, "terraform.rc"), "");
  writeFileSync(join(cwd, "terraform.tfvars.json"), JSON.stringify({ value: VALUE }));
  const env = { CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: join(cwd, "terraform.rc"), PATH: process.env.PATH ?? "" };
  await runTerraform(["apply", "-auto-approve", "-input=false", "-no-color"], {
    cwd,
    env,
    signal: new AbortController().signal,
  });
  const { outputs } = JSON.parse(readFileSync(join(cwd, "terraform.tfstate"), "utf8")) as {
    outputs: Readonly<Record<string, { readonly value: unknown }>>;
  };
  rmSync(cwd, { recursive: true });
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

describeWithTerraform("text in an expression", () => {
  test("comes to the same in Terraform, alone and around a Terraform value, whatever characters it has", async () => {
    const outputs = await evaluated((output, stack) => {
      const value = variableOf(stack);
      const code = (operand: Operand) => expression`[${operand}]`.toString();
      TEXTS.forEach((text, index) => {
        output(`text_${index}`, code(text));
        output(`around_${index}`, code(`${text}${value}${text}`));
        output(`in_list_${index}`, code([text, value]));
      });
      TEMPLATES.forEach((template, index) => {
        output(`raw_${index}`, template);
        output(`template_${index}`, code(template));
        output(`with_token_${index}`, code(`${template}${value}`));
      });
      output("lazy", code(Lazy.stringValue({ produce: () => 'a "lazy" text' })));
      output("lazy_list", code(Lazy.listValue({ produce: () => ["a", "}"] })));
      output("function", code(Fn.join("}", ["{", value])));
      output("inside", code(`\${upper(${value})}"`));
      output("number", code(Fn.lengthOf([1, 2])));
      output("number_in_text", code(`a-${Fn.lengthOf([1, 2])}`));
    });
    TEXTS.forEach((text, index) => {
      expect([index, outputs[`text_${index}`]]).toEqual([index, [text]]);
      expect([index, outputs[`around_${index}`]]).toEqual([index, [`${text}${VALUE}${text}`]]);
      expect([index, outputs[`in_list_${index}`]]).toEqual([index, [[text, VALUE]]]);
    });
    TEMPLATES.forEach((template, index) => {
      const raw = outputs[`raw_${index}`] as string;
      expect([template, outputs[`template_${index}`]]).toEqual([template, [raw]]);
      expect([template, outputs[`with_token_${index}`]]).toEqual([template, [`${raw}${VALUE}`]]);
    });
    expect(outputs).toMatchObject({
      lazy: ['a "lazy" text'],
      lazy_list: [["a", "}"]],
      function: [`{}${VALUE}`],
      inside: [`${VALUE.toUpperCase()}"`],
      number: [2],
      number_in_text: ["a-2"],
    });
  });
});

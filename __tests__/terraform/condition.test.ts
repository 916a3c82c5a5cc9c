import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { object, text } from "../../modules/inputs";
import { both, checkInputs, contains, either, endsWith, equal, not, startsWith } from "../../modules/terraform";
import type { BooleanOrToken } from "../../modules/terraform";
import { testApp } from "../support/test-app";

function variable(name = "value"): string {
  return new TerraformVariable(new TerraformStack(testApp(), "stack"), name, {}).stringValue;
}

/** What Terraform gets to evaluate. */
function expression(condition: BooleanOrToken): string {
  const stack = new TerraformStack(testApp(), "stack");
  stack.addOverride("locals.it", String(condition));
  return (JSON.parse(Testing.synth(stack)) as { locals: { it: string } }).locals.it;
}

describe("a condition on literals", () => {
  test.each([
    [startsWith("a/b", "a/"), true],
    [startsWith("a/b", "b"), false],
    [endsWith("a.gz", ".gz"), true],
    [endsWith("a.gz", "a"), false],
    [contains("a/b/c", "/b/"), true],
    [contains("a/b/c", "/x/"), false],
    [equal("a", "a"), true],
    [equal("a", "b"), false],
    [both(true, false), false],
    [both(true, true), true],
    [either(true, false), true],
    [either(false, false), false],
    [not(true), false],
  ])("is known at once (%#)", (condition, expected) => {
    expect(condition).toBe(expected);
  });
});

describe("a condition on Terraform values", () => {
  test("is known if the value is compared with itself", () => {
    const value = variable();
    expect(equal(value, value)).toBe(true);
    expect(startsWith(`a/${value}/`, `a/${value}/`)).toBe(true);
  });

  test("is left to Terraform otherwise", () => {
    expect(expression(startsWith(variable(), "a/"))).toBe('${startswith(var.value, "a/")}');
    expect(expression(endsWith(variable(), ".gz"))).toBe('${endswith(var.value, ".gz")}');
    expect(expression(contains(variable(), "x"))).toBe('${strcontains(var.value, "x")}');
    expect(expression(not(equal(variable(), "x")))).toBe('${!(var.value == "x")}');
  });

  test("joins a template around a value from its parts", () => {
    expect(expression(startsWith(`a/${variable()}/b`, "a/x"))).toBe(
      '${startswith(join("", ["a/", var.value, "/b"]), "a/x")}',
    );
  });

  test("reads no directive and no unknown escape in the texts around a value", () => {
    expect(expression(startsWith(`50%{ \b\f"${variable()}`, "a"))).toBe(
      '${startswith(join("", ["50%%{ \\u0008\\u000c\\"", var.value]), "a")}',
    );
  });

  test("takes a value that is written by hand as it stands, with its quotes and braces", () => {
    expect(expression(startsWith('a "${lookup(var.m, "}")}', "a"))).toBe(
      '${startswith(join("", ["a \\"", lookup(var.m, "}")]), "a")}',
    );
    expect(expression(startsWith("${merge({ a = 1 }).a}", "a"))).toBe('${startswith(merge({ a = 1 }).a, "a")}');
    expect(expression(startsWith("${var.a} $${text}", "a"))).toBe('${startswith(join("", [var.a, " $${text}"]), "a")}');
  });

  test("is decided by a literal that decides", () => {
    const open = equal(variable(), "x");
    expect(both(open, false)).toBe(false);
    expect(both(false, open)).toBe(false);
    expect(either(open, true)).toBe(true);
    expect(both(true, open)).toBe(open);
    expect(either(false, open)).toBe(open);
  });
});

describe("a rule between inputs", () => {
  const checked = (condition: BooleanOrToken) =>
    checkInputs(object<object>()({}), {}, (_, checks) => {
      checks.holds(condition, "prop", "a", "give b");
      checks.holds(condition, "other", "a", "give b");
    });

  test("fails for literals that break it, naming every prop, its value and what is allowed", () => {
    expect(() => checked(equal("a", "b"))).toThrow(
      '2 inputs are not allowed:\n- prop: "a" is not allowed; give b\n- other: "a" is not allowed; give b',
    );
  });

  test("becomes a precondition for Terraform values", () => {
    const { preconditions } = checked(equal(variable(), "b"));
    expect(preconditions.map(({ errorMessage }) => errorMessage)).toEqual([
      'prop: "a" is not allowed; give b.',
      'other: "a" is not allowed; give b.',
    ]);
  });

  test("adds nothing if it holds", () => {
    expect(checked(true).preconditions).toEqual([]);
  });
});

describe("the format of an input that only Terraform knows", () => {
  test("is a condition with the same message as for a literal, for any characters in the pattern", () => {
    const format = { expected: 'a "name" in braces', pattern: '^\\{[a-z"\\\\]{2}\\}$', refused: ["{no}"], longest: 9 };
    const { preconditions } = checkInputs(object<{ name: string }>()({ name: text(format) }), { name: variable() });
    const [only] = preconditions;
    const stack = new TerraformStack(testApp(), "stack");
    stack.addOverride("locals", { condition: String(only?.condition), message: only?.errorMessage });
    expect(JSON.parse(Testing.synth(stack)) as object).toMatchObject({
      locals: {
        condition:
          '${can(regex("^\\\\{[a-z\\"\\\\\\\\]{2}\\\\}$", var.value)) && !contains(["{no}"], lower(var.value)) && length(var.value) <= 9}',
        message: 'name: "${var.value}" is not allowed; expected a "name" in braces.',
      },
    });
  });
});

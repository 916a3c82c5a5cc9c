import { TerraformStack, TerraformVariable, Testing, Token } from "cdktf";
import { both, contains, either, endsWith, equal, InputChecks, not, startsWith } from "../../modules/terraform";
import { testApp } from "../support/test-app";

function variable(name = "value"): string {
  return new TerraformVariable(new TerraformStack(testApp(), "stack"), name, {}).stringValue;
}

/** What Terraform gets to evaluate. */
function expression(truth: ReturnType<typeof not>): string {
  const stack = new TerraformStack(testApp(), "stack");
  stack.addOverride("locals.it", Token.asString(truth));
  return (JSON.parse(Testing.synth(stack)) as { locals: { it: string } }).locals.it;
}

describe("truth about literals", () => {
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
  ])("is known at once (%#)", (truth, expected) => {
    expect(truth).toBe(expected);
  });
});

describe("truth about Terraform values", () => {
  test("is known where the value is compared with itself", () => {
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

  test("is decided by a literal that decides", () => {
    const open = equal(variable(), "x");
    expect(both(open, false)).toBe(false);
    expect(both(false, open)).toBe(false);
    expect(either(open, true)).toBe(true);
    expect(both(true, open)).toBe(open);
    expect(either(false, open)).toBe(open);
  });
});

describe("a check that something holds", () => {
  test("fails at once for literals, naming prop, value and what is allowed", () => {
    expect(() => {
      new InputChecks().holds(equal("a", "b"), "prop", "a", "give b");
    }).toThrow('prop: "a" is not allowed; give b');
  });

  test("becomes a precondition for Terraform values", () => {
    const checks = new InputChecks();
    checks.holds(equal(variable(), "b"), "prop", "a", "give b");
    expect(checks.preconditions.map(({ errorMessage }) => errorMessage)).toEqual(['prop: "a" is not allowed; give b.']);
  });

  test("passes without a trace where it holds", () => {
    const checks = new InputChecks();
    checks.holds(true, "prop", "a", "give b");
    expect(checks.preconditions).toEqual([]);
  });
});

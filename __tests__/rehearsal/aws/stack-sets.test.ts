import { organizationScenario, type AwsAccount } from "../../../rehearsal";

let management: AwsAccount;

beforeEach(async () => {
  management = (await organizationScenario()).aws.caller;
});

/** Creates a StackSet whose template has one parameter with a pattern. */
function create(parameters: Record<string, string>) {
  const template = {
    Parameters: { RoleName: { Type: "String", Default: "MDCReader", AllowedPattern: "MDC[A-Za-z]+" } },
    Resources: {},
  };
  return management.create(
    "aws_cloudformation_stack_set",
    {
      name: "Roles",
      template_body: JSON.stringify(template),
      capabilities: ["CAPABILITY_NAMED_IAM"],
      parameters,
    },
    "eu-central-1",
  );
}

describe("a parameter of a StackSet", () => {
  test.each<Record<string, string>>([{}, { RoleName: "MDCOwn" }])(
    "may be %j, which matches its pattern",
    (parameters) => {
      expect(create(parameters).id).toBe("Roles");
    },
  );

  test.each(["Own", "MDC", "MDCOwn "])("fails for %p, which does not match its pattern as a whole", (name) => {
    expect(() => create({ RoleName: name })).toThrow(
      "ValidationError: Parameter 'RoleName' must match pattern MDC[A-Za-z]+",
    );
  });
});

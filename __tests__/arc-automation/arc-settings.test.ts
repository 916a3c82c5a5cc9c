import { read } from "../../modules/inputs";
import { ARC_AUTOMATION_OPTIONS } from "../../modules/plans";

const settings = (options: unknown) => read(ARC_AUTOMATION_OPTIONS, options, "arcAutomation").value;

describe("the settings of the Arc automation", () => {
  test("are the portal's unless told otherwise", () => {
    expect(settings({})).toEqual({
      configurationId: "MDCSetup",
      attachToExistingProfiles: true,
      adoptDocuments: false,
      targets: [{ key: "InstanceIds", values: ["*"] }],
    });
  });

  const refused = (options: unknown) => () => settings(options);

  test("fails for an option that does not exist", () => {
    expect(refused({ region: "eu-west-1" })).toThrow(
      'arcAutomation.region: "eu-west-1" is not allowed; no such prop: did you mean regions? arcAutomation has:',
    );
  });

  test("fails for a configuration id that makes the role's name too long", () => {
    expect(refused({ configurationId: "a".repeat(24) })).toThrow("expected 1 to 23 letters");
  });

  test("fails for no region at all", () => {
    expect(refused({ regions: [] })).toThrow(
      "arcAutomation.regions: [] is not allowed; an empty list would reach no instance",
    );
  });

  test("fails for no target at all", () => {
    expect(refused({ targets: [] })).toThrow(
      "arcAutomation.targets: [] is not allowed; an empty list would reach no instance",
    );
  });

  test("fails for a target of another kind", () => {
    expect(refused({ targets: [{ key: "Instances", values: ["*"] }] })).toThrow(
      'arcAutomation.targets[0].key: "Instances" is not allowed; expected "InstanceIds", "ParameterValues",',
    );
  });

  test("fails for a target without values", () => {
    expect(refused({ targets: [{ key: "InstanceIds", values: [] }] })).toThrow(
      "arcAutomation.targets[0].values: [] is not allowed; expected one or more values",
    );
  });

  test("fails for a permission that is no boolean: any text would grant it", () => {
    expect(refused({ attachToExistingProfiles: "false" })).toThrow(
      'arcAutomation.attachToExistingProfiles: "false" is not allowed; allowed: true, false',
    );
  });

  test("fails for the ARN of a profile in place of its name", () => {
    expect(refused({ instanceProfileName: "arn:aws:iam::111122223333:instance-profile/Web" })).toThrow(
      "expected the name of an instance profile",
    );
  });

  test("fails for a profile to extend whose role may not be extended", () => {
    expect(refused({ instanceProfileName: "Web", attachToExistingProfiles: false })).toThrow(
      'arcAutomation.instanceProfileName: "Web" is not allowed; attachToExistingProfiles is false',
    );
  });
});

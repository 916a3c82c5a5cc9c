import { TerraformVariable } from "cdktf";
import type { TerraformStack } from "cdktf";
import { stringify } from "yaml";
import { AUDIENCES } from "../../modules";
import type { DefenderPlans } from "../../modules";
import { PortalTemplateOnboarding, readTemplate, withoutIdentityProvider } from "../../modules/portal";
import type { PortalTemplateOnboardingProps } from "../../modules/portal";
import { addressesOf, comesAfter, onlyAddress } from "../support/addresses";
import { SELECTIONS } from "../support/plan-selections";
import { EXTERNAL_ID, portalTemplate, PROVIDER } from "../support/portal-template";
import type { PortalTemplateJson } from "../support/portal-template";
import { ACCOUNT, onlyResource, resourcesOf, synth } from "../support/synth";

type Props = Partial<PortalTemplateOnboardingProps>;

const SERVERS: DefenderPlans = { servers: { subPlan: "P2", arcAutoProvisioning: false } };
const EVERYTHING = SELECTIONS["all together"] ?? {};

const read = (template: object) => readTemplate(JSON.stringify(template, undefined, 2), "defender.json");

function create(stack: TerraformStack, props: Props = {}): PortalTemplateOnboarding {
  return new PortalTemplateOnboarding(stack, "Onboarding", {
    ...ACCOUNT,
    template: read(portalTemplate(props.plans ?? SERVERS)),
    plans: SERVERS,
    identityProvider: { mode: "extend" },
    ...props,
  });
}

const onboarding = (props: Props = {}) => synth((stack) => create(stack, props));

/** The template with a change. */
function changed(change: (template: PortalTemplateJson) => void, plans = SERVERS) {
  const template = portalTemplate(plans);
  change(template);
  return read(template);
}

/** The template as CloudFormation gets it. */
const sent = (props: Props = {}) =>
  JSON.parse(
    String(onlyResource(onboarding(props), "aws_cloudformation_stack").template_body).replaceAll("$${", "${"),
  ) as {
    Resources: Record<string, unknown>;
  };

describe("the stack of the portal's template", () => {
  test("has the cleaned template and nothing else", () => {
    const template = read(portalTemplate(SERVERS));
    expect(sent()).toEqual(JSON.parse(withoutIdentityProvider(template).template.text));
    expect(Object.keys(sent().Resources)).not.toContain(PROVIDER);
  });

  test("comes after the identity provider, and before the wait and the connector", () => {
    const stack = onboarding();
    const [provider, itself, wait, connector] = [
      onlyAddress(stack, "aws_iam_openid_connect_provider"),
      onlyAddress(stack, "aws_cloudformation_stack"),
      onlyAddress(stack, "time_sleep"),
      onlyAddress(stack, "azapi_resource"),
    ];
    expect([...comesAfter(stack, itself)]).toContain(provider);
    expect([...comesAfter(stack, wait)]).toContain(itself);
    expect([...comesAfter(stack, connector)]).toContain(wait);
  });

  test("confirms named roles, and macros where the template has some", () => {
    const capabilities = (props: Props = {}) =>
      onlyResource(onboarding(props), "aws_cloudformation_stack").capabilities;
    const template = changed((json) => Object.assign(json, { Transform: "AWS::LanguageExtensions" }));
    expect(capabilities()).toEqual(["CAPABILITY_NAMED_IAM"]);
    expect(capabilities({ template })).toEqual(["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]);
    const inside = changed(({ Resources }) => {
      Object.assign(Resources, { "Fn::Transform": { Name: "AWS::Include", Parameters: { Location: "s3://b/k" } } });
    });
    expect(capabilities({ template: inside })).toEqual(["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]);
  });

  test("is sent without a byte order mark, and compact", () => {
    const text = JSON.stringify(portalTemplate(SERVERS), undefined, 2);
    const body = (template: string) =>
      onlyResource(onboarding({ template: readTemplate(template) }), "aws_cloudformation_stack").template_body;
    expect(body(`\uFEFF${text}`)).toEqual(body(text));
    const yaml = stringify(portalTemplate(SERVERS), { aliasDuplicateObjects: false });
    expect(body(`\uFEFF${yaml}`)).toEqual(body(yaml));
  });

  test("gives the roles' ARNs to the connector, under the names that the parameters have", () => {
    let arns: unknown;
    const stack = synth((scope) => {
      const name = new TerraformVariable(scope, "name", {}).stringValue;
      const templateParameters = { DefenderForServersRoleName: "Own", CspmMonitorAwsRoleName: name };
      arns = create(scope, { templateParameters }).roleArns;
    });
    expect(arns).toMatchObject({ defenderForServers: `arn:aws:iam::${ACCOUNT.awsAccountId}:role/Own` });
    const body = JSON.stringify(onlyResource(stack, "azapi_resource").body);
    expect(body).toContain(":role/Own");
    expect(body).toContain(":role/${var.name}");
    expect(onlyResource(stack, "aws_cloudformation_stack").parameters).toEqual({
      DefenderForServersRoleName: "Own",
      CspmMonitorAwsRoleName: "${var.name}",
    });
  });

  test("takes the place of every role of the catalogue, with the external id of the template", () => {
    const plans = { ...EVERYTHING, databases: {} };
    const stack = onboarding({ plans, templateBucketName: "templates" });
    expect(resourcesOf(stack, "aws_iam_role")).toEqual({});
    expect(addressesOf(stack, "terraform_data").join(" ")).not.toContain("ExternalId");
    expect(JSON.stringify(onlyResource(stack, "azapi_resource").body)).toContain(EXTERNAL_ID);
  });

  test("goes through a bucket where the template is too large for a call, in the form that it has", () => {
    const large = changed((json) => (json.Description = "x".repeat(52_000)));
    const stack = onboarding({ template: large, templateBucketName: "templates" });
    expect(onlyResource(stack, "aws_cloudformation_stack").template_url).toMatch(/^https:\/\/templates\.s3.*\.json$/);
    const yaml = readTemplate(stringify(portalTemplate(SERVERS)), "defender.yaml");
    const other = onboarding({ template: yaml, templateBucketName: "templates", createTemplateBucket: true });
    expect(onlyResource(other, "aws_s3_object")).toMatchObject({ content_type: "application/yaml" });
    expect(onlyResource(other, "aws_s3_bucket")).toMatchObject({ bucket: "templates" });
  });

  test("takes a template that somebody has cleaned: the provider gets the audiences that the roles name", () => {
    const { template } = withoutIdentityProvider(read(portalTemplate(SERVERS)));
    const list = String(onlyResource(onboarding({ template }), "aws_iam_openid_connect_provider").client_id_list);
    for (const audience of [AUDIENCES.cspm, AUDIENCES.servers, AUDIENCES.vmScanner]) {
      expect(list).toContain(`"${audience}"`);
    }
  });
});

describe("a template that cannot be deployed", () => {
  const fails = (props: Props) => expect(() => onboarding(props));

  test("fails for what is no template", () => {
    fails({ template: "defender.json" as never }).toThrow(
      'template: "defender.json" is not allowed; expected a template: readTemplateFile of its path',
    );
  });

  test("fails for one that was generated for another tenant", () => {
    fails({ entraTenantId: "aaaabbbb-cccc-4ddd-8eee-ffff00001111" }).toThrow(
      `the roles of defender.json are bound to tenant ${ACCOUNT.entraTenantId}`,
    );
  });

  test("fails where a selected plan needs a role that it lacks", () => {
    fails({ plans: { ...SERVERS, containers: {} }, template: read(portalTemplate(SERVERS)) }).toThrow(
      "plans.containers.auditLogCollection.externalId: undefined is not allowed; no role of defender.json asks for an external id",
    );
    fails({ plans: { defenderCspm: {} }, template: read(portalTemplate(SERVERS)) }).toThrow(
      'template: "defender.json" is not allowed; defenderCspm.sensitiveDataDiscovery needs the role sensitiveDataDiscovery',
    );
  });

  test("takes the ARN of a role that is not found by its name", () => {
    const template = changed(({ Resources }) => {
      Object.assign(Resources.DefenderForServersRole?.Properties ?? {}, { RoleName: "Renamed" });
    });
    fails({ template }).toThrow("needs the role defenderForServers");
    const defenderForServers = `arn:aws:iam::${ACCOUNT.awsAccountId}:role/Renamed`;
    const stack = onboarding({ template, roleArns: { defenderForServers } });
    expect(JSON.stringify(onlyResource(stack, "azapi_resource").body)).toContain(defenderForServers);
  });

  test("fails for a role whose name only the stack knows", () => {
    const template = changed(({ Resources }) => {
      Object.assign(Resources.CspmMonitorRole?.Properties ?? {}, { Path: { "Fn::Sub": "/${Unknown.Path}/" } });
    });
    fails({ template }).toThrow(/defender.json, Resources.CspmMonitorRole: .*only a stack knows the name or the path/);
  });

  test("fails for parameters that it does not have, that lack a value, or that it does not allow: all at once", () => {
    const template = changed(({ Parameters }) => {
      Parameters.Needed = { Type: "String" };
      Parameters.Size = { Type: "String", Default: "small", AllowedValues: ["small", "large"] };
    });
    const templateParameters = { Wrong: "x", Size: "huge", CspmMonitorAwsRoleName: "no spaces" };
    fails({ template, templateParameters }).toThrow(
      [
        "4 inputs are not allowed:",
        '- templateParameters["Wrong"]: "x" is not allowed; defender.json has no such parameter; it has: CspmMonitorAwsRoleName, DefenderForServersRoleName, DefenderForServersVmScannerRoleName, Needed, Size',
        '- templateParameters["Size"]: "huge" is not allowed; the template allows: small, large',
        '- templateParameters["CspmMonitorAwsRoleName"]: "no spaces" is not allowed; the template allows what matches [-_a-zA-Z0-9]+',
        '- templateParameters["Needed"]: undefined is not allowed; the parameter has no default: give its value',
      ].join("\n"),
    );
  });

  test("fails for one that is too large for a call, without a bucket", () => {
    const template = changed((json) => (json.Description = "x".repeat(52_000)));
    fails({ template }).toThrow(/defender.json: "\d+ bytes" is not allowed; .* give templateBucketName/);
  });

  test("fails for an external id other than the template's, and for a bucket without a name", () => {
    const plans = { containers: { auditLogCollection: { externalId: "12345678-8888-4777-8666-555555555555" } } };
    fails({ plans, template: read(portalTemplate({ containers: {} })) }).toThrow(
      `the role of defender.json asks for ${EXTERNAL_ID}: leave it out`,
    );
    fails({ createTemplateBucket: true }).toThrow("the bucket needs a name: give templateBucketName");
  });
});

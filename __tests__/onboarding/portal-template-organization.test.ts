import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformVariable } from "cdktf";
import { stringify } from "yaml";
import { audiencesOf, resolvePlans, SENTINEL_AUDIENCE } from "../../modules";
import { PortalTemplateOrganization, readTemplate, withoutIdentityProvider } from "../../modules/portal";
import type { PlainTemplate, PortalTemplateOrganizationProps } from "../../modules/portal";
import type { StackJson } from "../../rehearsal";
import { comesAfter, onlyAddress } from "../support/addresses";
import { trustOf, URL } from "../support/identity-provider-function";
import {
  ACCOUNT_PROPS,
  only,
  organizationClouds,
  ROOT,
  SANDBOX,
  synthesize,
  templateOf,
  WORKLOADS,
} from "../support/organization";
import { SELECTIONS } from "../support/plan-selections";
import { portalTemplate, PROVIDER } from "../support/portal-template";
import type { PortalTemplateJson } from "../support/portal-template";
import { describeWithTerraform, rehearse, stopRehearsals } from "../support/with-terraform";

type Props = Partial<PortalTemplateOrganizationProps>;

const SERVERS = { servers: { subPlan: "P2", arcAutoProvisioning: false } } as const;
const ACCOUNT = {
  awsAccountId: ACCOUNT_PROPS.awsAccountId,
  awsRegion: ACCOUNT_PROPS.awsRegion,
  entraTenantId: ACCOUNT_PROPS.entraTenantId,
  azureSubscriptionId: ACCOUNT_PROPS.azureSubscriptionId,
  resourceGroupName: ACCOUNT_PROPS.resourceGroupName,
  location: ACCOUNT_PROPS.location,
  connectorName: ACCOUNT_PROPS.connectorName,
};
const WANTED = audiencesOf(resolvePlans(SERVERS));

const read = (template: object) => readTemplate(JSON.stringify(template, undefined, 2), "defender.json");

function organization(props: Props = {}): StackJson {
  return synthesize((stack) => {
    new PortalTemplateOrganization(stack, "Onboarding", {
      ...ACCOUNT,
      template: read(portalTemplate(SERVERS)),
      plans: SERVERS,
      stackSetName: "DefenderForCloud",
      targets: [ROOT],
      ...props,
    });
  });
}

/** The template with a change. */
function changed(change: (template: PortalTemplateJson) => void, plans = SERVERS) {
  const template = portalTemplate(plans);
  change(template);
  return read(template);
}

const inMembers = (props: Props = {}) => templateOf(organization(props)) as unknown as PlainTemplate;

/** Resources of the template for members that the cleaned one does not have. */
function added(props: Props = {}): string[] {
  const { template } = withoutIdentityProvider(props.template ?? read(portalTemplate(SERVERS)));
  const own = Object.keys((JSON.parse(template.text) as PlainTemplate).Resources);
  return Object.keys(inMembers(props).Resources).filter((logicalId) => !own.includes(logicalId));
}

describe("the template for the members", () => {
  test("is the cleaned one, and what ensures the identity provider with its audiences", () => {
    const { template } = withoutIdentityProvider(read(portalTemplate(SERVERS)));
    const { Resources, ...rest } = inMembers();
    const { Resources: own, ...others } = JSON.parse(template.text) as PlainTemplate;
    expect(rest).toEqual(others);
    expect(added()).toEqual([
      "EnsureIdentityProviderLog",
      "EnsureIdentityProviderRole",
      "EnsureIdentityProviderFunction",
      "EnsuredIdentityProvider",
    ]);
    expect(Resources.EnsuredIdentityProvider?.Properties).toMatchObject({ Url: URL, ClientIds: WANTED });
    for (const [logicalId, resource] of Object.entries(own)) {
      const { DependsOn, ...unchanged } = Resources[logicalId] ?? {};
      expect(unchanged).toEqual(resource);
      expect(DependsOn).toEqual(["EnsuredIdentityProvider"]);
    }
  });

  test("lets roles that trust Microsoft's tenant wait for the provider, beside what they wait for, and no others", () => {
    const template = changed(({ Resources }) => {
      const [role = ""] = Object.keys(Resources).filter((logicalId) => logicalId !== PROVIDER);
      Object.assign(Resources[role] ?? {}, { DependsOn: [PROVIDER, "Topic"] });
      Resources.Topic = { Type: "AWS::SNS::Topic", Properties: {} };
    });
    const { Topic, ...others } = inMembers({ template }).Resources;
    expect(Topic).toEqual({ Type: "AWS::SNS::Topic", Properties: {} });
    const dependencies = Object.values(others).map(({ DependsOn }) => DependsOn);
    expect(dependencies).toContainEqual(["Topic", "EnsuredIdentityProvider"]);
  });

  test("creates the provider, or leaves it out, in the other modes", () => {
    expect(added({ memberIdentityProvider: { mode: "create" } })).toEqual(["IdentityProvider"]);
    expect(added({ memberIdentityProvider: { mode: "none" } })).toEqual([]);
  });

  test("is the same for a template in YAML, with short functions in their long form", () => {
    const json = portalTemplate(SERVERS);
    json.Outputs = { Arn: { Value: { "Fn::GetAtt": ["DefenderForServersRole", "Arn"] } } };
    const yaml = stringify({ ...json, Outputs: {} }, { aliasDuplicateObjects: false }).replace(
      "Outputs: {}",
      "Outputs:\n  Arn:\n    Value: !GetAtt DefenderForServersRole.Arn",
    );
    expect(inMembers({ template: readTemplate(yaml) })).toEqual(inMembers({ template: read(json) }));
  });

  test("gives each parameter its value: without one, each plan would show a difference", () => {
    const stack = organization({ templateParameters: { DefenderForServersRoleName: "Own" } });
    const { Parameters } = templateOf(stack);
    const { parameters } = only(stack, "aws_cloudformation_stack_set");
    expect(Object.keys(parameters as object).sort()).toEqual(Object.keys(Parameters).sort());
    expect(parameters).toMatchObject({ DefenderForServersRoleName: "Own" });
  });

  test("takes the name of a parameter from a Terraform variable", () => {
    const stack = synthesize((scope) => {
      const name = new TerraformVariable(scope, "name", {}).stringValue;
      new PortalTemplateOrganization(scope, "Onboarding", {
        ...ACCOUNT,
        template: read(portalTemplate(SERVERS)),
        templateParameters: { DefenderForServersRoleName: name },
        plans: SERVERS,
        stackSetName: "DefenderForCloud",
        targets: [ROOT],
      });
    });
    for (const type of ["aws_cloudformation_stack", "aws_cloudformation_stack_set"]) {
      expect(only(stack, type).parameters).toMatchObject({ DefenderForServersRoleName: "${var.name}" });
    }
  });

  test("goes through the bucket that the stack of the management account uses", () => {
    const stack = organization({ templateBucketName: "templates", createTemplateBucket: true });
    expect(Object.keys(stack.resource?.aws_s3_bucket ?? {})).toHaveLength(1);
    expect(Object.keys(stack.resource?.aws_s3_object ?? {})).toHaveLength(2);
    expect([...comesAfter(stack, onlyAddress(stack, "aws_cloudformation_stack_set"))]).toContain(
      onlyAddress(stack, "aws_s3_bucket"),
    );
  });
});

describe("the connector of the organization", () => {
  test("names the StackSet, and comes after the stack and the members", () => {
    const stack = organization({ excludedAccountIds: ["444444444444"] });
    const connector = onlyAddress(stack, "azapi_resource");
    expect(JSON.stringify(only(stack, "azapi_resource").body)).toContain(
      '"organizationMembershipType":"Organization","stacksetName":"DefenderForCloud"',
    );
    for (const type of ["aws_cloudformation_stack", "aws_cloudformation_stack_set_instance"]) {
      expect([...comesAfter(stack, connector)]).toContain(onlyAddress(stack, type));
    }
  });
});

const withCfnLint = spawnSync("cfn-lint", ["--version"]).status === 0 ? test : test.skip;

withCfnLint("cfn-lint finds no fault in the template for the members, with everything selected", () => {
  const folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
  try {
    const plans = SELECTIONS["all together"] ?? {};
    const stack = organization({ plans, template: read(portalTemplate(plans)), templateBucketName: "templates" });
    const locals = Object.values(stack.locals as Record<string, unknown>).map(String);
    const body = locals.find((text) => text.includes("EnsuredIdentityProvider")) ?? "";
    const file = join(folder, "members.json");
    writeFileSync(file, body.replaceAll("$${", "${").replaceAll("%%{", "%{"));
    const { stdout, status } = spawnSync("cfn-lint", ["--include-checks", "W", "--", file], { encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("an organization with the portal's template", () => {
  test("fails for a template with macros, which such a StackSet refuses", () => {
    const template = changed((json) => Object.assign(json, { Transform: "AWS::LanguageExtensions" }));
    expect(() => organization({ template })).toThrow(
      'defender.json, Transform: "a macro" is not allowed; StackSets with service-managed permissions take no template with macros',
    );
  });

  test("fails for a logical id that the members need themselves", () => {
    const template = changed(({ Resources }) => {
      Resources.EnsureIdentityProviderRole = { Type: "AWS::SNS::Topic", Properties: {} };
    });
    expect(() => organization({ template })).toThrow("members get a resource with this logical id");
  });

  test("fails for a template that is too large with what is added, and says what helps", () => {
    const template = changed((json) => {
      json.Description = "x".repeat(40_000);
    });
    expect(() => organization({ template })).toThrow(
      /defender\.json for the members: "\d+ bytes" is not allowed; CloudFormation takes at most 51200 inline: give templateBucketName/,
    );
  });

  test("fails for a role of the template whose name the role of the function would have, too", () => {
    const memberIdentityProvider = { mode: "ensure", functionRoleName: "defenderforcloud-defenderforservers" } as const;
    expect(() => organization({ memberIdentityProvider })).toThrow(
      /DefenderForServersRole of defender\.json already has that name/,
    );
  });

  test("fails for the management account among the excluded ones", () => {
    expect(() => organization({ excludedAccountIds: [ACCOUNT.awsAccountId] })).toThrow("excludedAccountIds");
  });
});

const WITH_SENTINEL = "222222222222";
const MEMBER = "333333333333";

afterEach(stopRehearsals);

describeWithTerraform("an organization with the portal's template, rehearsed", () => {
  test("creates the provider where it is missing, extends it where Sentinel has it, and leaves Sentinel's at the end", async () => {
    const { aws, azure, organization: accounts } = organizationClouds();
    await accounts.addAccount(WITH_SENTINEL, WORKLOADS);
    await accounts.addAccount(MEMBER, SANDBOX);
    const sentinel = aws.account(WITH_SENTINEL).iam;
    const { arn } = sentinel.createIdentityProvider({ url: URL, clientIds: [SENTINEL_AUDIENCE] });
    sentinel.createRole({ name: "OIDC_Sentinel", assumeRolePolicy: trustOf(arn as string, SENTINEL_AUDIENCE) });
    const audiences = (account: string) => aws.account(account).iam.clientIds(URL);

    const rehearsal = await rehearse({ aws, azure, stack: organization({ preventDestroy: false }) });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    expect(audiences(WITH_SENTINEL)).toEqual([SENTINEL_AUDIENCE, ...WANTED]);
    expect(audiences(MEMBER)).toEqual(WANTED);
    expect(audiences(ACCOUNT.awsAccountId)).toEqual(WANTED);
    const roles = (account: string) =>
      aws
        .account(account)
        .objects.all("aws_iam_role")
        .map(({ attributes }) => attributes.name as string)
        .filter((name) => !/Sentinel|^StackSet-/.test(name));
    expect(roles(MEMBER)).toEqual(roles(ACCOUNT.awsAccountId));
    expect(roles(WITH_SENTINEL)).toEqual(roles(MEMBER));

    await rehearsal.destroy();
    expect(audiences(WITH_SENTINEL)).toEqual([SENTINEL_AUDIENCE]);
    expect(roles(MEMBER)).toEqual([]);
  });
});

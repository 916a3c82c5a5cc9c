import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformVariable, Token } from "cdktf";
import type { TerraformStack } from "cdktf";
import { AccountOnboarding, AUDIENCES, IamRoles, MICROSOFT_TENANT_ID, ROLE_KEYS } from "../../modules";
import type { AccountOnboardingProps } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { addressesOf, comesAfter, onlyAddress, resourcesByAddress } from "../support/addresses";
import { CIEM, SELECTIONS } from "../support/plan-selections";
import { ACCOUNT, onlyResource, resourcesOf, synth } from "../support/synth";

type Props = Partial<AccountOnboardingProps>;

const EVERYTHING = SELECTIONS["all together"] ?? {};
const CONNECTOR = "azapi_resource";

function create(stack: TerraformStack, props: Props = {}): AccountOnboarding {
  return new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, accessLevel: "default", plans: {}, ...props });
}

const onboarding = (props: Props = {}) => synth((stack) => create(stack, props));

describe("the order", () => {
  const stack = onboarding({ plans: EVERYTHING, createResourceGroup: true });
  const wait = onlyAddress(stack, "time_sleep");
  const roles = addressesOf(stack, "aws_iam_role");
  const providers = addressesOf(stack, "aws_iam_openid_connect_provider");
  const attachments = addressesOf(stack, "aws_iam_role_policy_attachment");

  test("puts the connector after the wait and the resource group", () => {
    const before = comesAfter(stack, onlyAddress(stack, CONNECTOR));
    expect(before).toContain(wait);
    expect(before).toContain(onlyAddress(stack, "azurerm_resource_group"));
  });

  test("puts the wait after everything else in AWS: identity providers, roles, policies, Arc automation", () => {
    const before = comesAfter(stack, wait);
    const types = ["aws_iam_policy", "aws_ssm_document", "aws_ssm_association"];
    const expected = [...providers, ...roles, ...attachments, ...types.flatMap((type) => addressesOf(stack, type))];
    expect(addressesOf(stack, "aws_ssm_association")).not.toEqual([]);
    expect(providers).toHaveLength(2);
    expect(roles).toHaveLength(ROLE_KEYS.length);
    expect(expected.filter((address) => !before.has(address))).toEqual([]);
  });

  test.each(roles)("puts %s after both identity providers", (role) => {
    expect([...comesAfter(stack, role)]).toEqual(expect.arrayContaining(providers));
  });

  test("puts a role after the role that its trust names, which IAM looks up", () => {
    const named = (key: string) => roles.find((address) => address.includes(`_${key}_`)) ?? key;
    expect(comesAfter(stack, named("ciemDiscovery"))).toContain(named("ciemOidc"));
  });

  test("puts each attachment after its role and its policy, and no attachment without its role", () => {
    for (const address of attachments) {
      const before = [...comesAfter(stack, address)];
      const { role, policy_arn: arn } = resourcesByAddress(stack).get(address) as { role: string; policy_arn: string };
      const names = before.map((found) => (resourcesByAddress(stack).get(found) as { name?: string }).name);
      expect(names).toContain(role);
      if (!arn.startsWith("arn:aws:iam::aws:")) {
        expect(names).toContain(arn.split("/").at(-1));
      }
    }
  });

  test("puts each association of the Arc automation after its document and after the automation's role", () => {
    for (const address of addressesOf(stack, "aws_ssm_association")) {
      const before = [...comesAfter(stack, address)];
      expect(before.some((found) => found.startsWith("aws_ssm_document."))).toBe(true);
      expect(before.some((found) => /^aws_iam_role_policy_attachment\..*arcHostManagement/.test(found))).toBe(true);
    }
  });
});

describe("the wait for IAM", () => {
  test("is 30 seconds unless said otherwise", () => {
    expect(onlyResource(onboarding(), "time_sleep").create_duration).toBe("30s");
    expect(onlyResource(onboarding({ iamPropagationSeconds: 120 }), "time_sleep").create_duration).toBe("120s");
  });

  test.each<[string, Props]>([
    ["a plan", { plans: { servers: { subPlan: "P1" } } }],
    ["a role's name", { roles: { cspmMonitor: { name: "Posture" } } }],
    ["a role's path", { roles: { all: { path: "/security/" } } }],
    ["the tenant that the trusts name", { entraTenantId: "aaaabbbb-cccc-4ddd-8eee-ffff00001111" }],
  ])("begins anew when %s changes: Azure would look at roles that IAM has not spread yet", (_, props) => {
    const { triggers } = onlyResource(onboarding(), "time_sleep");
    expect(onlyResource(onboarding(props), "time_sleep").triggers).not.toEqual(triggers);
  });

  test("does not begin anew for a change that Azure does not look at", () => {
    const { triggers } = onlyResource(onboarding(), "time_sleep");
    expect(onlyResource(onboarding({ tags: { owner: "soc" } }), "time_sleep").triggers).toEqual(triggers);
  });

  test.each(["30s", -1, 1.5, 3600])("fails for %p seconds", (iamPropagationSeconds) => {
    expect(() => onboarding({ iamPropagationSeconds: iamPropagationSeconds as number })).toThrow(
      `iamPropagationSeconds: ${JSON.stringify(iamPropagationSeconds)} is not allowed; expected a whole number from 0 to 900 (seconds)`,
    );
  });
});

describe("the account guard", () => {
  const guard = (stack: StackJson) => {
    const { data } = stack as { data: { aws_caller_identity: Record<string, { lifecycle: Lifecycle }> } };
    return Object.values(data.aws_caller_identity)[0]?.lifecycle;
  };

  interface Lifecycle {
    readonly precondition?: readonly Condition[];
    readonly postcondition: readonly Condition[];
  }

  interface Condition {
    readonly condition: string;
    readonly error_message: string;
  }

  test("compares the caller's account and partition with the declared ones", () => {
    expect(guard(onboarding())?.postcondition.map(({ condition }) => condition)).toEqual([
      '${self.account_id == "111122223333"}',
      '${startswith(self.arn, "arn:aws:")}',
    ]);
  });

  test("is one for a provider: a construct inside with a provider of its own has its own", () => {
    const guards = (alias?: string) => {
      const stack = synth((scope) => {
        const { awsAccountId, awsRegion, entraTenantId } = ACCOUNT;
        const awsProvider = alias === undefined ? undefined : new AwsProvider(scope, alias, { alias });
        new IamRoles(create(scope), "Further", {
          ...{ awsAccountId, awsRegion, entraTenantId, accessLevel: "default", plans: { servers: { subPlan: "P1" } } },
          ...(awsProvider ? { awsProvider } : {}),
        });
      });
      const { data } = stack as { data: { aws_caller_identity: Record<string, { provider?: string }> } };
      const found = Object.entries(data.aws_caller_identity).filter(([name]) => name.includes("AccountGuard"));
      return found.map(([, { provider }]) => provider);
    };
    expect(guards()).toEqual([undefined]);
    expect(guards("other")).toEqual([undefined, "aws.other"]);
  });

  test("checks account, region and tenant at plan where they are Terraform values", () => {
    const stack = synth((scope) => {
      const variable = (name: string) => new TerraformVariable(scope, name, { type: "string" }).stringValue;
      create(scope, {
        awsAccountId: variable("account"),
        awsRegion: variable("region"),
        entraTenantId: variable("tenant"),
      });
    });
    expect(guard(stack)?.precondition?.map(({ error_message: message }) => message.split(";")[0])).toEqual([
      'awsAccountId: "${var.account}" is not allowed',
      'awsRegion: "${var.region}" is not allowed',
      'entraTenantId: "${var.tenant}" is not allowed',
    ]);
  });

  const MEMBER_REGION = "eu-north-1";

  test("uses the AWS provider that it is given, as everything in AWS does", () => {
    const stack = synth((scope) => {
      create(scope, {
        plans: EVERYTHING,
        awsProvider: new AwsProvider(scope, "member", { region: MEMBER_REGION, alias: "member" }),
      });
    });
    const aws = [...resourcesByAddress(stack)].filter(([address]) => address.startsWith("aws_"));
    const others = aws.filter(([, block]) => (block as { provider?: string }).provider !== "aws.member");
    // The provider of the Microsoft tenant has the same once more, under an alias of its own.
    expect(others.map(([address]) => address)).toEqual([
      "aws_iam_openid_connect_provider.Onboarding_IdentityProvider_90FB6AE9",
    ]);
    expect((stack.provider as { aws: unknown[] }).aws).toContainEqual({
      region: MEMBER_REGION,
      allowed_account_ids: [ACCOUNT.awsAccountId],
      alias: expect.stringMatching(/^Onboarding_IdentityProvider_/) as string,
    });
    expect(JSON.stringify(stack.data)).toContain('"provider":"aws.member"');
  });
});

describe("the identity providers", () => {
  const urls = (props: Props) =>
    Object.values(resourcesOf(onboarding(props), "aws_iam_openid_connect_provider")).map(({ url }) => url);

  test("is Microsoft's tenant alone where CIEM is off, with its audiences and thumbprint", () => {
    expect(onlyResource(onboarding(), "aws_iam_openid_connect_provider")).toMatchObject({
      url: `https://sts.windows.net/${MICROSOFT_TENANT_ID}/`,
      client_id_list: [AUDIENCES.cspm],
      thumbprint_list: ["626d44e704d1ceabe3bf0d53397464ac8080142c"],
    });
  });

  test("extends the customer's tenant's, too, where others use it: nothing is expected there, nothing of others removed", () => {
    const stack = onboarding({ plans: { defenderCspm: { ciem: CIEM } }, ciemIdentityProvider: { mode: "extend" } });
    const providers = Object.values(resourcesOf(stack, "aws_iam_openid_connect_provider"));
    const own = providers.find(({ url }) => String(url).includes(ACCOUNT.entraTenantId));
    expect(own).toMatchObject({ lifecycle: { prevent_destroy: true } });
    expect(JSON.stringify(own)).not.toContain("expectedAudiences");
    expect(String(own?.client_id_list)).toContain("client_id_list");
  });

  test("are two with CIEM: the customer's tenant comes in", () => {
    expect(urls({ plans: { defenderCspm: { ciem: CIEM } } })).toEqual(
      expect.arrayContaining([
        `https://sts.windows.net/${MICROSOFT_TENANT_ID}/`,
        `https://sts.windows.net/${ACCOUNT.entraTenantId}/`,
      ]),
    );
  });
});

describe("what the onboarding says about itself", () => {
  test("is the ARN of each selected role, and the ids of provider and connector", () => {
    synth((scope) => {
      const { roleArns, identityProviderArn, connectorId } = create(scope, {
        plans: { servers: { subPlan: "P1", arcAutoProvisioning: false } },
        roles: { defenderForServers: { name: "JustInTime" } },
      });
      expect(roleArns).toEqual({
        cspmMonitor: "arn:aws:iam::111122223333:role/CspmMonitorAws",
        defenderForServers: "arn:aws:iam::111122223333:role/JustInTime",
      });
      expect(identityProviderArn).toBe(
        `arn:aws:iam::111122223333:oidc-provider/sts.windows.net/${MICROSOFT_TENANT_ID}/`,
      );
      expect(connectorId).toBe(
        `/subscriptions/${ACCOUNT.azureSubscriptionId}/resourceGroups/security/providers/Microsoft.Security/securityConnectors/aws-production`,
      );
    });
  });
});

describe("tags", () => {
  const stack = onboarding({
    plans: EVERYTHING,
    createResourceGroup: true,
    tags: { owner: "soc" },
    roles: { all: { tags: { team: "iam" } } },
  });

  test.each([
    "aws_iam_openid_connect_provider",
    "aws_iam_role",
    "aws_iam_policy",
    "aws_ssm_document",
    "aws_ssm_association",
    "azurerm_resource_group",
  ])("are on every %s", (type) => {
    const resources = Object.values(resourcesOf(stack, type));
    expect(resources.length).toBeGreaterThan(0);
    for (const { tags } of resources) {
      expect(tags).toMatchObject({ owner: "soc" });
    }
  });

  test("are on the connector", () => {
    expect(onlyResource(stack, CONNECTOR).tags).toEqual({ owner: "soc" });
  });

  test("of roles come on top of those of everything", () => {
    for (const { tags } of Object.values(resourcesOf(stack, "aws_iam_role"))) {
      expect(tags).toEqual({ owner: "soc", team: "iam" });
    }
  });
});

describe("the Arc automation", () => {
  const plans = { servers: { subPlan: "P2" } } as const;

  test("looks at the instances of the provider's region by default", () => {
    const stack = onboarding({ plans });
    expect(Object.values(resourcesOf(stack, "aws_ssm_document"))).toHaveLength(2);
    expect(onlyResource(stack, "aws_ssm_association")).not.toHaveProperty("region");
  });

  test("is set up in each region that is named", () => {
    const stack = onboarding({ plans, arcAutomation: { regions: ["eu-central-1", "us-east-1"] } });
    const regions = (type: string) => Object.values(resourcesOf(stack, type)).map(({ region }) => region);
    expect(regions("aws_ssm_association").sort()).toEqual(["eu-central-1", "us-east-1"]);
    expect(regions("aws_ssm_document").sort()).toEqual(["eu-central-1", "eu-central-1", "us-east-1", "us-east-1"]);
  });

  test("runs every 30 days with the automation's role, on the instances that are named", () => {
    const targets = [{ key: "tag:Arc", values: ["yes"] }];
    expect(onlyResource(onboarding({ plans, arcAutomation: { targets } }), "aws_ssm_association")).toMatchObject({
      schedule_expression: "rate(30 days)",
      automation_target_parameter_name: "InstanceId",
      parameters: {
        AutomationAssumeRole: "arn:aws:iam::111122223333:role/AWS-MDCSetup-HostMgmtRole-eu-central-1-MDCSetup",
        IsPolicyAttachAllowed: "true",
      },
      targets,
    });
  });

  test("extends a profile that is named by an association of its own", () => {
    const stack = onboarding({ plans, arcAutomation: { instanceProfileName: "Web" } });
    const associations = Object.values(resourcesOf(stack, "aws_ssm_association"));
    expect(associations).toHaveLength(2);
    expect(associations).toContainEqual(
      expect.objectContaining({ parameters: expect.objectContaining({ InstanceProfile: "Web" }) as unknown }),
    );
  });

  test("is absent without a plan that installs the agent", () => {
    expect(resourcesOf(onboarding(), "aws_ssm_association")).toEqual({});
  });

  test("fails where no selected plan installs the agent", () => {
    expect(() => onboarding({ arcAutomation: { regions: ["eu-central-1"] } })).toThrow(
      'arcAutomation: {"regions":["eu-central-1"]} is not allowed; no selected plan installs the Azure Arc agent: leave it out',
    );
  });

  test("fails for a region that does not exist", () => {
    expect(() => onboarding({ plans, arcAutomation: { regions: ["frankfurt"] } })).toThrow(
      'arcAutomation.regions[0]: "frankfurt" is not allowed; expected the code of an AWS region',
    );
  });

  test("fails for a region that is given twice", () => {
    expect(() => onboarding({ plans, arcAutomation: { regions: ["eu-central-1", "eu-central-1"] } })).toThrow(
      'arcAutomation.regions[1]: "eu-central-1" is not allowed; each region is given at most once',
    );
  });

  test("fails for a configuration id that would break the role's name", () => {
    expect(() => onboarding({ plans, arcAutomation: { configurationId: "a".repeat(24) } })).toThrow(
      "arcAutomation.configurationId:",
    );
  });
});

describe.each(["azapi", "templateDeployment"] as const)("the external id (%s)", (engine) => {
  const given = "12121212-3434-4545-8656-787878787878";
  /** The external id of the log reader's trust, and the one in the connector. */
  const bothSides = (stack: StackJson) => {
    const reader = Object.values(resourcesOf(stack, "aws_iam_role")).find(
      ({ name }) => name === "MDCContainersK8sDataCollectionRole",
    );
    const trust = /"sts:ExternalId":\["([^"]*)"\]/.exec(String(reader?.assume_role_policy))?.[1];
    const connector =
      engine === "azapi"
        ? JSON.stringify(onlyResource(stack, CONNECTOR).body)
        : JSON.stringify(onlyResource(stack, "azurerm_resource_group_template_deployment")).replaceAll("\\", "");
    const [, literal, generated] =
      /"dataCollectionExternalId"(?::"([^"[]*)"| = \{"value" = ([a-z_]+\.\w+\.output)\})/.exec(connector) ?? [];
    return [trust, literal ?? `\${${String(generated)}}`];
  };

  test("is generated once, and is the same in the reader's trust and in the connector", () => {
    const stack = onboarding({ engine, plans: { containers: {} } });
    const [address = ""] = addressesOf(stack, "terraform_data").filter((name) => name.includes("ExternalId"));
    const generated = `\${${address}.output}`;
    expect(bothSides(stack)).toEqual([generated, generated]);
  });

  test("is the one that is given, on both sides", () => {
    const stack = onboarding({ engine, plans: { containers: { auditLogCollection: { externalId: given } } } });
    expect(bothSides(stack)).toEqual([given, given]);
    expect(addressesOf(stack, "terraform_data").join(" ")).not.toContain("ExternalId");
  });
});

describe("wrong inputs of an onboarding", () => {
  const refused = (props: unknown) => () => onboarding(props as Props);

  test("fails for a prop that does not exist", () => {
    expect(refused({ conectorName: "aws" })).toThrow(
      /^conectorName: "aws" is not allowed; no such prop: did you mean connectorName\? the props are: awsAccountId,/,
    );
  });

  test("fails for a Terraform value that is no string, and says how to make it one", () => {
    const account = (scope: TerraformStack) => new TerraformVariable(scope, "account", {}).value as string;
    expect(() => synth((scope) => create(scope, { awsAccountId: account(scope) }))).toThrow(
      /^awsAccountId: a Terraform value is not allowed; .*; give it as a string: the stringValue of a variable, or Token.asString/,
    );
  });

  test("fails for a text in place of a boolean, which would count as true", () => {
    expect(refused({ createResourceGroup: "false" })).toThrow(
      'createResourceGroup: "false" is not allowed; allowed: true, false',
    );
  });

  test("fails for something done about CIEM's identity provider where CIEM is off", () => {
    expect(refused({ ciemIdentityProvider: { mode: "extend" } })).toThrow(
      'ciemIdentityProvider: {"mode":"extend"} is not allowed; CIEM is off',
    );
  });

  test.each(["12345678901", "1111-2222-3333", "production"])("fails for the AWS account '%s'", (awsAccountId) => {
    expect(refused({ awsAccountId })).toThrow(
      `awsAccountId: "${awsAccountId}" is not allowed; expected an AWS account id of 12 digits, for instance "111122223333"`,
    );
  });

  test.each(["Frankfurt", "eu-central-1a"])("fails for the region '%s', which does not exist", (awsRegion) => {
    expect(refused({ awsRegion })).toThrow(
      `awsRegion: "${awsRegion}" is not allowed; expected the code of an AWS region, for instance`,
    );
  });

  test("fails for a tenant that is no GUID", () => {
    expect(refused({ entraTenantId: "contoso.onmicrosoft.com" })).toThrow(
      'entraTenantId: "contoso.onmicrosoft.com" is not allowed; expected a GUID in lower case',
    );
  });

  test("fails for a subscription that is no GUID", () => {
    expect(refused({ azureSubscriptionId: "production" })).toThrow('azureSubscriptionId: "production" is not allowed;');
  });

  test("fails for an access level that does not exist", () => {
    expect(refused({ accessLevel: "least" })).toThrow(
      'accessLevel: "least" is not allowed; allowed: "default", "leastPrivilege"',
    );
  });

  test("fails for a partition that does not exist", () => {
    expect(refused({ partition: "aws-eu" })).toThrow(
      'partition: "aws-eu" is not allowed; allowed: "aws", "aws-us-gov", "aws-cn"',
    );
  });

  test("fails for an empty resource group", () => {
    expect(refused({ resourceGroupName: "" })).toThrow(
      'resourceGroupName: "" is not allowed; expected 1 to 90 letters',
    );
  });

  test("fails for an illegal connector name", () => {
    expect(refused({ connectorName: "aws/production" })).toThrow('connectorName: "aws/production" is not allowed;');
  });

  test("fails for a scan interval of 5 hours", () => {
    expect(refused({ scanIntervalHours: 5 })).toThrow("scanIntervalHours: 5 is not allowed; allowed: 4, 6, 12, 24");
  });

  test("fails for a Terraform value in place of the map of tags, instead of a stack overflow", () => {
    const tags = (scope: TerraformStack) =>
      Token.asStringMap(new TerraformVariable(scope, "tags", {}).value) as Record<string, string>;
    expect(() => synth((scope) => create(scope, { tags: tags(scope) }))).toThrow(
      "tags: a Terraform value is not allowed; expected a literal map of strings",
    );
  });

  test("fails for a Terraform value in place of the list of regions to scan", () => {
    const regions = (scope: TerraformStack) => new TerraformVariable(scope, "regions", {}).listValue;
    expect(() => synth((scope) => create(scope, { scanRegions: regions(scope) }))).toThrow(
      "scanRegions: a Terraform value is not allowed; expected a literal list",
    );
  });

  test("fails for one region in place of a list", () => {
    expect(refused({ scanRegions: "eu-west-1" as never })).toThrow(
      'scanRegions: "eu-west-1" is not allowed; expected a literal list',
    );
  });

  test("fails for a tenant in capitals, which IAM would compare with the token's small letters", () => {
    expect(refused({ entraTenantId: "AAAABBBB-CCCC-4DDD-8EEE-FFFF00001111" })).toThrow(
      'entraTenantId: "AAAABBBB-CCCC-4DDD-8EEE-FFFF00001111" is not allowed; expected a GUID in lower case',
    );
  });

  test("fails for Microsoft's tenant in place of the customer's", () => {
    expect(refused({ entraTenantId: MICROSOFT_TENANT_ID })).toThrow("your own tenant, not Microsoft's");
  });

  test.each([
    ["another account", "arn:aws:iam::999988887777:role/Automation"],
    ["another partition", "arn:aws-cn:iam::111122223333:role/Automation"],
  ])("fails for an existing role of %s", (_, existingRoleArn) => {
    expect(refused({ roles: { arcHostManagement: { existingRoleArn } } })).toThrow(
      `roles.arcHostManagement.existingRoleArn: "${existingRoleArn}" is not allowed; expected a role of account 111122223333, in partition aws`,
    );
  });
});

import { TerraformVariable } from "cdktf";
import { OrganizationOnboarding } from "../../modules";
import type { OrganizationOnboardingProps } from "../../modules";
import type { StackJson } from "../../rehearsal";
import {
  ALL_PLANS,
  MANAGEMENT,
  only,
  ORGANIZATION_PROPS,
  organizationStack,
  ROOT,
  SANDBOX,
  synthesize,
  templateOf,
  WORKLOADS,
} from "../support/organization";

const STACK_SET = "aws_cloudformation_stack_set";
const INSTANCE = "aws_cloudformation_stack_set_instance";

/** Makes the template larger by about this many bytes: long tags on each of the 14 roles. */
function padded(bytes: number): Partial<OrganizationOnboardingProps> {
  const count = Math.ceil(bytes / 14 / 256);
  return {
    tags: Object.fromEntries(Array.from({ length: count }, (_, index) => [`padding${index}`, "x".repeat(256)])),
  };
}

function typesOf(stack: StackJson): string[] {
  return Object.keys(stack.resource ?? {}).sort();
}

describe("the StackSet", () => {
  const stack = organizationStack({ tags: { team: "soc" } });

  test("is service-managed, deploys to accounts that join later, and queues operations that would conflict", () => {
    expect(only(stack, STACK_SET)).toMatchObject({
      name: "DefenderForCloud",
      permission_model: "SERVICE_MANAGED",
      call_as: "SELF",
      capabilities: ["CAPABILITY_NAMED_IAM"],
      auto_deployment: { enabled: true, retain_stacks_on_account_removal: false },
      managed_execution: { active: true },
      operation_preferences: { failure_tolerance_percentage: 10, max_concurrent_percentage: 10 },
      tags: { team: "soc" },
    });
  });

  test("has instances by target, in the provider's region, whose changes never replace the stacks of all members", () => {
    expect(only(stack, INSTANCE)).toMatchObject({
      for_each: `\${toset(["${ROOT}"])}`,
      deployment_targets: { organizational_unit_ids: ["${each.value}"] },
      retain_stack: false,
      lifecycle: { prevent_destroy: true, ignore_changes: ["deployment_targets", "operation_preferences"] },
    });
  });

  test("ignores the role that CloudFormation reports for StackSets that have none", () => {
    expect(only(stack, STACK_SET).lifecycle).toEqual({
      prevent_destroy: true,
      ignore_changes: ["administration_role_arn"],
    });
  });

  test("names no region in an argument that hashicorp/aws 5 does not have", () => {
    expect(only(stack, INSTANCE)).not.toHaveProperty("stack_set_instance_region");
  });

  test("leaves out excluded accounts", () => {
    const excluding = organizationStack({ excludedAccountIds: ["333333333333"] });
    expect(only(excluding, INSTANCE).deployment_targets).toEqual({
      organizational_unit_ids: ["${each.value}"],
      account_filter_type: "DIFFERENCE",
      accounts: ["333333333333"],
    });
  });

  test("has half a day for an operation on thousands of accounts", () => {
    expect(only(stack, STACK_SET).timeouts).toEqual({ update: "12h" });
    expect(only(stack, INSTANCE).timeouts).toEqual({ create: "12h", update: "12h", delete: "12h" });
  });

  test("keeps stacks, and may be destroyed, if the props say so", () => {
    const leaving = organizationStack({
      retainStacksOnDestroy: true,
      retainStacksOnAccountRemoval: true,
      preventDestroy: false,
    });
    expect(only(leaving, STACK_SET)).toMatchObject({
      auto_deployment: { retain_stacks_on_account_removal: true },
      lifecycle: { prevent_destroy: false },
    });
    expect(only(leaving, INSTANCE)).toMatchObject({ retain_stack: true, lifecycle: { prevent_destroy: false } });
  });

  test("sends CloudFormation's references unchanged, and lets Terraform resolve its own", () => {
    const body = String(only(stack, STACK_SET).template_body);
    expect(body).toContain("arn:$${AWS::Partition}:iam::$${AWS::AccountId}:oidc-provider/");
    expect(body.replaceAll("$${", "")).not.toContain("${");
  });
});

describe("an ARN in the options of the roles", () => {
  test("names the member if it has the management account's Terraform value", () => {
    const stack = synthesize((scope) => {
      const awsAccountId = new TerraformVariable(scope, "account", { type: "string" }).stringValue;
      new OrganizationOnboarding(scope, "Onboarding", {
        ...ORGANIZATION_PROPS,
        awsAccountId,
        plans: { defenderCspm: {} },
        // A tag says what it says in every account.
        tags: { owner: `arn:aws:iam::${MANAGEMENT}:role/Owner` },
        roles: { all: { permissionsBoundaryArn: `arn:aws:iam::${awsAccountId}:policy/Boundary` } },
      });
    });
    const template = JSON.stringify(templateOf(stack));
    expect(template).toContain('"PermissionsBoundary":{"Fn::Sub":"arn:aws:iam::${AWS::AccountId}:policy/Boundary"}');
    expect(template).toContain(`"Value":"arn:aws:iam::${MANAGEMENT}:role/Owner"`);
  });
});

describe("the template's way to CloudFormation", () => {
  test("is inline while it has at most 51,200 bytes", () => {
    const set = only(organizationStack(), STACK_SET);
    expect(Buffer.byteLength(String(set.template_body).replaceAll("$${", "${"))).toBeLessThanOrEqual(51_200);
    expect(set.template_url).toBeUndefined();
  });

  test("uses an existing bucket, under a key that changes with the content", () => {
    const stack = organizationStack({ ...padded(60_000), templateBucketName: "templates" });
    expect(typesOf(stack).filter((type) => type.startsWith("aws_s3_"))).toEqual(["aws_s3_object"]);
    const set = only(stack, STACK_SET);
    expect(set.template_body).toBeUndefined();
    expect(set.template_url).toMatch(
      /^https:\/\/templates\.s3\.eu-central-1\.amazonaws\.com\/DefenderForCloud\/\$\{sha256\(local\.\w+\)\}\.json$/,
    );
    expect(only(stack, "aws_s3_object").lifecycle).toEqual({ create_before_destroy: true });
  });

  test("uses a created bucket: private, versioned, encrypted, through TLS only", () => {
    const stack = organizationStack({ templateBucketName: "templates", createTemplateBucket: true });
    expect(only(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(only(stack, "aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
    expect(JSON.stringify(only(stack, "aws_s3_bucket_server_side_encryption_configuration"))).toContain("AES256");
    expect(JSON.parse(String(only(stack, "aws_s3_bucket_policy").policy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:*"],
          Resource: ["arn:aws:s3:::templates", "arn:aws:s3:::templates/*"],
          Condition: { Bool: { "aws:SecureTransport": ["false"] } },
        },
      ],
    });
  });

  test("fails inline above 51,200 bytes, and says how many there are", () => {
    expect(() => organizationStack(padded(20_000))).toThrow(
      /template of the member accounts: "\d{5} bytes" is not allowed; CloudFormation takes at most 51200 inline: give templateBucketName, .*createTemplateBucket: true/,
    );
  });

  test("fails above 1 MB, also through a bucket", () => {
    expect(() => organizationStack({ ...padded(1_100_000), templateBucketName: "templates" })).toThrow(
      /template of the member accounts: "\d{7} bytes" is not allowed; CloudFormation takes at most 1048576/,
    );
  });
});

describe("input", () => {
  const fails = (props: Partial<Record<keyof OrganizationOnboardingProps, unknown>>) =>
    expect(() => organizationStack(props as Partial<OrganizationOnboardingProps>));

  test("fails for a root id of another form", () => {
    fails({ targets: ["r-AB12"] }).toThrow(
      'targets[0]: "r-AB12" is not allowed; expected the id of a root ("r-ab12") or of an organizational unit ("ou-ab12-cdefghij")',
    );
  });

  test("fails for an organizational unit id of another form", () => {
    fails({ targets: ["ou-ab12-short"] }).toThrow(
      'targets[0]: "ou-ab12-short" is not allowed; expected the id of a root',
    );
  });

  test.each([undefined, null, ROOT])("fails for targets that are not a list: %p", (targets) => {
    fails({ targets }).toThrow(
      `targets: ${JSON.stringify(targets)} is not allowed; expected a list; each entry must be the id of a root`,
    );
  });

  test("fails for excluded accounts that are not a list", () => {
    fails({ excludedAccountIds: "333333333333" }).toThrow(
      'excludedAccountIds: "333333333333" is not allowed; expected a list; each entry must be an AWS account id of 12 digits',
    );
  });

  test("fails for no target", () => {
    fails({ targets: [] }).toThrow("targets: [] is not allowed; expected at least one target");
  });

  test("fails for a target that is named twice", () => {
    fails({ targets: [WORKLOADS, SANDBOX, WORKLOADS] }).toThrow(
      `targets[2]: "${WORKLOADS}" is not allowed; list each target only once`,
    );
  });

  test("fails for the root beside a unit, which it includes", () => {
    fails({ targets: [ROOT, SANDBOX] }).toThrow(`${ROOT} includes every organizational unit: list no other target`);
  });

  test("fails for the management account among the members", () => {
    fails({ targets: [MANAGEMENT] }).toThrow(
      `targets[0]: "${MANAGEMENT}" is not allowed; expected the id of a root ("r-ab12") or of an organizational unit ("ou-ab12-cdefghij"); a service-managed StackSet takes no accounts`,
    );
  });

  test("fails for a member account as a target", () => {
    fails({ targets: ["222222222222"] }).toThrow(
      'targets[0]: "222222222222" is not allowed; expected the id of a root ("r-ab12") or of an organizational unit ("ou-ab12-cdefghij"); a service-managed StackSet takes no accounts',
    );
  });

  test("fails for the management account among the excluded", () => {
    fails({ excludedAccountIds: [MANAGEMENT] }).toThrow(
      `excludedAccountIds: "${MANAGEMENT}" is not allowed; it is the management account`,
    );
  });

  test("fails for an excluded account without 12 digits", () => {
    fails({ excludedAccountIds: ["12345"] }).toThrow(
      'excludedAccountIds[0]: "12345" is not allowed; expected an AWS account id of 12 digits',
    );
  });

  test("fails for an excluded account that is named twice", () => {
    fails({ excludedAccountIds: ["333333333333", "333333333333"] }).toThrow("list each account only once");
  });

  test.each(["1st", "under_score", "a".repeat(129), ""])("fails for the StackSet name %p", (stackSetName) => {
    fails({ stackSetName }).toThrow(
      `stackSetName: "${stackSetName}" is not allowed; expected the name of a StackSet: a letter, then letters`,
    );
  });

  test("fails for more than one region", () => {
    fails({ awsRegion: ["eu-central-1", "eu-west-1"] }).toThrow(
      'awsRegion: ["eu-central-1","eu-west-1"] is not allowed; expected the code of an AWS region, for instance "eu-central-1"',
    );
  });

  test("fails for an unknown identity provider mode", () => {
    fails({ memberIdentityProvider: { mode: "extend" } }).toThrow(
      'memberIdentityProvider.mode: "extend" is not allowed; allowed: "ensure", "create", "none"',
    );
  });

  test("fails for an existing role: it would be in the management account", () => {
    fails({ roles: { cspmMonitor: { existingRoleArn: `arn:aws:iam::${MANAGEMENT}:role/Own` } } }).toThrow(
      "roles.cspmMonitor.existingRoleArn:",
    );
  });

  test("fails for an ARN with a literal account where the management account is a Terraform value", () => {
    const permissionsBoundaryArn = `arn:aws:iam::${MANAGEMENT}:policy/Boundary`;
    expect(() =>
      synthesize((scope) => {
        const awsAccountId = new TerraformVariable(scope, "account", { type: "string" }).stringValue;
        const props = { ...ORGANIZATION_PROPS, awsAccountId, tags: { owner: `arn:aws:iam::${MANAGEMENT}:role/Owner` } };
        new OrganizationOnboarding(scope, "Onboarding", { ...props, roles: { all: { permissionsBoundaryArn } } });
      }),
    ).toThrow(
      `roles.all.permissionsBoundaryArn: "${permissionsBoundaryArn}" is not allowed; the ARN cannot be translated for members, because the management account is a Terraform value`,
    );
  });

  test("fails for a percentage out of range", () => {
    fails({ rollout: { maxConcurrentPercentage: 0 } }).toThrow(
      "rollout.maxConcurrentPercentage: 0 is not allowed; expected a whole number from 1 to 100 (percent)",
    );
  });

  test("fails for a misspelled option of the rollout, which would leave the default in place", () => {
    fails({ rollout: { failureTolerance: 0 } }).toThrow(
      "rollout.failureTolerance: 0 is not allowed; no such prop: rollout has: failureTolerancePercentage, maxConcurrentPercentage",
    );
  });

  test("fails for a misspelled option of the bucket", () => {
    fails({ templateBucketName: "templates", ...{ createTemplateBuckt: true } }).toThrow(
      "createTemplateBuckt: true is not allowed; no such prop: did you mean createTemplateBucket?",
    );
  });

  test("fails for a bucket to create without a name", () => {
    fails({ createTemplateBucket: true }).toThrow(
      "createTemplateBucket: true is not allowed; the bucket needs a name: give templateBucketName",
    );
  });

  test.each(["retainStacksOnAccountRemoval", "retainStacksOnDestroy", "preventDestroy"])(
    "fails for a text in place of the boolean %s, which would count as true",
    (option) => {
      fails({ [option]: "false" }).toThrow(`${option}: "false" is not allowed; allowed: true, false`);
    },
  );

  test("fails for a bucket name that S3 refuses", () => {
    fails({ templateBucketName: "Templates" }).toThrow('templateBucketName: "Templates" is not allowed');
  });

  test("fails for an audience that no tag can record", () => {
    const openSourceDatabases = {
      trustStatements: [
        {
          Effect: "Allow",
          Principal: { AWS: ["197857026523"] },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "sts:ExternalId": ["of-this-customer"] } },
        },
      ],
      resources: ["*"],
      audience: "api://with a space?",
    };
    fails({ plans: { ...ALL_PLANS, databases: { openSourceDatabases } } }).toThrow(
      'audience: "api://with a space?" is not allowed',
    );
  });

  test("fails for regions of the Arc automation that members' stacks do not reach", () => {
    fails({ arcAutomation: { regions: ["eu-west-1"] } }).toThrow(
      'arcAutomation.regions: ["eu-west-1"] is not allowed; members have their stack in one region',
    );
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { TerraformHclModule, TerraformOutput, TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { AccountOnboarding, AzapiProvider, IamRoles } from "../../modules";
import type { StackJson } from "../../rehearsal";
import { TerraformData } from "../../modules/terraform";
import { ACCOUNT, synth } from "../support/synth";
import { testApp } from "../support/test-app";

const PROPS = { ...ACCOUNT, accessLevel: "leastPrivilege", plans: {} } as const;
const { awsAccountId, awsRegion, entraTenantId } = ACCOUNT;
const ROLES_PROPS = { awsAccountId, awsRegion, entraTenantId, accessLevel: "leastPrivilege", plans: {} } as const;
const CONNECTOR = "azapi_resource.Onboarding_Connector_8D5D1968";

type Blocks = Readonly<Record<string, Readonly<Record<string, { readonly depends_on?: readonly string[] }>>>>;

/** What a block waits for. */
function dependsOn(stack: StackJson, address: string): readonly string[] {
  const [kind = "", type = "", name = ""] = address.startsWith("data.")
    ? address.split(".")
    : ["resource", ...address.split(".")];
  const blocks = (stack as Readonly<Record<string, Blocks>>)[kind]?.[type];
  const block = blocks?.[name];
  if (!block) {
    throw new Error(`no ${address} among ${Object.keys(blocks ?? {}).join(", ")}`);
  }
  return block.depends_on ?? [];
}

/** Addresses of the resources of a type. */
function resources({ resource }: StackJson, type: string): string[] {
  return Object.keys((resource as Blocks | undefined)?.[type] ?? {}).map((name) => `${type}.${name}`);
}

function onboard(scope: Construct): AccountOnboarding {
  return new AccountOnboarding(scope, "Onboarding", PROPS);
}

describe("what waits for a construct", () => {
  test("is a resource that depends on it, by either way", () => {
    const stack = synth((it) => {
      const onboarding = onboard(it);
      new S3Bucket(it, "argument", { dependsOn: [onboarding] });
      new S3Bucket(it, "node", {}).node.addDependency(onboarding);
    });
    expect(dependsOn(stack, "aws_s3_bucket.argument")).toEqual([CONNECTOR]);
    expect(dependsOn(stack, "aws_s3_bucket.node")).toEqual([CONNECTOR]);
  });

  test("waits for each of its resources", () => {
    const stack = synth((it) => {
      new S3Bucket(it, "bucket", {
        dependsOn: [new IamRoles(it, "Roles", { ...ROLES_PROPS, plans: { defenderCspm: {} } })],
      });
    });
    const attachments = resources(stack, "aws_iam_role_policy_attachment");
    expect(attachments.length).toBeGreaterThan(3);
    expect([...dependsOn(stack, "aws_s3_bucket.bucket")].sort()).toEqual(attachments.sort());
  });

  test("names nothing twice, in whatever ways it depends", () => {
    const stack = synth((it) => {
      const onboarding = onboard(it);
      const other = new S3Bucket(it, "other", {});
      const bucket = new S3Bucket(it, "bucket", { dependsOn: [other, onboarding, onboarding.connector, other] });
      bucket.node.addDependency(onboarding, onboarding.connector, other);
    });
    expect(dependsOn(stack, "aws_s3_bucket.bucket")).toEqual(["aws_s3_bucket.other", CONNECTOR]);
  });

  test("is a data source and a module, too", () => {
    const stack = synth((it) => {
      const onboarding = onboard(it);
      new DataAwsIamRole(it, "role", { name: "x", dependsOn: [onboarding] });
      new TerraformHclModule(it, "module", { source: "a/b/c", dependsOn: [onboarding] });
      new TerraformHclModule(it, "other", { source: "a/b/c" }).node.addDependency(onboarding);
    });
    expect(dependsOn(stack, "data.aws_iam_role.role")).toEqual([CONNECTOR]);
    expect(stack.module).toMatchObject({ module: { depends_on: [CONNECTOR] }, other: { depends_on: [CONNECTOR] } });
  });

  test("is an output, as Terraform takes it", () => {
    const stack = synth((it) => {
      const onboarding = onboard(it);
      const dependsOn = [onboarding, new S3Bucket(it, "bucket", {})];
      new TerraformOutput(it, "output", { value: "x", dependsOn, staticId: true });
    });
    expect(stack.output).toMatchObject({ output: { depends_on: [CONNECTOR, "aws_s3_bucket.bucket"] } });
  });

  test("is everything inside of a construct that depends on it", () => {
    const stack = synth((it) => {
      const team = new Construct(it, "Team");
      team.node.addDependency(onboard(it));
      new S3Bucket(new Construct(team, "Inner"), "bucket", {});
    });
    const [bucket = ""] = resources(stack, "aws_s3_bucket");
    expect(dependsOn(stack, bucket)).toEqual([CONNECTOR]);
  });

  test("may depend on a construct before anything is created in it", () => {
    const stack = synth((it) => {
      const team = new Construct(it, "Team");
      new S3Bucket(it, "bucket", {}).node.addDependency(team);
      onboard(team);
    });
    const [connector = ""] = resources(stack, "azapi_resource");
    expect(dependsOn(stack, "aws_s3_bucket.bucket")).toContain(connector);
  });

  test("does not include what it contains: nothing waits for itself", () => {
    const stack = synth((it) => {
      const team = new Construct(it, "Team");
      team.node.addDependency(onboard(team));
      new S3Bucket(team, "bucket", {});
    });
    const [connector = ""] = resources(stack, "azapi_resource");
    const [bucket = ""] = resources(stack, "aws_s3_bucket");
    expect(dependsOn(stack, bucket)).toEqual([connector]);
    expect(dependsOn(stack, connector)).not.toContain(connector);
  });
});

describe("a construct that waits", () => {
  test.each([
    ["a resource", (it: TerraformStack) => new S3Bucket(it, "first", {}), "aws_s3_bucket.first"],
    ["a module", (it: TerraformStack) => new TerraformHclModule(it, "first", { source: "a/b/c" }), "module.first"],
    [
      "a data source",
      (it: TerraformStack) => new DataAwsIamRole(it, "first", { name: "x" }),
      "data.aws_iam_role.first",
    ],
  ])("waits for %s with each of its resources, and keeps what they wait for", (_, first, address) => {
    const plain = synth(onboard);
    const stack = synth((it) => {
      onboard(it).node.addDependency(first(it));
    });
    for (const type of [
      "aws_iam_role",
      "aws_iam_policy",
      "aws_iam_role_policy_attachment",
      "azapi_resource",
      "time_sleep",
    ]) {
      for (const resource of resources(stack, type)) {
        expect(dependsOn(stack, resource)).toEqual([...dependsOn(plain, resource), address]);
      }
    }
  });

  test("reads at plan what it reads, whatever it waits for", () => {
    const stack = synth((it) => {
      onboard(it).node.addDependency(new S3Bucket(it, "first", {}));
    });
    const read = Object.values(stack.data as Blocks).flatMap((blocks) => Object.values(blocks));
    expect(read.length).toBeGreaterThan(2);
    expect(JSON.stringify(read)).not.toContain("aws_s3_bucket.first");
  });

  test("takes a construct of this package as dependsOn", () => {
    const stack = synth((it) => {
      new IamRoles(it, "Roles", { ...ROLES_PROPS, dependsOn: [onboard(it)] });
    });
    const [role = ""] = resources(stack, "aws_iam_role").filter((address) => address.includes(".Roles_"));
    expect(dependsOn(stack, role)).toEqual([CONNECTOR]);
  });

  test("takes a construct without resources of its own", () => {
    const stack = synth((it) => {
      const existingRoleArn = `arn:aws:iam::${awsAccountId}:role/Posture`;
      const roles = new IamRoles(it, "Roles", { ...ROLES_PROPS, roles: { cspmMonitor: { existingRoleArn } } });
      new S3Bucket(it, "bucket", { dependsOn: [roles] });
    });
    expect(dependsOn(stack, "aws_s3_bucket.bucket")).toEqual([]);
  });

  test.each([
    ["a variable", { terraformResourceType: "aws" }],
    ["a text", "aws_s3_bucket.x"],
  ])("fails for %s in place of what it waits for", (_, wrong) => {
    expect(() => synth((it) => new IamRoles(it, "Roles", { ...ROLES_PROPS, dependsOn: [wrong as never] }))).toThrow(
      /^dependsOn\[0\]: .* is not allowed; expected a resource, a data source, a module or a construct of this package$/,
    );
  });

  test("fails for a provider in place of what it waits for, which Terraform would refuse", () => {
    expect(() =>
      synth(
        (it) => new IamRoles(it, "Roles", { ...ROLES_PROPS, dependsOn: [new AwsProvider(it, "x", { alias: "x" })] }),
      ),
    ).toThrow(/^dependsOn\[0\]: an instance of AwsProvider is not allowed;/);
  });
});

describe("a dependency in another stack", () => {
  /** The second of two stacks as cdktf writes them, and what it waits for. */
  function second(build: (first: TerraformStack, second: TerraformStack) => void): {
    json: string;
    waitsFor: string[];
  } {
    const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
    const app = Testing.app({ outdir });
    const [first, other] = ["first", "second"].map((name) => {
      const stack = new TerraformStack(app, name);
      new AwsProvider(stack, "aws", { region: awsRegion });
      new AzapiProvider(stack, "azapi");
      return stack;
    }) as [TerraformStack, TerraformStack];
    build(first, other);
    app.synth();
    const json = readFileSync(join(outdir, "stacks", "second", "cdk.tf.json"), "utf8");
    rmSync(outdir, { recursive: true });
    return { json, waitsFor: app.manifest.stacks.second?.dependencies ?? [] };
  }

  test.each<[string, (first: TerraformStack, second: TerraformStack) => void]>([
    [
      "a construct, by the argument of a resource",
      (first, other) => {
        new S3Bucket(other, "bucket", { dependsOn: [new IamRoles(first, "Roles", ROLES_PROPS)] });
      },
    ],
    [
      "a construct, by the argument of a construct",
      (first, other) => {
        new IamRoles(other, "Roles", { ...ROLES_PROPS, dependsOn: [new IamRoles(first, "Roles", ROLES_PROPS)] });
      },
    ],
    [
      "a resource",
      (first, other) => {
        new IamRoles(other, "Roles", { ...ROLES_PROPS, dependsOn: [new TerraformData(first, "it")] });
      },
    ],
    [
      "a construct, by its node",
      (first, other) => {
        new IamRoles(other, "Roles", ROLES_PROPS).node.addDependency(new IamRoles(first, "Roles", ROLES_PROPS));
      },
    ],
  ])("lets the stack wait for %s, and leaves no address that the stack does not have", (_, build) => {
    const { json, waitsFor } = second(build);
    expect(waitsFor).toEqual(["first"]);
    expect(json).not.toContain("terraform_remote_state");
    const declared = [...json.matchAll(/"uniqueId": "(\w+)"/g)].map(([, id]) => id);
    const named = [...json.matchAll(/"depends_on": \[([^\]]*)\]/g)].flatMap(([, list = ""]) =>
      [...list.matchAll(/\.(\w+)"/g)].map(([, id]) => id),
    );
    expect(named.filter((id) => !declared.includes(id))).toEqual([]);
  });
});

test("synthesis twice is the same as once", () => {
  const stack = new TerraformStack(testApp(), "stack");
  new AwsProvider(stack, "aws", { region: awsRegion });
  const roles = new IamRoles(stack, "Roles", ROLES_PROPS);
  new S3Bucket(stack, "bucket", { dependsOn: [roles] }).node.addDependency(roles);
  new TerraformOutput(stack, "output", { value: "x", dependsOn: [roles] });
  expect(Testing.synth(stack)).toBe(Testing.synth(stack));
});

import { Lazy } from "cdktf";
import { ROLE_CATALOGUE } from "../../modules/plans";
import type { AccountOnboardingProps } from "../../modules";
import { rolesIn, rolesOfStack } from "../support/account-contents";
import { EVERYTHING, EXTERNAL_ID, MEMBER, memberWith, templateBucketName } from "../support/member-stack";
import { accountStack, MANAGEMENT, only, organizationStack, templateOf, TENANT } from "../support/organization";
import { openSourceDatabasesOf } from "../support/plan-selections";

const MICROSOFT_ACCOUNT = "197857026523";

describe("the roles of a member", () => {
  const boundary = (accountId: string) => `arn:aws:iam::${accountId}:policy/Boundary`;
  test.each<[string, Partial<AccountOnboardingProps>]>([
    ["leastPrivilege", { accessLevel: "leastPrivilege" }],
    ["default", { accessLevel: "default" }],
    [
      "tags, a path and own names",
      { tags: { team: "soc" }, roles: { all: { path: "/soc/" }, cspmMonitor: { name: "Own" } } },
    ],
    [
      "further permissions",
      {
        roles: {
          cspmMonitor: {
            maxSessionDurationSeconds: 7200,
            additionalManagedPolicyArns: ["arn:aws:iam::aws:policy/SecurityAudit"],
            additionalStatements: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::reports/*"] }],
          },
        },
      },
    ],
  ])("are those of the standalone module, statement by statement: %s", async (_, options) => {
    const props = { plans: EVERYTHING, ...options };
    const { account } = await memberWith(props);
    const standalone = accountStack({ ...props, awsAccountId: MEMBER });
    const expected = rolesOfStack(standalone, MEMBER);
    expect(expected).toHaveLength(16);
    expect(rolesIn(account)).toEqual(expected);
  });

  test("name the member where the options name the management account", async () => {
    const { account } = await memberWith({ roles: { all: { permissionsBoundaryArn: boundary(MANAGEMENT) } } });
    const boundaries = rolesIn(account).map(({ permissionsBoundary }) => permissionsBoundary);
    expect(new Set(boundaries)).toEqual(new Set([boundary(MEMBER)]));
  });

  test.each([
    ["a literal", MANAGEMENT],
    ["a Terraform value", Lazy.stringValue({ produce: () => "${var.management}" })],
  ])(
    "trust the provider of their own account where the user's statements name the management account, %s",
    async (_what, awsAccountId) => {
      const openSourceDatabases = openSourceDatabasesOf(awsAccountId, TENANT);
      const { account } = await memberWith({ awsAccountId, plans: { databases: { openSourceDatabases } } });
      const role = rolesIn(account).find(({ name }) => name.endsWith("DataThreatProtectionDB"));
      expect(role?.trust).toEqual({
        Version: "2012-10-17",
        Statement: openSourceDatabasesOf(MEMBER, TENANT).trustStatements,
      });
      expect(JSON.stringify(role?.policies)).toContain(`arn:aws:rds:*:${MEMBER}:*`);
      expect(JSON.stringify(rolesIn(account))).not.toMatch(new RegExp(`${MANAGEMENT}|var\\.management|TfToken`));
    },
  );

  test("all have the path, boundary, session duration and tags of roles.all, and the function's role a name of choice", async () => {
    const all = {
      path: "/soc/",
      permissionsBoundaryArn: boundary(MANAGEMENT),
      maxSessionDurationSeconds: 7200,
      tags: { owner: "soc" },
    };
    const { account } = await memberWith({
      plans: EVERYTHING,
      tags: { team: "cloud" },
      roles: { all },
      memberIdentityProvider: { mode: "ensure", functionRoleName: "DefenderIdentityProvider" },
    });
    const roles = rolesIn(account);
    expect(roles).toHaveLength(17);
    expect(roles.map(({ name }) => name)).toContain("DefenderIdentityProvider");
    for (const role of roles) {
      expect(role).toMatchObject({
        path: "/soc/",
        permissionsBoundary: boundary(MEMBER),
        maxSessionDuration: 7200,
        tags: { owner: "soc", team: "cloud" },
      });
    }
    // The function can do its work under that name and path.
    expect(account.iam.clientIds("https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/")).not.toEqual([]);
  });

  test("fails for a name of the function's role that IAM does not take", async () => {
    await expect(
      memberWith({ memberIdentityProvider: { mode: "ensure", functionRoleName: "Defender/Function" } }),
    ).rejects.toThrow(/memberIdentityProvider.functionRoleName.*Defender\/Function.*1 to 64 letters/s);
  });

  test("fails for a name of the function's role that another role has", async () => {
    await expect(
      memberWith({ memberIdentityProvider: { mode: "ensure", functionRoleName: "cspmmonitoraws" } }),
    ).rejects.toThrow(
      'memberIdentityProvider.functionRoleName: "cspmmonitoraws" is not allowed; roles.cspmMonitor already has that name',
    );
  });

  test("keep a policy variable, however it was written for Terraform", async () => {
    const statement = (variable: string) => ({
      Effect: "Allow" as const,
      Action: ["s3:GetObject"],
      Resource: [`arn:aws:s3:::home/${variable}/*`, `arn:aws:iam::${MANAGEMENT}:user/${variable}`],
    });
    const { account } = await memberWith({
      roles: { cspmMonitor: { additionalStatements: [statement("$${aws:username}"), statement("${aws:username}")] } },
    });
    const role = rolesIn(account).find(({ name }) => name === "CspmMonitorAws");
    const { Statement: statements } = role?.policies[`arn:aws:iam::${MEMBER}:policy/CspmMonitorAws-Additional`] as {
      Statement: { Resource: string[] }[];
    };
    for (const { Resource: resources } of statements) {
      expect(resources).toEqual([
        "arn:aws:s3:::home/${aws:username}/*",
        `arn:aws:iam::${MEMBER}:user/\${aws:username}`,
      ]);
    }
  });
});

describe("the template", () => {
  const template = templateOf(organizationStack());
  const text = JSON.stringify(template);

  test("holds no account id but Microsoft's", () => {
    const ids = [...text.matchAll(/(?<![\w-])\d{12}(?![\w-])/g)].map(([id]) => id);
    expect(new Set(ids)).toEqual(new Set([MICROSOFT_ACCOUNT]));
  });

  test("has the portal's parameter for every role but the one whose name the portal fixes", () => {
    const roles = Object.values(template.Resources).filter(
      ({ Type: type, Properties: { RoleName: name } }) => type === "AWS::IAM::Role" && name !== undefined,
    );
    const references = roles.map(({ Properties: { RoleName: name } }) => (name as { Ref?: string }).Ref);
    expect(references.filter((name) => name === undefined)).toHaveLength(1);
    expect(references.filter((name) => name !== undefined).sort()).toEqual(
      Object.keys(template.Parameters)
        .filter((name) => name.endsWith("RoleName"))
        .sort(),
    );
    expect(Object.values(ROLE_CATALOGUE).map(({ portalParameter }) => portalParameter)).toEqual(
      expect.arrayContaining(references.filter((name) => name !== undefined)),
    );
  });

  test("takes a changed role name as a parameter, also where policies name the role", async () => {
    const { account, template: changed } = await memberWith({
      roles: { containersKinesisToS3: { name: "FirehoseToBucket" } },
    });
    expect(changed.Parameters.MDCContainersK8sKinesisToS3RoleName?.Default).toBe("FirehoseToBucket");
    const k8s = rolesIn(account).find(({ name }) => name === "MDCContainersK8sRole");
    expect(JSON.stringify(k8s?.policies)).toContain(`arn:aws:iam::${MEMBER}:role/FirehoseToBucket`);
  });

  test("gives every parameter through the StackSet, so that no default is planned as a change", () => {
    const stack = organizationStack({ plans: EVERYTHING, templateBucketName });
    const { parameters } = only(stack, "aws_cloudformation_stack_set") as { parameters: Record<string, string> };
    expect(parameters.AzureDefenderKubernetesScubaReaderRoleStsExternalId).toBe(EXTERNAL_ID);
    expect(parameters.CspmMonitorAwsRoleName).toBe("CspmMonitorAws");
    expect(Object.keys(parameters)).toHaveLength(16);
  });

  test("does not hide in a plan behind an external id that is generated", () => {
    const stack = organizationStack();
    const set = only(stack, "aws_cloudformation_stack_set");
    expect(String(set.template_body)).not.toContain("terraform_data");
    expect(JSON.stringify(set.parameters)).toContain("terraform_data");
  });

  test("has nothing that a service-managed StackSet refuses", () => {
    expect(text).not.toContain("AWS::CloudFormation::Stack");
    expect(text).not.toContain("Transform");
    expect(Object.keys(template.Resources).length).toBeLessThan(500);
  });

  test("waits with every role for the identity provider", () => {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type === "AWS::IAM::Role" && id !== "EnsureIdentityProviderRole") {
        expect(resource.DependsOn).toContain("EnsuredIdentityProvider");
      }
    }
  });
});

describe("the identity provider", () => {
  const resources = (mode: "ensure" | "create" | "none") =>
    templateOf(organizationStack({ memberIdentityProvider: { mode } })).Resources;

  test("create: is kept when the stack is deleted, and has a thumbprint", () => {
    expect(resources("create").IdentityProvider).toMatchObject({
      Type: "AWS::IAM::OIDCProvider",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: { ThumbprintList: ["626d44e704d1ceabe3bf0d53397464ac8080142c"] },
    });
    expect(resources("create").EnsureIdentityProviderFunction).toBeUndefined();
  });

  test("none: is managed elsewhere, and no role waits for it", () => {
    expect(JSON.stringify(resources("none"))).not.toContain("IdentityProvider");
  });

  test("ensure: only Lambda, for the member's own account, takes the function's role", () => {
    expect(resources("ensure").EnsureIdentityProviderRole?.Properties.AssumeRolePolicyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: ["lambda.amazonaws.com"] },
          Action: ["sts:AssumeRole"],
          Condition: { StringEqualsIfExists: { "aws:SourceAccount": [{ Ref: "AWS::AccountId" }] } },
        },
      ],
    });
  });

  test("ensure: the function has a supported runtime, and writes the log that its role may write", () => {
    const { EnsureIdentityProviderFunction: lambda, EnsureIdentityProviderLog: log } = resources("ensure");
    expect(lambda?.Properties).toMatchObject({
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Timeout: 120,
      MemorySize: 256,
      LoggingConfig: { LogGroup: { Ref: "EnsureIdentityProviderLog" } },
      Role: { "Fn::GetAtt": ["EnsureIdentityProviderRole", "Arn"] },
    });
    expect(log?.Properties).toEqual({ RetentionInDays: 30 });
  });

  test("ensure: CloudFormation waits until Lambda has given up the last of its three attempts", () => {
    const { EnsureIdentityProviderFunction: lambda, EnsuredIdentityProvider: provider } = resources("ensure");
    const pauses = 60 + 120;
    expect(Number(provider?.Properties.ServiceTimeout)).toBeGreaterThan(
      3 * Number(lambda?.Properties.Timeout) + pauses,
    );
    expect(Number(provider?.Properties.ServiceTimeout)).toBeLessThanOrEqual(3600);
  });

  test("ensure: the function may change Entra's providers but not delete them, list roles, write its log, and nothing else", () => {
    const { EnsureIdentityProviderRole: role } = resources("ensure");
    const entraProviders = {
      "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/sts.windows.net/*/",
    };
    const [policy] = role?.Properties.Policies as { PolicyDocument: { Statement: object[] } }[];
    expect(policy?.PolicyDocument.Statement).toEqual([
      {
        Effect: "Allow",
        Action: [
          "iam:AddClientIDToOpenIDConnectProvider",
          "iam:CreateOpenIDConnectProvider",
          "iam:GetOpenIDConnectProvider",
          "iam:RemoveClientIDFromOpenIDConnectProvider",
        ],
        Resource: [entraProviders],
      },
      {
        Effect: "Allow",
        Action: ["iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider"],
        Resource: [entraProviders],
        Condition: { "ForAllValues:StringLike": { "aws:TagKeys": ["DefenderForCloud/*"] } },
      },
      { Effect: "Allow", Action: ["iam:ListRoles"], Resource: ["*"] },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [{ "Fn::GetAtt": ["EnsureIdentityProviderLog", "Arn"] }],
      },
    ]);
  });

  test("ensure: CIEM's provider is ensured by the same function", async () => {
    const { account } = await memberWith({ plans: EVERYTHING });
    const providers = account.objects.all("aws_iam_openid_connect_provider");
    expect(providers.map(({ attributes }) => attributes.client_id_list)).toEqual([
      expect.arrayContaining(["api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479"]),
      ["api://mciem-aws-oidc-app"],
    ]);
    expect(account.objects.all("aws_lambda_function")).toHaveLength(1);
  });
});

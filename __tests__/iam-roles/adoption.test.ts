import { AccountOnboarding, AUDIENCES, IamRoles, MICROSOFT_TENANT_ID } from "../../modules";
import type { AccountOnboardingProps, IamRolesProps, RoleOptionsByRole } from "../../modules";
import { identityProviderUrl } from "../../modules/plans";
import { TerraformData } from "../../modules/terraform";
import { emptyScenario } from "../../rehearsal";
import type { AwsAccount, Clouds, Rehearsal, StackJson } from "../../rehearsal";
import { rolesIn, rolesOfStack } from "../support/account-contents";
import { portalTemplate } from "../support/portal-template";
import { ACCOUNT, onlyResource, synth } from "../support/synth";
import { describeWithTerraform, rehearse as startRehearsal, stopRehearsals } from "../support/with-terraform";

const ROLE = "CspmMonitorAws";
const POLICY = "CspmMonitorAwsDenyPolicy";
const SERVERS = "DefenderForCloud-DefenderForServers";
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT.awsAccountId}:role/${name}`;

const IAM_ROLES: IamRolesProps = {
  awsAccountId: ACCOUNT.awsAccountId,
  awsRegion: ACCOUNT.awsRegion,
  entraTenantId: ACCOUNT.entraTenantId,
  accessLevel: "default",
  plans: {},
};

function onboarding(props: Partial<AccountOnboardingProps> = {}): StackJson {
  return synth(
    (stack) => new AccountOnboarding(stack, "Onboarding", { ...ACCOUNT, accessLevel: "default", plans: {}, ...props }),
  );
}

/** The roles alone: a state without connector and identity provider. */
const rolesAlone = (props: Partial<IamRolesProps> = {}): StackJson =>
  synth((stack) => new IamRoles(stack, "Roles", { ...IAM_ROLES, ...props }));

const withRoles = (roles: RoleOptionsByRole, props: Partial<AccountOnboardingProps> = {}) =>
  onboarding({ ...props, roles });

let clouds: Clouds;
let account: AwsAccount;

beforeEach(() => {
  clouds = emptyScenario();
  account = clouds.aws.caller;
});
afterEach(stopRehearsals);

const rehearse = (stack: StackJson): Promise<Rehearsal> => startRehearsal({ ...clouds, stack });
const operations = () => clouds.aws.log.map(({ operation }) => operation);

/** A role as an earlier try leaves it: another trust, with permissions that nobody declares. */
function leave(name: string, further: object = {}): void {
  account.seed("aws_iam_role", {
    name,
    path: "/",
    description: "left",
    assume_role_policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
    ...further,
  });
  account.seed("aws_iam_role_policy_attachment", { role: name, policy_arn: ADMINISTRATOR });
  account.seed("aws_iam_role_policy", {
    role: name,
    name: "left",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
  });
}

/** What Terraform printed, in one line. */
async function failureOf(step: Promise<unknown>): Promise<string> {
  const message = await step.then(
    () => "nothing failed",
    (error: unknown) => String(error),
  );
  return message.replaceAll(/[\s│]+/g, " ");
}

describeWithTerraform("roles that exist", () => {
  test("fails at plan, before anything changes, with every role found and what to do", async () => {
    leave(ROLE);
    leave(SERVERS);
    leave("Unrelated");
    const before = operations();
    const rehearsal = await rehearse(onboarding({ plans: { servers: { subPlan: "P1" } } }));
    const failure = await failureOf(rehearsal.apply());
    expect(failure).toContain(`${roleArn(ROLE)} ${roleArn(SERVERS)} Nothing has been changed`);
    expect(failure).toContain("roles.all.adoptExisting");
    expect(failure).not.toContain("Unrelated");
    expect(operations()).toEqual(before);
  });

  test("are this state's own after its apply: replaced and with another path, and nothing is refused", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    const [address = ""] = (await rehearsal.stateAddresses()).filter((found) => found.startsWith("aws_iam_role."));
    expect((await rehearsal.plan({ flags: [`-replace=${address}`] })).counts).toMatchObject({ add: 3, destroy: 3 });
    await rehearsal.updateStack(withRoles({ all: { path: "/security/" } }));
    await rehearsal.apply();
    expect(account.iam.role(ROLE)?.path).toBe("/security/");
    expect(account.iam.attachedPolicyArns(ROLE)).toHaveLength(2);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("fails for this state's own roles once it is lost, and takes them over on request", async () => {
    const first = await rehearse(rolesAlone());
    await first.apply();
    const before = rolesIn(account);
    const second = await rehearse(rolesAlone());
    expect(await failureOf(second.plan())).toContain(roleArn(ROLE));
    await second.updateStack(
      rolesAlone({ roles: { all: { adoptExisting: true }, cspmMonitor: { adoptPolicies: [POLICY] } } }),
    );
    await second.apply();
    expect(rolesIn(account)).toEqual(before);
    expect((await second.plan()).empty).toBe(true);
  });

  test("fails where a plan that is switched on needs a role that exists", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.apply();
    leave(SERVERS);
    await rehearsal.updateStack(onboarding({ plans: { servers: { subPlan: "P1" } } }));
    const failure = await failureOf(rehearsal.plan());
    expect(failure).toContain(`${roleArn(SERVERS)} Nothing`);
    expect(failure).not.toContain(roleArn(ROLE));
  });

  test("fails where a role is renamed to that of another, and keeps the role that it has", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.apply();
    leave("Posture");
    await rehearsal.updateStack(withRoles({ cspmMonitor: { name: "Posture" } }));
    expect(await failureOf(rehearsal.apply())).toContain(roleArn("Posture"));
    expect(account.iam.roleNames()).toEqual([ROLE, "Posture"]);
  });

  test("fails where a role of this state is to take over another by a new name: its present role would be deleted first", async () => {
    const rehearsal = await rehearse(onboarding());
    await rehearsal.apply();
    leave("Posture");
    await rehearsal.updateStack(withRoles({ cspmMonitor: { name: "Posture", adoptExisting: true } }));
    expect(await failureOf(rehearsal.apply())).toContain("not by a role that this state has under another name");
    expect(account.iam.roleNames()).toEqual([ROLE, "Posture"]);
  });

  test("replaces a role whose name changes in letter case only", async () => {
    const rehearsal = await rehearse(withRoles({ cspmMonitor: { name: "Team-Cspm" } }));
    await rehearsal.apply();
    await rehearsal.updateStack(withRoles({ cspmMonitor: { name: "team-cspm" } }));
    await rehearsal.apply();
    expect(account.iam.roleNames()).toEqual(["team-cspm"]);
    expect(account.iam.attachedPolicyArns("team-cspm")).toHaveLength(2);
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test.each([
    ["exchange their names", { cspmMonitor: { name: SERVERS }, defenderForServers: { name: ROLE } }],
    ["pass a name on", { cspmMonitor: { name: SERVERS }, defenderForServers: { name: "Third" } }],
  ])("fails at plan where two roles %s, also where roles are taken over", async (_, roles) => {
    const plans = { servers: { subPlan: "P1" } } as const;
    const rehearsal = await rehearse(onboarding({ plans }));
    await rehearsal.apply();
    const before = operations();
    for (const all of [{}, { adoptExisting: true }]) {
      await rehearsal.updateStack(withRoles({ ...roles, all }, { plans }));
      const failure = await failureOf(rehearsal.apply());
      expect(failure).toContain(roleArn(SERVERS));
      expect(failure).toContain("free only after an apply");
    }
    expect(operations()).toEqual(before);
  });

  test.each([
    ["another letter case", ROLE.toLowerCase(), {}],
    ["another path", ROLE, { path: "/team/" }],
  ])("fails for a role with %s, also where roles are taken over", async (_, name, further) => {
    leave(name, further);
    const rehearsal = await rehearse(withRoles({ all: { adoptExisting: true } }));
    expect(await failureOf(rehearsal.plan())).toContain("with exactly the declared name and path");
  });

  test("fails for the others where one alone is taken over", async () => {
    leave(ROLE);
    leave(SERVERS);
    const plans = { servers: { subPlan: "P1" } } as const;
    const rehearsal = await rehearse(withRoles({ cspmMonitor: { adoptExisting: true } }, { plans }));
    const failure = await failureOf(rehearsal.plan());
    expect(failure).toContain(`${roleArn(SERVERS)} Nothing`);
    expect(failure).not.toContain(roleArn(ROLE));
  });
});

describeWithTerraform("taking over", () => {
  test("creates what does not exist, by the same configuration", async () => {
    const rehearsal = await rehearse(withRoles({ all: { adoptExisting: true } }));
    const plan = await rehearsal.plan();
    expect(plan.counts).toMatchObject({ import: 0, change: 0, destroy: 0 });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
    account.delete("aws_iam_role_policy_attachment", `${ROLE}/arn:aws:iam::aws:policy/ReadOnlyAccess`);
    expect((await rehearsal.plan()).empty).toBe(false);
  });

  test("brings trust, boundary, tags and policies to what is declared, and shows what is taken away", async () => {
    leave(ROLE, { permissions_boundary: ADMINISTRATOR, tags: { left: "yes" }, max_session_duration: 7200 });
    leave("Unrelated");
    const stack = withRoles({ all: { adoptExisting: true, tags: { owner: "soc" } } });
    const rehearsal = await rehearse(stack);
    const plan = await rehearsal.plan();
    expect(plan.counts).toMatchObject({ import: 3, change: 3, destroy: 0 });
    const before = (type: string) => plan.changes.find((change) => change.type === type)?.change.before;
    expect(before("aws_iam_role_policy_attachments_exclusive")).toMatchObject({ policy_arns: [ADMINISTRATOR] });
    expect(before("aws_iam_role_policies_exclusive")).toMatchObject({ policy_names: ["left"] });

    await rehearsal.apply(plan);
    expect(rolesIn(account).find(({ name }) => name === ROLE)).toEqual(rolesOfStack(stack, account.id)[0]);
    expect(inlinePolicies()).toEqual(["Unrelated"]);
    expect((await rehearsal.plan()).empty).toBe(true);

    await rehearsal.updateStack(withRoles({ all: { tags: { owner: "soc" } } }));
    await rehearsal.apply();
    expect(account.iam.attachedPolicyArns(ROLE)).toHaveLength(2);
    await rehearsal.destroy();
    expect(account.iam.roleNames()).toEqual(["Unrelated"]);
  });

  test("takes away what somebody attaches later, while the option stays", async () => {
    leave(ROLE);
    const rehearsal = await rehearse(withRoles({ all: { adoptExisting: true } }));
    await rehearsal.apply();
    account.seed("aws_iam_role_policy_attachment", { role: ROLE, policy_arn: ADMINISTRATOR });
    expect((await rehearsal.plan()).counts).toMatchObject({ change: 1, destroy: 0 });
    await rehearsal.apply();
    expect(account.iam.attachedPolicyArns(ROLE)).not.toContain(ADMINISTRATOR);
    await rehearsal.destroy();
    expect(account.iam.roleNames()).toEqual([]);
  });

  test("imports policies by name, with their description", async () => {
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    });
    account.seed("aws_iam_policy", { name: POLICY, path: "/", description: "left", policy: document });
    const rehearsal = await rehearse(withRoles({ cspmMonitor: { adoptPolicies: [POLICY] } }));
    expect((await rehearsal.plan()).counts).toMatchObject({ import: 1, change: 1, destroy: 0 });
    await rehearsal.apply();
    expect(account.objects.all("aws_iam_policy")[0]?.attributes.policy).toContain("payments:*");
    expect((await rehearsal.plan()).empty).toBe(true);
    await rehearsal.updateStack(onboarding());
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  test("fails at plan for a policy that does not exist", async () => {
    const rehearsal = await rehearse(withRoles({ cspmMonitor: { adoptPolicies: [POLICY] } }));
    expect(await failureOf(rehearsal.plan())).toContain("Cannot import non-existent remote object");
  });

  test("imports the automation's documents", async () => {
    for (const name of ["CreateAndAttachIAMToInstance", "UpdateExistingInstanceProfile"]) {
      account.seed("aws_ssm_document", {
        name: `DefenderForCloud-${name}-MDCSetup`,
        document_type: "Automation",
        document_format: "JSON",
        target_type: "/AWS::EC2::Instance",
        content: "{}",
      });
    }
    const rehearsal = await rehearse(
      onboarding({ plans: { servers: { subPlan: "P1" } }, arcAutomation: { adoptDocuments: true } }),
    );
    expect((await rehearsal.plan()).counts).toMatchObject({ import: 2, change: 2, destroy: 0 });
    await rehearsal.apply();
    expect((await rehearsal.plan()).empty).toBe(true);
  });

  const inlinePolicies = () => account.objects.all("aws_iam_role_policy").map(({ attributes }) => attributes.role);
});

describeWithTerraform("a construct that waits for something new", () => {
  test.each([false, true])("looks for roles at plan all the same (adoptExisting: %s)", async (adoptExisting) => {
    leave(ROLE);
    const stack = synth((scope) => {
      const first = new TerraformData(scope, "First");
      const roles = new IamRoles(scope, "Roles", { ...IAM_ROLES, roles: { all: { adoptExisting } } });
      roles.node.addDependency(first);
    });
    expect(onlyResource(stack, "aws_iam_role").depends_on).toEqual(["terraform_data.First"]);
    const plan = (await rehearse(stack)).plan();
    if (adoptExisting) {
      expect((await plan).counts.import).toBe(3);
    } else {
      expect(await failureOf(plan)).toContain(roleArn(ROLE));
    }
  });
});

describeWithTerraform("a stack of the portal", () => {
  const plans = { defenderCspm: {}, servers: { subPlan: "P2" } } as const;

  function portalStack(further: object = {}): StackJson {
    const { Resources, ...template } = portalTemplate(plans);
    const resources = Object.entries(Resources).map(([id, resource]) => [id, { ...resource, ...further }]);
    return {
      provider: { aws: [{ region: ACCOUNT.awsRegion }] },
      resource: {
        aws_cloudformation_stack: {
          portal: {
            name: "DefenderForCloud",
            template_body: JSON.stringify({
              ...template,
              Resources: Object.fromEntries(resources) as object,
            }).replaceAll("${", () => "$${"),
            capabilities: ["CAPABILITY_NAMED_IAM"],
          },
        },
      },
    };
  }

  test("is taken over: retained, deleted, and its roles have exactly the declared policies", async () => {
    const portal = await rehearse(portalStack());
    await portal.apply();
    const names = account.iam.roleNames();
    account.seed("aws_iam_role_policy_attachment", { role: ROLE, policy_arn: ADMINISTRATOR });
    await portal.updateStack(portalStack({ DeletionPolicy: "Retain", Metadata: { Retained: "true" } }));
    await portal.apply();
    await portal.destroy();
    expect(account.iam.roleNames()).toEqual(names);
    expect(account.iam.clientIds(identityProviderUrl(MICROSOFT_TENANT_ID))).toContain(AUDIENCES.servers);

    const refused = await rehearse(onboarding({ plans }));
    expect(await failureOf(refused.plan())).toContain(roleArn(SERVERS));

    const stack = onboarding({
      plans,
      identityProvider: { mode: "extend", expectedAudiences: [AUDIENCES.cspm] },
      roles: { all: { adoptExisting: true } },
      accessLevel: "leastPrivilege",
    });
    const rehearsal = await rehearse(stack);
    const plan = await rehearsal.plan();
    expect(plan.counts.destroy).toBe(0);
    await rehearsal.apply(plan);
    const roles = new Map(rolesIn(account).map((role) => [role.name, role.policies]));
    const declared = rolesOfStack(stack, account.id);
    expect(Object.fromEntries(roles)).toEqual(
      Object.fromEntries(declared.map(({ name, policies }) => [name, policies])),
    );
    expect(account.objects.all("aws_iam_role_policy")).toEqual([]);
    expect((await rehearsal.plan()).empty).toBe(true);
  });
});

describeWithTerraform("two sets of roles in one account", () => {
  test("live side by side under names of their own, and leave one by one", async () => {
    const plans = { servers: { subPlan: "P2" } } as const;
    const former = await rehearse(rolesAlone({ plans }));
    await former.apply();
    const before = rolesIn(account);
    const names = {
      cspmMonitor: "New-Cspm",
      defenderForServers: "New-Servers",
      agentlessScanner: "New-Scanner",
      arcAutoProvisioning: "New-Arc",
    };
    const latter = await rehearse(
      rolesAlone({
        plans,
        arcAutomation: { configurationId: "New" },
        roles: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, { name }])),
      }),
    );
    await latter.apply();
    expect((await latter.plan()).empty).toBe(true);
    expect(rolesIn(account)).toHaveLength(before.length * 2);
    expect(account.objects.all("aws_iam_policy").map(({ attributes }) => attributes.name)).toEqual(
      expect.arrayContaining([POLICY, "New-Cspm-Policy"]),
    );
    await latter.destroy();
    expect(rolesIn(account)).toEqual(before);
  });
});

import { IamRoles } from "../../modules";
import type { RoleOptionsByRole } from "../../modules";
import { ENVIRONMENT } from "../support/account-environment";
import { ACCOUNT, onlyResource, resourcesOf, synth } from "../support/synth";

const { accountId } = ENVIRONMENT;
const boundary = `arn:aws:iam::${accountId}:policy/Boundary`;
const existing = `arn:aws:iam::${accountId}:policy/team/Existing`;
const statement = { Effect: "Deny", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::payroll/*"] } as const;

function stackWith(options: RoleOptionsByRole = {}) {
  return synth(
    (stack) =>
      new IamRoles(stack, "Roles", {
        awsAccountId: accountId,
        awsRegion: ACCOUNT.awsRegion,
        entraTenantId: ACCOUNT.entraTenantId,
        accessLevel: "default",
        plans: {},
        roles: options,
      }),
  );
}

describe("a role with every option", () => {
  const tags = { owner: "soc" };
  const path = "/security/";
  const stack = stackWith({
    all: { path, permissionsBoundaryArn: boundary, maxSessionDurationSeconds: 7200, tags },
    cspmMonitor: { name: "Posture", additionalStatements: [statement], additionalManagedPolicyArns: [existing] },
  });

  test("has all of them", () => {
    expect(onlyResource(stack, "aws_iam_role")).toMatchObject({
      name: "Posture",
      path,
      permissions_boundary: boundary,
      max_session_duration: 7200,
      tags,
    });
  });

  test("has its policies below its path, with its tags", () => {
    const policies = Object.values(resourcesOf(stack, "aws_iam_policy"));
    expect(new Set(policies.map(({ name }) => name))).toEqual(new Set(["Posture-Policy", "Posture-Additional"]));
    for (const policy of policies) {
      expect(policy).toMatchObject({ path, tags });
    }
    const own = policies.find(({ name }) => name === "Posture-Additional");
    expect(JSON.parse(String(own?.policy))).toMatchObject({ Statement: [statement] });
  });

  test("is attached to these policies where they are, to AWS's and to the existing one", () => {
    const attachments = Object.values(resourcesOf(stack, "aws_iam_role_policy_attachment"));
    expect(new Set(attachments.map(({ policy_arn: arn }) => arn))).toEqual(
      new Set([
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        existing,
        `arn:aws:iam::${accountId}:policy/security/Posture-Policy`,
        `arn:aws:iam::${accountId}:policy/security/Posture-Additional`,
      ]),
    );
    expect(new Set(attachments.map(({ role }) => role))).toEqual(new Set(["Posture"]));
  });
});

test("leaves to IAM what nobody decides", () => {
  const role = onlyResource(stackWith(), "aws_iam_role");
  expect(role.path).toBe("/");
  for (const option of ["permissions_boundary", "max_session_duration", "tags"]) {
    expect(role).not.toHaveProperty(option);
  }
});

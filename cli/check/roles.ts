import type { AccountPolicy, AccountRole, ExistingRole } from "../../modules/plans";
import type { AttachedPolicyFacts, RoleFacts } from "../aws/roles";
import type { ExpectedAccount } from "./expected";
import type { AccountFacts } from "./facts";
import { checked, notChecked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { permissionDifference, statementDifference } from "./policies";
import type { PolicyDifference } from "./policies";
import { remedyForMissing, remedyIn } from "./remedies";
import { tagFindings } from "./tags";

type MadeBy = ExpectedAccount["madeBy"];

/** Whether each role is there, with the trust, the policies and the tags of the catalogue. */
export function checkRoles(
  { roles, existing, isExternalIdKnown, madeBy }: ExpectedAccount,
  facts: Pick<AccountFacts, "roles">,
): CheckResult {
  return together([
    ...roles.map((role) => {
      // The external id is random, and nothing but the connector has it.
      const isTrustKnown = isExternalIdKnown || role.key !== "containersDataCollection";
      return together([
        checkRole(role.name, facts, madeBy, (found) => [
          ...(isTrustKnown ? trustFindings(role, found, madeBy) : []),
          ...policyFindings(role, found, madeBy),
          ...settingFindings(role, found, madeBy),
          ...tagFindings(`role ${role.name}`, role.tags, found.tags, remedyIn(madeBy)),
        ]),
        ...(isTrustKnown
          ? []
          : [
              notChecked(
                `trust of role ${role.name}: only the connector has its external id, and none was found there`,
              ),
            ]),
      ]);
    }),
    ...existing.map((role) =>
      together([
        checkRole(role.name, facts, madeBy, (found) => existingFindings(role, found)),
        notChecked(`policies of role ${role.name}: the role is your own`),
      ]),
    ),
  ]);
}

function checkRole(
  name: string,
  { roles }: Pick<AccountFacts, "roles">,
  madeBy: MadeBy,
  check: (found: RoleFacts) => Finding[],
): CheckResult {
  const subject = `role ${name}`;
  return whenRead(subject, roles.get(name) ?? { value: undefined }, (found) =>
    checked(
      `${subject}: trust, policies, tags`,
      found === undefined
        ? [
            {
              subject,
              wrong: "it does not exist",
              expected: `a role of the name ${name}`,
              found: "no role of this name in the account",
              remedy: remedyForMissing(madeBy),
            },
          ]
        : check(found),
    ),
  );
}

function trustFindings({ name, trust }: Pick<AccountRole, "name" | "trust">, found: RoleFacts, madeBy: MadeBy) {
  return differenceFindings(
    `role ${name}`,
    statementDifference(trust, found.trust),
    {
      missing: "its trust lacks what is declared: Defender cannot assume it",
      additional: "its trust has a statement that is not declared: somebody else may assume it",
    },
    remedyIn(madeBy),
  );
}

/** A role of the user's own may trust others, too. */
function existingFindings({ key, name, arn, trust }: ExistingRole, found: RoleFacts): Finding[] {
  const subject = `role ${name}`;
  const { missing } = statementDifference(trust, found.trust);
  return [
    ...(found.arn === arn
      ? []
      : [
          {
            subject,
            wrong: "it has another ARN than the connector names",
            expected: arn,
            found: found.arn,
            remedy: `correct roles.${key}.existingRoleArn, and apply`,
          },
        ]),
    ...differenceFindings(
      subject,
      { missing, additional: [] },
      { missing: "its trust lacks the statement that Defender needs", additional: "" },
      "add the statement to the trust of the role: it is your own",
    ),
  ];
}

function policyFindings(role: AccountRole, found: RoleFacts, madeBy: MadeBy): Finding[] {
  const subject = `role ${role.name}`;
  const { policies, attachedPolicies } = role;
  const declared = [...policies.map(({ name }) => name), ...attachedPolicies.map(({ arn }) => arn)];
  const isDeclared = ({ name, arn }: AttachedPolicyFacts) => declared.includes(name) || declared.includes(arn);
  return [
    ...policies.flatMap((policy) => {
      const actual = found.attachedPolicies.find(({ name }) => name === policy.name);
      return actual === undefined
        ? [notAttached(subject, policy.name, found, madeBy)]
        : [
            ...documentFindings(policy, actual, madeBy),
            ...(madeBy === "Terraform"
              ? tagFindings(`policy ${policy.name}`, role.tags, actual.tags ?? {}, remedyIn(madeBy))
              : []),
          ];
    }),
    ...attachedPolicies
      .filter(({ arn }) => !found.attachedPolicies.some((policy) => policy.arn === arn))
      .map(({ arn }) => notAttached(subject, arn, found, madeBy)),
    ...found.attachedPolicies
      .filter((policy) => !isDeclared(policy))
      .map(({ arn }) => ({
        subject,
        wrong: "a policy is attached that is not declared: the role may do more than the access level says",
        expected: declared.join(", ") || "no policy",
        found: arn,
        remedy: `detach it (aws iam detach-role-policy --role-name ${role.name} --policy-arn ${arn}), or declare it in roles.${role.key}.additionalManagedPolicyArns; terraform plan shows it only in a role that was taken over`,
      })),
    ...found.inlinePolicies.map((name) => ({
      subject,
      wrong: "it has an inline policy, which nothing declares",
      expected: "no inline policy",
      found: name,
      remedy: `delete it (aws iam delete-role-policy --role-name ${role.name} --policy-name ${name}), or declare its statements in roles.${role.key}.additionalStatements; terraform plan shows it only in a role that was taken over`,
    })),
  ];
}

function notAttached(subject: string, policy: string, { attachedPolicies }: RoleFacts, madeBy: MadeBy): Finding {
  return {
    subject,
    wrong: `policy ${policy} is not attached`,
    expected: policy,
    found: `attached: ${attachedPolicies.map(({ name }) => name).join(", ") || "no policy"}`,
    remedy: remedyIn(madeBy),
  };
}

function documentFindings({ name, document }: AccountPolicy, found: AttachedPolicyFacts, madeBy: MadeBy): Finding[] {
  return differenceFindings(
    `policy ${name}`,
    permissionDifference(document, found.document ?? "{}"),
    {
      missing: "it lacks permissions that are declared",
      additional: "it has permissions that are not declared",
    },
    remedyIn(madeBy),
  );
}

function settingFindings(
  { name, path, permissionsBoundaryArn, maxSessionDurationSeconds }: AccountRole,
  found: RoleFacts,
  madeBy: MadeBy,
): Finding[] {
  const settings = [
    ["path", path, found.arn.slice(found.arn.indexOf("/"), found.arn.lastIndexOf("/") + 1)],
    ["permissions boundary", permissionsBoundaryArn ?? "none", found.permissionsBoundaryArn ?? "none"],
    // 3,600 is IAM's own (CreateRole, API reference).
    ["longest session", String(maxSessionDurationSeconds ?? 3600), String(found.maxSessionDurationSeconds ?? 3600)],
  ] as const;
  return settings
    .filter(([, declared, actual]) => declared !== actual)
    .map(([setting, declared, actual]) => ({
      subject: `role ${name}`,
      wrong: `its ${setting} is not what is declared`,
      expected: declared,
      found: actual,
      remedy: remedyIn(madeBy),
    }));
}

/** Long lists are cut: the plan shows the rest. */
const SHOWN = 3;

function differenceFindings(
  subject: string,
  { missing, additional }: PolicyDifference,
  wrong: Readonly<Record<keyof PolicyDifference, string>>,
  remedy: string,
): Finding[] {
  const shown = (parts: readonly string[]) =>
    `${parts.slice(0, SHOWN).join("; ")}${parts.length > SHOWN ? `; and ${parts.length - SHOWN} more` : ""}`;
  return [
    ...(missing.length === 0
      ? []
      : [{ subject, wrong: wrong.missing, expected: shown(missing), found: "not there", remedy }]),
    ...(additional.length === 0
      ? []
      : [{ subject, wrong: wrong.additional, expected: "not there", found: shown(additional), remedy }]),
  ];
}

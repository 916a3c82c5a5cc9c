import type { ExpectedMembers } from "./expected";
import type { StackInstanceFacts, StackSetFacts } from "../aws/stack-sets";
import type { ConnectorsFacts, OrganizationFacts } from "./facts";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { APPLY } from "./remedies";
import { tagFindings } from "./tags";

/** Whether every member has the roles, as CloudFormation reports it, and a connector of its own. */
export function checkMembers(
  expected: ExpectedMembers,
  { accounts, stackSet }: OrganizationFacts,
  connectors: ConnectorsFacts,
): CheckResult {
  const subject = `StackSet ${expected.stackSetName}`;
  return together([
    whenRead(subject, stackSet, (found) =>
      found === undefined
        ? checked(subject, [
            {
              subject,
              wrong: "it does not exist: no member has the roles",
              expected: subject,
              found: `no StackSet of this name in ${expected.region}`,
              remedy: "run terraform plan and apply",
            },
          ])
        : together([
            checked(
              `${subject}: status, automatic deployment, template, parameters, tags`,
              stackSetFindings(subject, expected, found),
            ),
            whenRead("member accounts", accounts, (members) =>
              checked(
                `${members.length} member accounts: a current stack in each`,
                instanceFindings(expected, members, found.instances),
              ),
            ),
          ]),
    ),
    whenRead("member accounts", accounts, (members) =>
      whenRead("connectors", connectors, (found) =>
        checked("connectors of the members", connectorFindings(expected, members, found)),
      ),
    ),
  ]);
}

function stackSetFindings(subject: string, expected: ExpectedMembers, found: StackSetFacts): Finding[] {
  const parameters = Object.entries(expected.parameters).filter(([name, value]) => found.parameters[name] !== value);
  return [
    ...(found.status === "ACTIVE"
      ? []
      : [
          {
            subject,
            wrong: "it is not active",
            expected: "ACTIVE",
            found: found.status,
            remedy: "run terraform plan and apply",
          },
        ]),
    ...(found.isAutoDeployed
      ? []
      : [
          {
            subject,
            wrong: "automatic deployment is off: accounts that join get no roles",
            expected: "on",
            found: "off",
            remedy: APPLY,
          },
        ]),
    ...(sameJson(found.template, expected.template)
      ? []
      : [
          {
            subject,
            wrong: "its template is not the one of the configuration",
            expected: "the template that the configuration renders",
            found: "another template",
            remedy: APPLY,
          },
        ]),
    ...parameters.map(([name, value]) => ({
      subject,
      wrong: `its parameter ${name} is not what is declared`,
      expected: value,
      found: found.parameters[name] ?? "not given",
      remedy: APPLY,
    })),
    ...tagFindings(subject, expected.tags, found.tags, APPLY),
  ];
}

type Members = readonly { readonly id: string; readonly name: string }[];

function instanceFindings(
  { stackSetName, excludedAccountIds, region }: ExpectedMembers,
  members: Members,
  instances: readonly StackInstanceFacts[],
): Finding[] {
  return members
    .filter(({ id }) => !excludedAccountIds.includes(id))
    .flatMap(({ id, name }) => {
      const subject = `member account ${id} (${name})`;
      const instance = instances.find(({ accountId }) => accountId === id);
      if (instance === undefined) {
        return [
          {
            subject,
            wrong: "it has no stack, so no roles",
            expected: `an instance of StackSet ${stackSetName}`,
            found: `StackSet ${stackSetName} has no instance there`,
            remedy: `if it joined long ago: aws cloudformation create-stack-instances --stack-set-name ${stackSetName} --deployment-targets OrganizationalUnitIds=<its unit>,Accounts=${id},AccountFilterType=INTERSECTION --regions ${region} (docs/organization.md)`,
          },
        ];
      }
      const { status, detailedStatus = "", reason = "no reason given" } = instance;
      return status === "CURRENT"
        ? []
        : [
            {
              subject,
              wrong: "its stack is not current: roles may be missing or old",
              expected: "CURRENT",
              found: `${[status, detailedStatus].filter((text) => text !== "").join(", ")}: ${reason}`,
              remedy: "remove the cause, then apply the stack again, or update the instance (docs/organization.md)",
            },
          ];
    });
}

function connectorFindings(
  { excludedAccountIds }: ExpectedMembers,
  members: Members,
  connectors: readonly { readonly properties: Readonly<Record<string, unknown>> }[],
): Finding[] {
  const connected = connectors.map(({ properties }) => properties.hierarchyIdentifier);
  return members
    .filter(({ id }) => !excludedAccountIds.includes(id) && !connected.includes(id))
    .map(({ id, name }) => ({
      subject: `member account ${id} (${name})`,
      wrong: "Defender has made no connector for it in this resource group",
      expected: `a connector of account ${id}`,
      found: `${connectors.length} connectors, none of this account`,
      remedy: "Defender makes it within 24 hours after the roles are there; if it is later, check the member's stack",
    }));
}

/** CloudFormation returns a template as it was sent; a template in YAML differs in any case. */
function sameJson(left: string, right: string): boolean {
  try {
    return JSON.stringify(JSON.parse(left)) === JSON.stringify(JSON.parse(right));
  } catch {
    return left === right;
  }
}

import type { AutomationAssociation, AutomationDocument } from "../../modules/plans";
import type { AssociationFacts, DocumentFacts } from "../aws/automations";
import type { ExpectedAccount, ExpectedAutomation } from "./expected";
import type { AccountFacts, AutomationFacts } from "./facts";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { remedyForMissing, remedyIn } from "./remedies";

type MadeBy = ExpectedAccount["madeBy"];

/** Whether the automation for the Azure Arc agent is there in each region, as it was made, and whether it succeeds. */
export function checkAutomations(
  { automations, madeBy }: ExpectedAccount,
  facts: Pick<AccountFacts, "automations">,
): CheckResult {
  return together(
    automations.map((automation) => {
      const found = facts.automations.get(automation.region);
      return found === undefined
        ? together([])
        : together([
            ...automation.documents.map((document) => checkDocument(automation, document, found, madeBy)),
            ...automation.associations.map((association) => checkAssociation(automation, association, found, madeBy)),
            ...(automation.instanceProfileName === undefined
              ? []
              : [checkInstanceProfile(automation.instanceProfileName, found)]),
          ]);
    }),
  );
}

function checkDocument(
  { region }: ExpectedAutomation,
  { name, content }: AutomationDocument,
  { documents }: AutomationFacts,
  madeBy: MadeBy,
): CheckResult {
  const subject = `document ${name} in ${region}`;
  return whenRead<DocumentFacts | undefined>(subject, documents.get(name) ?? { value: undefined }, (found) =>
    checked(
      `${subject}: content, status`,
      found === undefined
        ? [absent(subject, "the document", madeBy)]
        : [
            ...(canonical(content) === canonical(found.content)
              ? []
              : [
                  {
                    subject,
                    wrong: "somebody changed it: it may do something else on the instances",
                    expected: "the content that the configuration gives it",
                    found: "another content of the default version",
                    remedy: remedyIn(madeBy),
                  },
                ]),
            ...(found.status === "Active"
              ? []
              : [
                  {
                    subject,
                    wrong: "it is not active",
                    expected: "Active",
                    found: found.status,
                    remedy: remedyIn(madeBy),
                  },
                ]),
          ],
    ),
  );
}

function checkAssociation(
  { region }: ExpectedAutomation,
  association: AutomationAssociation,
  { associations }: AutomationFacts,
  madeBy: MadeBy,
): CheckResult {
  const subject = `association ${association.name} in ${region}`;
  return whenRead(subject, associations.get(association.name) ?? { value: undefined }, (found) =>
    checked(
      `${subject}: document, targets, schedule, parameters, last run`,
      found === undefined
        ? [absent(subject, "the association", madeBy)]
        : [
            ...settings(association, found)
              .filter(({ expected, actual }) => expected !== actual)
              .map(({ setting, expected, actual }) => ({
                subject,
                wrong: `its ${setting} is not what is declared`,
                expected,
                found: actual,
                remedy: remedyIn(madeBy),
              })),
            ...runFindings(subject, association, found),
          ],
    ),
  );
}

function settings(
  { documentName, targetParameter, schedule, parameters, targets }: AutomationAssociation,
  found: AssociationFacts,
) {
  const lists = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
  return [
    { setting: "document", expected: documentName, actual: found.documentName },
    { setting: "target parameter", expected: targetParameter, actual: found.targetParameter },
    { setting: "schedule", expected: schedule, actual: found.schedule },
    { setting: "parameters", expected: canonical(lists), actual: canonical(found.parameters) },
    { setting: "targets", expected: canonical(targets), actual: canonical(found.targets) },
  ];
}

function runFindings(
  subject: string,
  { documentName }: AutomationAssociation,
  { status, targetsByStatus }: AssociationFacts,
): Finding[] {
  const counts = Object.entries(targetsByStatus)
    .map(([name, count]) => `${name}: ${count}`)
    .join(", ");
  return status === "Failed" || (targetsByStatus.Failed ?? 0) > 0
    ? [
        {
          subject,
          wrong: "its last run failed: instances are not ready for the Azure Arc agent",
          expected: "Success",
          found: `${status}${counts === "" ? "" : ` (${counts})`}`,
          remedy: `read why: aws ssm describe-automation-executions --filters Key=DocumentNamePrefix,Values=${documentName}`,
        },
      ]
    : [];
}

function checkInstanceProfile(name: string, { instanceProfile }: AutomationFacts): CheckResult {
  const subject = `instance profile ${name}`;
  const finding = (wrong: string, found: string): Finding => ({
    subject,
    wrong,
    expected: "an instance profile with a role",
    found,
    remedy: "create it, or correct arcAutomation.instanceProfileName and apply",
  });
  return whenRead(subject, instanceProfile, (roles) =>
    checked(
      `${subject}: its role`,
      roles === undefined
        ? [finding("it does not exist: the automation that extends its role fails", "no instance profile of this name")]
        : roles.length === 0
          ? [finding("it has no role: the automation has nothing to extend", "no role")]
          : [],
    ),
  );
}

function absent(subject: string, what: string, madeBy: MadeBy): Finding {
  return {
    subject,
    wrong: "it does not exist: no instance is made ready for the Azure Arc agent",
    expected: what,
    found: "nothing of this name in the account and region",
    remedy: remedyForMissing(madeBy),
  };
}

/** JSON with keys in one order: services answer them in any. */
function canonical(value: unknown): string {
  const content: unknown = typeof value === "string" ? parsed(value) : value;
  return JSON.stringify(content, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

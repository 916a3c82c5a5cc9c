import { TerraformVariable } from "cdktf";
import type { TerraformStack } from "cdktf";
import { FORMATS, inputVariable, OrganizationOnboarding } from "../../modules";
import type { Blocks } from "../hcl";
import { memberLocals } from "./members";
import type { LogicalIds } from "./members";
import { EXTERNAL_ID, onboardingModule } from "./onboarding";

/** The blocks of the module `organization`, by file. */
export function organizationModule(): Readonly<Record<string, Blocks>> {
  const logicalIds = new Map<unknown, LogicalIds>();
  return onboardingModule({
    account: "The management account of the organization",
    add: (stack, props) => {
      const { members } = new OrganizationOnboarding(stack, "Onboarding", {
        ...props,
        stackSetName: inputVariable(stack, "stack_set_name", {
          description: "Name of the StackSet that deploys the roles to the member accounts. A change would replace it.",
          format: FORMATS.stackSetName,
          default: "DefenderForCloud",
        }).stringValue,
        targets: listVariable(stack, "targets", {
          description:
            'Root or organizational units whose accounts are connected: ["r-ab12"] is the whole organization. No target may be below another.',
        }),
        excludedAccountIds: listVariable(stack, "excluded_account_ids", {
          description:
            "Accounts below the targets that the StackSet and the connector leave out: 12 digits each. The StackSet takes the list when a target is first deployed.",
          default: [],
        }),
      });
      logicalIds.set(props.accessLevel, members.logicalIds);
    },
    words: [[/excludedAccountIds(?=[: ])/g, "excluded_account_ids"]],
    locals: (variants) =>
      memberLocals(variants, ({ access_level: level }) => logicalIds.get(level) ?? {}, `\${${EXTERNAL_ID}}`),
  });
}

function listVariable(
  stack: TerraformStack,
  name: string,
  props: { readonly description: string; readonly default?: string[] },
): string[] {
  const variable = new TerraformVariable(stack, name, { type: "list(string)", nullable: false, ...props });
  variable.overrideLogicalId(name);
  return variable.listValue;
}

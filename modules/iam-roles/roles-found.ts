import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamRoles } from "@cdktf/provider-aws/lib/data-aws-iam-roles";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { isTerraformString } from "../inputs";
import type { AccountRole } from "../plans";
import { expression, reference, TerraformData } from "../terraform";

/** A role to create, and the ARN that it will have. */
export interface NamedRole extends Pick<AccountRole, "key" | "name" | "adoptExisting"> {
  /** Its ARN. */
  readonly arn: string;
}

/**
 * The roles of these names that the account has at plan, and a guard: the plan stops where one of them is not this state's,
 * and is not to be taken over.
 *
 * AWS does not say whose a role is; the state does. For each name it keeps what was found when the name came into the state:
 * nothing, before this state made the role. `ignore_changes` keeps that, so a role that is found later is this state's own.
 * A state that was lost begins anew, and takes its own roles for leftovers, as it must.
 */
export class RolesFound extends Construct {
  private readonly found: DataAwsIamRoles;

  public constructor(scope: Construct, id: string, roles: readonly NamedRole[], awsProvider?: TerraformProvider) {
    super(scope, id);
    this.found = new DataAwsIamRoles(this, "Names", {
      nameRegex: `(?i)^(${roles.map(({ name }) => namePattern(name)).join("|")})$`,
      provider: awsProvider,
    });
    const arns = expression`${reference(this.found)}.arns`;
    // IAM compares names without regard to case.
    const names = expression`[for arn in ${arns} : lower(reverse(split("/", arn))[0])]`;
    const firstPlan = new TerraformData(this, "When_first_planned", {
      triggersReplace: "${each.value.name}",
      input:
        expression`each.value.adopted && contains(${arns}, each.value.arn) ? "adopted" : contains(${names}, lower(each.value.name)) ? "exists" : "free"`.toString(),
      lifecycle: { ignoreChanges: ["input"] },
    });
    firstPlan.addOverride(
      "for_each",
      Object.fromEntries(
        roles.map(({ key, name, arn, adoptExisting }) => [key, { name, arn, adopted: adoptExisting }]),
      ),
    );
    const leftovers = expression`[for role in ${reference(firstPlan)} : lower(role.triggers_replace) if role.input == "exists"]`;
    const leftoverArns = expression`[for arn in ${arns} : arn if contains(${leftovers}, lower(reverse(split("/", arn))[0]))]`;
    new DataAwsCallerIdentity(this, "Must_not_exist", {
      provider: awsProvider,
      lifecycle: {
        precondition: [
          {
            condition: expression`length(${leftovers}) == 0`.toString(),
            errorMessage: `The account has IAM roles of the names that are declared, and this state does not hold them:\n${expression`join("\\n", sort(${leftoverArns}))`}\nNothing has been changed. Take them over with roles.all.adoptExisting (one by one with roles.<role>.adoptExisting): the plan then shows what is taken away from them. Only a role with exactly the declared name and path can be taken over. Or give the new roles other names (roles.<role>.name), or delete these.`,
          },
        ],
      },
    });
  }

  /** `for_each` of an import: a set with the id, empty where there is no role of that ARN. */
  public idsToImport(arn: string, id: string): string {
    return expression`toset([for id in [${id}] : id if contains(${reference(this.found)}.arns, ${arn})])`.toString();
  }
}

/** Lists more than the name at most: the comparison of ARNs decides. */
function namePattern(name: string): string {
  return isTerraformString(name) ? name : name.replaceAll(/[+.]/g, ".");
}

import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamRoles } from "@cdktf/provider-aws/lib/data-aws-iam-roles";
import type { Precondition, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { isTerraformString } from "../inputs";
import type { AccountRole, ExistingRole } from "../plans";
import { expression, reference, TerraformData } from "../terraform";
import type { Expression } from "../terraform";

/** Name and ARN of a role. */
interface NamedRole {
  readonly name: string;
  readonly arn: string;
}

/** What is looked for. */
export interface RolesFoundProps {
  /** Roles to create. */
  readonly created: readonly (NamedRole & Pick<AccountRole, "key" | "adoptExisting">)[];
  /** Roles that must exist. */
  readonly existing: readonly ExistingRole[];
  /** AWS provider; undefined: the stack's. */
  readonly awsProvider: TerraformProvider | undefined;
}

/**
 * The roles of these names that the account has at plan, by one look-up, and a guard: the plan stops where a role to create
 * exists, and neither this state holds it nor is it to be taken over, and where a role that must exist does not.
 *
 * AWS does not say whose a role is; the state does. For each name it keeps what was found when the name came into the state:
 * nothing, before this state made the role. `ignore_changes` keeps that, so a role that is found later is this state's own.
 * If the state was lost, the roles that it created count as leftovers, as they must.
 *
 * A role that the state has under another name cannot take over one: Terraform imports nothing to an address that it has, and
 * would delete the present role before it fails to create the other. So the state also keeps each role's first name.
 */
export class RolesFound extends Construct {
  /** ARNs found. */
  private readonly arns: Expression;

  public constructor(scope: Construct, id: string, { created, existing, awsProvider }: RolesFoundProps) {
    super(scope, id);
    const names = [...created, ...existing].map(({ name }) => namePattern(name));
    const found = new DataAwsIamRoles(this, "Names", {
      nameRegex: `(?i)^(${names.join("|")})$`,
      provider: awsProvider,
    });
    this.arns = expression`${reference(found)}.arns`;
    new DataAwsCallerIdentity(this, "Guard", {
      provider: awsProvider,
      lifecycle: {
        precondition: [
          ...(created.length === 0 ? [] : [this.mustNotExist(created)]),
          ...existing.map((role) => this.mustExist(role)),
        ],
      },
    });
  }

  /** A set with the role's name, empty where there is no role of that ARN: `for_each` of what needs the role. */
  public namesOf({ name, arn }: NamedRole): string {
    return expression`toset([for name in [${name}] : name if contains(${this.arns}, ${arn})])`.toString();
  }

  private mustNotExist(created: RolesFoundProps["created"]): Precondition {
    // IAM compares names without regard to case.
    const names = expression`[for arn in ${this.arns} : ${NAME_OF_ARN}]`;
    const firstNames = new TerraformData(this, "First_names", {
      triggersReplace: created.map(({ key }) => key).join(" "),
      lifecycle: { ignoreChanges: ["input"] },
    });
    firstNames.addOverride("input", Object.fromEntries(created.map(({ key, name }) => [key, name])));
    const isRenamed = expression`lower(${reference(firstNames)}.input[each.key]) != lower(each.value.name)`;
    const firstPlan = new TerraformData(this, "When_first_planned", {
      triggersReplace: "${lower(each.value.name)}",
      input:
        expression`each.value.adopted && !(${isRenamed}) && contains(${this.arns}, each.value.arn) ? "adopted" : contains(${names}, lower(each.value.name)) ? "exists" : "free"`.toString(),
      lifecycle: { ignoreChanges: ["input"] },
    });
    firstPlan.addOverride(
      "for_each",
      Object.fromEntries(
        created.map(({ key, name, arn, adoptExisting }) => [key, { name, arn, adopted: adoptExisting }]),
      ),
    );
    const leftovers = expression`[for role in ${reference(firstPlan)} : role.triggers_replace if role.input == "exists"]`;
    const list = expression`join("\\n", sort([for arn in ${this.arns} : arn if contains(${leftovers}, ${NAME_OF_ARN})]))`;
    return {
      condition: expression`length(${leftovers}) == 0`.toString(),
      errorMessage: [
        `The account has IAM roles of the names that are declared, and this state does not hold them under these names:\n${list}\nNothing has been changed.`,
        "Take them over with roles.all.adoptExisting (one by one with roles.<role>.adoptExisting): the plan then shows what is taken away from them.",
        "Only a role with exactly the declared name and path can be taken over, and not by a role that this state has under another name.",
        "Or give the new roles other names (roles.<role>.name), or delete these.",
        "A name that another role of this state gives up is free only after an apply.",
        "Such roles may have left customer managed policies, too, which Terraform cannot look for (roles.<role>.adoptPolicies).",
        "See docs/adoption.md.",
      ].join(" "),
    };
  }

  private mustExist({ key, arn }: ExistingRole): Precondition {
    return {
      condition: expression`contains(${this.arns}, ${arn})`.toString(),
      errorMessage: `roles.${key}.existingRoleArn: "${arn}" does not exist in the account: correct the ARN, its path included, or leave the option out and have the role created.`,
    };
  }
}

/** Name in the ARN `arn`, in lower case. */
const NAME_OF_ARN = expression`lower(reverse(split("/", arn))[0])`;

/** Finds the name, and at most some others: the comparison of ARNs decides. */
function namePattern(name: string): string {
  return isTerraformString(name) ? name : name.replaceAll(/[+.]/g, ".");
}

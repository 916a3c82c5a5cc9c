import { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import { CloudformationStackSetInstance } from "@cdktf/provider-aws/lib/cloudformation-stack-set-instance";
import { TerraformIterator, Token } from "cdktf";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { checkTemplateSize, inTerraform, TemplateBucket } from "../cloudformation";
import { urlSuffix } from "../iam";
import type { Partition } from "../iam";
import { isTerraformList } from "../inputs";
import { AccountGuard, expression } from "../terraform";
import type { CheckedInputs } from "../terraform";
import type { MemberAccountsInputs } from "./member-options";
import { OrganizationGuard } from "./organization-guard";

/** Which accounts are members, how their stacks are deployed, and from which account. */
export interface MemberStackInputs extends Omit<MemberAccountsInputs, "memberIdentityProvider"> {
  /** The management account. */
  readonly awsAccountId: string;
  /** Region of the stacks. */
  readonly awsRegion: string;
  /** Partition of the organization. */
  readonly partition: Partition;
  /** Tags of the StackSet. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** AWS provider, with credentials of the management account. */
  readonly awsProvider?: TerraformProvider | undefined;
}

/** What every member gets. */
export interface TemplateForMembers {
  /** What messages call the template. */
  readonly name: string;
  /** What makes it smaller, for messages. */
  readonly remedy: string;
  /** Description of the StackSet. */
  readonly description: string;
  /** The template, in JSON. */
  readonly body: string;
  /** The value of every parameter: without the defaults, every plan of the StackSet would show a difference. */
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * What must exist before the StackSet.
   * @default nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** CloudFormation may need hours for thousands of accounts; Terraform's default timeout is 30 minutes. */
const TIMEOUT = "12h";

/** Carries a template to the members: guards, a bucket for a large one, the StackSet, and an instance for each target. */
export function deployToMembers(
  scope: Construct,
  checked: CheckedInputs<MemberStackInputs>,
  template: TemplateForMembers,
): { readonly stackSet: CloudformationStackSet; readonly instances: CloudformationStackSetInstance } {
  const { inputs } = checked;
  const { awsProvider, rollout, targets, preventDestroy, tags, templateBucketName } = inputs;
  checkTemplateSize(template.name, template.body, templateBucketName !== undefined, template.remedy);
  const { resource } = AccountGuard.of(scope, inputs, checked);
  new OrganizationGuard(scope, "OrganizationGuard", { ...inputs, dependsOn: [resource] });
  const body = inTerraform(template.body);
  const bucket =
    templateBucketName === undefined
      ? undefined
      : new TemplateBucket(scope, "TemplateBucket", {
          bucketName: templateBucketName,
          create: inputs.createTemplateBucket,
          template: body,
          keyPrefix: inputs.stackSetName,
          format: "json",
          partition: inputs.partition,
          region: inputs.awsRegion,
          urlSuffix: urlSuffix(inputs.partition),
          tags,
          awsProvider,
        });
  const stackSet = new CloudformationStackSet(scope, "StackSet", {
    name: inputs.stackSetName,
    description: template.description,
    permissionModel: "SERVICE_MANAGED",
    callAs: "SELF",
    capabilities: ["CAPABILITY_NAMED_IAM"],
    autoDeployment: {
      enabled: true,
      retainStacksOnAccountRemoval: inputs.retainStacksOnAccountRemoval,
    },
    // Queues operations that would conflict, such as an auto-deployment during an update.
    managedExecution: { active: true },
    operationPreferences: rollout,
    parameters: { ...template.parameters },
    ...(bucket ? { templateUrl: bucket.templateUrl } : { templateBody: body }),
    ...(tags ? { tags: { ...tags } } : {}),
    provider: awsProvider,
    dependsOn: [...(template.dependsOn ?? []), ...(bucket?.resources ?? [])],
    timeouts: { update: TIMEOUT },
    lifecycle: {
      preventDestroy,
      // CloudFormation reports a role here that service-managed StackSets do not have (provider issue 23464).
      ignoreChanges: ["administration_role_arn"],
    },
  });
  const target = TerraformIterator.fromList([...targets]);
  // Without a region of their own the stacks are in the provider's, in hashicorp/aws 5 and 6: the two name the argument differently.
  const instances = new CloudformationStackSetInstance(scope, "Instances", {
    forEach: target,
    stackSetName: stackSet.name,
    callAs: "SELF",
    deploymentTargets: {
      organizationalUnitIds: [target.value],
      ...leavingOut(inputs.excludedAccountIds),
    },
    operationPreferences: rollout,
    retainStack: inputs.retainStacksOnDestroy,
    provider: awsProvider,
    timeouts: { create: TIMEOUT, update: TIMEOUT, delete: TIMEOUT },
    lifecycle: {
      preventDestroy,
      // A change of these would delete and recreate the stacks of every account of the target, or fail.
      ignoreChanges: ["deployment_targets", "operation_preferences"],
    },
  });
  return { stackSet, instances };
}

/**
 * The account filter of a target; absent if no account is excluded: the provider refuses an empty list. Only Terraform knows whether
 * its list is empty.
 */
function leavingOut(accounts: readonly string[]) {
  if (isTerraformList(accounts)) {
    return {
      accountFilterType: expression`length(${accounts}) > 0 ? "DIFFERENCE" : null`.toString(),
      accounts: Token.asList(expression`length(${accounts}) > 0 ? ${accounts} : null`.toString()),
    };
  }
  return accounts.length === 0 ? {} : { accountFilterType: "DIFFERENCE", accounts: [...accounts] };
}

import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { Precondition, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { CheckedInputs } from "./check-inputs";
import { expression } from "./expression";

/** What the guard compares. */
export interface AccountGuardProps {
  /** The AWS account that the configuration is written for. */
  readonly awsAccountId: string;
  /** Its partition. */
  readonly partition: string;
  /**
   * AWS provider whose credentials are compared.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider | undefined;
}

const ID = "AccountGuard";

/**
 * Stops the plan if the AWS credentials belong to another account or partition than the declared one, or if an input that
 * only Terraform knows is malformed.
 */
export class AccountGuard extends Construct {
  /** The data source that compares; dependents are read only after the check. */
  public readonly resource: DataAwsCallerIdentity;

  private readonly preconditions: Precondition[] = [];

  private constructor(
    scope: Construct,
    private readonly props: AccountGuardProps,
  ) {
    super(scope, ID);
    const { awsAccountId, partition } = props;
    this.resource = new DataAwsCallerIdentity(this, "Resource", {
      provider: props.awsProvider,
      lifecycle: {
        precondition: this.preconditions,
        postcondition: [
          {
            condition: expression`self.account_id == ${awsAccountId}`.toString(),
            errorMessage: `The AWS credentials belong to account \${self.account_id}, but the configuration is for account ${awsAccountId}: use credentials of ${awsAccountId}, or correct the declared account.`,
          },
          {
            condition: expression`startswith(self.arn, ${`arn:${partition}:`})`.toString(),
            errorMessage: `The AWS credentials belong to another partition (\${self.arn}) than the declared one, ${partition}.`,
          },
        ],
      },
    });
  }

  /**
   * The guard of a construct: its own, or that of an outer construct with the same account and provider.
   * @param checked - the construct's inputs, whose conditions the guard takes
   */
  public static of(construct: Construct, props: AccountGuardProps, checked: CheckedInputs<unknown>): AccountGuard {
    const guard = guardsAround(construct).find((outer) => outer.guards(props)) ?? new AccountGuard(construct, props);
    guard.preconditions.push(...checked.preconditions);
    return guard;
  }

  private guards({ awsAccountId, partition, awsProvider }: AccountGuardProps): boolean {
    const own = this.props;
    return own.awsAccountId === awsAccountId && own.partition === partition && own.awsProvider === awsProvider;
  }
}

function guardsAround(construct: Construct): AccountGuard[] {
  return construct.node.scopes
    .map((scope) => scope.node.tryFindChild(ID))
    .filter((child) => child instanceof AccountGuard);
}

import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { inExpression } from "./expression";
import type { InputChecks } from "./input-checks";

/** What the guard compares. */
export interface AccountGuardProps {
  /** The AWS account that the configuration is written for. */
  readonly accountId: string;
  /** Its partition. */
  readonly partition: string;
  /** Checks of inputs that are known only at plan. */
  readonly checks: InputChecks;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly provider?: AwsProvider;
}

/**
 * Stops the plan where the AWS credentials belong to another account or partition than the declared one, and where an
 * input that Terraform alone knows has the wrong form.
 */
export class AccountGuard extends Construct {
  public constructor(scope: Construct, id: string, props: AccountGuardProps) {
    super(scope, id);
    new DataAwsCallerIdentity(this, "Resource", {
      ...(props.provider ? { provider: props.provider } : {}),
      lifecycle: {
        precondition: props.checks.preconditions,
        postcondition: [
          {
            condition: `\${self.account_id == ${inExpression(props.accountId)}}`,
            errorMessage: `The AWS credentials belong to account \${self.account_id}, but the configuration is for account ${props.accountId}: use credentials of ${props.accountId}, or correct the declared account.`,
          },
          {
            condition: `\${startswith(self.arn, "arn:${props.partition}:")}`,
            errorMessage: `The AWS credentials belong to another partition (\${self.arn}) than the declared one, ${props.partition}.`,
          },
        ],
      },
    });
  }
}

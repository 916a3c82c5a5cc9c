import { AwsCloud, AzureCloud } from "../../rehearsal";
import { ACCOUNT } from "./synth";

/** The rehearsal's Azure with an empty subscription, for an AWS account. */
export function azureCloud(awsAccountId: string = ACCOUNT.awsAccountId, region = "eu-west-1"): AzureCloud {
  return new AzureCloud({
    aws: new AwsCloud({ callerAccountId: awsAccountId, region }),
    subscriptionId: ACCOUNT.azureSubscriptionId,
    resourceGroups: [ACCOUNT.resourceGroupName],
  });
}

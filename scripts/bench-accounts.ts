/** Synthesizes as many onboarded accounts as the first argument says, one stack each, with every plan. */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AzapiProvider, AccountOnboarding } from "../modules";

const app = new App();
for (let index = 0; index < Number(process.argv[2]); index++) {
  const awsAccountId = String(100_000_000_000 + index);
  const stack = new TerraformStack(app, awsAccountId);
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  new AzapiProvider(stack, "azapi");
  new AccountOnboarding(stack, "Onboarding", {
    awsAccountId,
    awsRegion: "eu-central-1",
    entraTenantId: "11111111-2222-4333-8444-555555555555",
    azureSubscriptionId: "00000000-0000-4000-8000-000000000001",
    resourceGroupName: "security",
    location: "westeurope",
    connectorName: `aws-${awsAccountId}`,
    accessLevel: "leastPrivilege",
    plans: { defenderCspm: {}, servers: { subPlan: "P2" }, containers: {}, databases: {} },
  });
}
app.synth();

/**
 * Synthesizes an organization, with every plan, that leaves out as many member accounts as the first argument says. They
 * are the only members that the code names: the others are CloudFormation's business, and no Terraform resource is one.
 */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AzapiProvider, OrganizationOnboarding } from "../modules";

const app = new App();
const stack = new TerraformStack(app, "organization");
new AwsProvider(stack, "aws", { region: "eu-central-1" });
new AzapiProvider(stack, "azapi");
new OrganizationOnboarding(stack, "Onboarding", {
  awsAccountId: "111122223333",
  awsRegion: "eu-central-1",
  entraTenantId: "11111111-2222-4333-8444-555555555555",
  azureSubscriptionId: "00000000-0000-4000-8000-000000000001",
  resourceGroupName: "security",
  location: "westeurope",
  connectorName: "organization",
  accessLevel: "leastPrivilege",
  plans: { defenderCspm: {}, servers: { subPlan: "P2" }, containers: {}, databases: {} },
  stackSetName: "DefenderForCloud",
  targets: ["r-ab12"],
  excludedAccountIds: Array.from({ length: Number(process.argv[2]) }, (_, index) => String(200_000_000_000 + index)),
});
app.synth();

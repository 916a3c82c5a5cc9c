import { readConnectors } from "../../../cli/azure/connectors";
import { emptyScenario } from "../../../rehearsal";
import { AccountOnboarding } from "../../../modules";
import { AzureOverHttp } from "../../support/azure-over-http";
import { deployConnector } from "../../support/deployed-connector";
import { ACCOUNT, onlyResource, synth } from "../../support/synth";

const VERSION = "2024-08-01-preview";
const PLACE = { subscriptionId: ACCOUNT.azureSubscriptionId, resourceGroupName: ACCOUNT.resourceGroupName };

/** The rehearsal's Azure with the connector of a stack, whose AWS side is there. */
function connected() {
  const clouds = emptyScenario();
  const stack = synth((scope) => {
    new AccountOnboarding(scope, "Onboarding", { ...ACCOUNT, accessLevel: "default", plans: {} });
  });
  const { client_id_list: audiences } = onlyResource(stack, "aws_iam_openid_connect_provider");
  deployConnector(clouds.azure, stack, audiences as string[]);
  return clouds;
}

describe("the readers of Azure, over HTTP,", () => {
  let server: AzureOverHttp | undefined;
  afterEach(() => {
    server?.stop();
  });

  test("read every connector of the resource group, page by page", async () => {
    const { azure } = connected();
    const [first] = azure.connectors.all();
    jest.spyOn(azure.connectors, "all").mockReturnValue(first ? [first, { ...first, name: "second" }] : []);
    server = await AzureOverHttp.start(azure);
    const connectors = await readConnectors(server.resourceManager, PLACE, VERSION);
    expect(connectors).toMatchObject({ value: [{ name: ACCOUNT.connectorName }, { name: "second" }] });
  });

  test("find no connector where there is no resource group", async () => {
    server = await AzureOverHttp.start(connected().azure);
    const elsewhere = { ...PLACE, resourceGroupName: "elsewhere" };
    await expect(readConnectors(server.resourceManager, elsewhere, VERSION)).resolves.toEqual({ value: [] });
  });

  test("say which right is missing", async () => {
    server = await AzureOverHttp.start(connected().azure, {
      denied: ["Microsoft.Security/securityConnectors/read"],
    });
    await expect(readConnectors(server.resourceManager, PLACE, VERSION)).resolves.toEqual({
      unread: expect.stringMatching(/AuthorizationFailed: .*Microsoft\.Security\/securityConnectors\/read/) as unknown,
    });
  });

  test("fails for a subscription that the credentials do not see", async () => {
    server = await AzureOverHttp.start(connected().azure);
    const unseen = { ...PLACE, subscriptionId: "99999999-0000-4000-8000-000000000001" };
    await expect(readConnectors(server.resourceManager, unseen, VERSION)).rejects.toThrow(
      /azureSubscriptionId: "99999999.*the Azure credentials do not see it/,
    );
  });

  test("fails for a token that Azure does not accept", async () => {
    server = await AzureOverHttp.start(connected().azure);
    const expired = { ...server.resourceManager, token: () => Promise.resolve("expired") };
    await expect(readConnectors(expired, PLACE, VERSION)).rejects.toThrow(
      "Azure credentials: Azure does not accept them (InvalidAuthenticationToken): sign in again (az login)",
    );
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readAll, resourceManager } from "../../../cli/azure/resource-manager";
import { AzureOverHttp } from "../../support/azure-over-http";
import { azureCloud } from "../../support/azure-cloud";

describe("the Azure Resource Manager of the command line tool", () => {
  test("is that of the public cloud", () => {
    expect(resourceManager({}).url).toBe("https://management.azure.com");
  });

  test("is another one where the variables of azapi say so", () => {
    const endpoint = "https://management.example.com/";
    expect(resourceManager({ ARM_RESOURCE_MANAGER_ENDPOINT: endpoint }).url).toBe("https://management.example.com");
  });

  test.each(["http://management.azure.com", "management.azure.com", "https://management.azure.com/path", ""])(
    "fails for %j as endpoint: a token would go to whoever listens",
    (endpoint) => {
      expect(() => resourceManager({ ARM_RESOURCE_MANAGER_ENDPOINT: endpoint })).toThrow(
        `ARM_RESOURCE_MANAGER_ENDPOINT: "${endpoint}" is not allowed; expected an https URL without a path`,
      );
    },
  );

  test.each(["usgovernment", "China"])("fails in cloud %s, which offers no connector", (cloud) => {
    expect(() => resourceManager({ ARM_ENVIRONMENT: cloud })).toThrow(
      /ARM_ENVIRONMENT: .*is not allowed; the AWS connector is offered in the public cloud only/,
    );
  });
});

describe("calls to it", () => {
  const environment = { ...process.env };
  let server: AzureOverHttp | undefined;
  afterEach(() => {
    process.env = { ...environment };
    server?.stop();
  });

  test("carry the token that the chain of credentials gives for its audience", async () => {
    server = await AzureOverHttp.start(azureCloud());
    Object.assign(process.env, server.environment, { ARM_RESOURCE_MANAGER_AUDIENCE: "https://audience.example.com" });
    expect(await readAll(resourceManager(), "/subscriptions?api-version=2022-12-01")).toHaveLength(1);
    expect(server.audiences).toEqual(["https://audience.example.com"]);
  });

  /** An Azure that answers every request alike, and counts them. */
  async function callsTo(status: number, answer: object): Promise<{ error: Error; calls: number }> {
    let calls = 0;
    const azure = createServer((_, response) => {
      calls += 1;
      response.writeHead(status).end(JSON.stringify(answer));
    });
    azure.listen(0, "127.0.0.1");
    await once(azure, "listening");
    const url = `http://127.0.0.1:${(azure.address() as AddressInfo).port}`;
    const token = () => Promise.resolve("token");
    const error = await readAll({ url, token }, "/subscriptions?api-version=2022-12-01").catch(
      (thrown: unknown) => thrown,
    );
    azure.closeAllConnections();
    azure.close();
    return { error: error as Error, calls };
  }

  test("go to no other host, whatever a link to the next page says", async () => {
    const { error } = await callsTo(200, { value: [], nextLink: "http://127.0.0.1:1/next" });
    expect(error.message).toBe("InvalidNextLink: http://127.0.0.1:1/next");
  });

  test("are not repeated where Azure refuses them", async () => {
    const { error, calls } = await callsTo(403, { error: { code: "AuthorizationFailed", message: "no" } });
    expect([error.message, calls]).toEqual(["AuthorizationFailed: no", 1]);
  });

  test("are repeated after throttling", async () => {
    server = await AzureOverHttp.start(azureCloud(), { throttled: 2 });
    expect(await readAll(server.resourceManager, "/subscriptions?api-version=2022-12-01")).toHaveLength(1);
  });

  test("fail where nobody listens, and say where that is", async () => {
    const azure = { url: "http://127.0.0.1:1", token: () => Promise.resolve("token") };
    await expect(readAll(azure, "/subscriptions?api-version=2022-12-01")).rejects.toThrow(
      /^Azure cannot be reached at http:\/\/127\.0\.0\.1:1 \(.*\): check the network, a proxy, or ARM_RESOURCE_MANAGER_ENDPOINT$/,
    );
  });

  test("fail where throttling does not end, with Azure's reason", async () => {
    server = await AzureOverHttp.start(azureCloud(), { throttled: 99 });
    await expect(readAll(server.resourceManager, "/subscriptions?api-version=2022-12-01")).rejects.toThrow(
      "TooManyRequests: The request is being throttled.",
    );
  });
});

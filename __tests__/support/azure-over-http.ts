import { once } from "node:events";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ResourceManager } from "../../cli/azure/resource-manager";
import { CONNECTOR_TYPE } from "../../rehearsal/azure/connectors";
import type { AzureCloud } from "../../rehearsal";

/** Azure Resource Manager on loopback: the rehearsal's Azure with the routes of the real one, as far as the readers use them. */
export class AzureOverHttp {
  private constructor(
    private readonly server: Server,
    /** For the readers. */
    readonly resourceManager: ResourceManager,
  ) {}

  /** @param isDenied - whether the caller may read no connectors */
  static async start(azure: AzureCloud, isDenied = false): Promise<AzureOverHttp> {
    const server = createServer(({ url = "", headers, method }, response) => {
      if (headers.authorization !== "Bearer token" || method !== "GET") {
        refuse(response, 401, "InvalidAuthenticationToken", "The access token is invalid.");
      } else {
        answer(azure, new URL(url, origin(server)), isDenied, response);
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new AzureOverHttp(server, { url: origin(server), token: () => Promise.resolve("token") });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(
  azure: AzureCloud,
  { pathname, searchParams, origin: host }: URL,
  isDenied: boolean,
  to: ServerResponse,
) {
  const lists = listsOf(azure);
  const [, ofSubscription = "", listName = ""] =
    /^\/subscriptions(?:\/([^/]+)\/(.+))?$/.exec(decodeURI(pathname)) ?? [];
  const entries = ofSubscription === "" || azure.findSubscription(ofSubscription) ? lists[listName] : undefined;
  if (entries !== undefined && !isDenied) {
    send(to, 200, { value: entries });
    return;
  }
  const [, subscriptionId = "", groupName = "", type = ""] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/(.+)$/.exec(decodeURI(pathname)) ?? [];
  if (subscriptionId.toLowerCase() !== azure.home.id.toLowerCase()) {
    refuse(to, 404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`);
  } else if (!azure.home.resourceGroups.has(groupName.toLowerCase())) {
    refuse(to, 404, "ResourceGroupNotFound", `Resource group '${groupName}' could not be found.`);
  } else if (isDenied) {
    refuse(to, 403, "AuthorizationFailed", `The client does not have authorization to perform action '${type}/read'.`);
  } else if (type !== CONNECTOR_TYPE || searchParams.get("api-version") === null) {
    refuse(to, 400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required.");
  } else {
    // One connector on a page, so that the next link is used.
    const index = Number(searchParams.get("$skiptoken") ?? 0);
    const connectors = azure.connectors.all();
    const next = `${host}${pathname}?api-version=${searchParams.get("api-version") ?? ""}&$skiptoken=${index + 1}`;
    send(to, 200, {
      value: connectors.slice(index, index + 1).map((connector) => ({ ...connector, id: connector.id.toLowerCase() })),
      ...(index + 1 < connectors.length ? { nextLink: next } : {}),
    });
  }
}

/** What a subscription holds, by the path below it; the empty path are the subscriptions. */
function listsOf(azure: AzureCloud): Readonly<Record<string, readonly object[]>> {
  const { home } = azure;
  return {
    "": [{ subscriptionId: home.id, displayName: "Security", tenantId: home.tenantId }],
    resourceGroups: [...home.resourceGroups.keys()].map((name) => ({ name, location: "westeurope" })),
    providers: [{ namespace: "Microsoft.Security", registrationState: "Registered" }],
    "providers/Microsoft.Authorization/permissions": [{ actions: ["Microsoft.Security/*"], notActions: [] }],
    "providers/Microsoft.Security/pricings": [{ name: "CloudPosture", properties: { pricingTier: "Free" } }],
    [`providers/${CONNECTOR_TYPE}`]: azure.connectors.all(),
  };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, { error: { code, message } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

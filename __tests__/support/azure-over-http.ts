import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ResourceManager } from "../../cli/azure/resource-manager";
import { CONNECTOR_TYPE } from "../../rehearsal/azure/connectors";
import type { AzureCloud } from "../../rehearsal";

export interface AzureOptions {
  /** Actions that the caller may not do, for instance `Microsoft.Security/pricings/read`. */
  readonly denied?: readonly string[];
  /** How many requests are throttled before the first one is answered. */
  readonly throttled?: number;
}

const TOKEN = "token";
const IDENTITY_PATH = "/msi/token";
const IDENTITY_SECRET = "secret";

/**
 * Azure on loopback: the rehearsal's Azure with the routes of the real Resource Manager, as far as the readers use them, and the
 * endpoint from which a managed identity of App Service gets its token.
 */
export class AzureOverHttp {
  private constructor(
    private readonly server: Server,
    /** For the readers. */
    readonly resourceManager: ResourceManager,
    /** The variables that lead the command line tool here. */
    readonly environment: Readonly<Record<string, string>>,
    /** For which audiences tokens were given. */
    readonly audiences: readonly string[],
  ) {}

  static async start(azure: AzureCloud, { denied = [], throttled = 0 }: AzureOptions = {}): Promise<AzureOverHttp> {
    const audiences: string[] = [];
    let toThrottle = throttled;
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "", origin(server));
      if (url.pathname === IDENTITY_PATH) {
        audiences.push(...giveToken(request, url, response));
      } else if (request.headers.authorization !== `Bearer ${TOKEN}` || request.method !== "GET") {
        refuse(response, 401, "InvalidAuthenticationToken", "The access token is invalid.");
      } else if (toThrottle-- > 0) {
        response.setHeader("retry-after", "0");
        refuse(response, 429, "TooManyRequests", "The request is being throttled.");
      } else {
        answer(azure, url, denied, response);
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = origin(server);
    return new AzureOverHttp(
      server,
      { url, token: () => Promise.resolve(TOKEN) },
      {
        ARM_RESOURCE_MANAGER_ENDPOINT: url,
        IDENTITY_ENDPOINT: `${url}${IDENTITY_PATH}`,
        IDENTITY_HEADER: IDENTITY_SECRET,
        // The chain tries no other credential, so a test does not depend on what the machine has.
        AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      },
      audiences,
    );
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns the audience. As App Service answers (Microsoft Learn, "How to use managed identities for App Service", REST endpoint reference). */
function giveToken({ headers }: IncomingMessage, { searchParams }: URL, response: ServerResponse): string[] {
  const resource = searchParams.get("resource");
  if (headers["x-identity-header"] !== IDENTITY_SECRET || resource === null) {
    send(response, 401, { statusCode: 401, message: "No managed identity was found for this request." });
    return [];
  }
  send(response, 200, {
    access_token: TOKEN,
    expires_on: String(Math.floor(Date.now() / 1000) + 3600),
    resource,
    token_type: "Bearer",
  });
  return [resource];
}

function answer(
  azure: AzureCloud,
  { pathname, searchParams, origin: host }: URL,
  denied: readonly string[],
  to: ServerResponse,
) {
  const [, subscriptionId, rest = ""] = /^\/subscriptions(?:\/([^/]+)\/(.+))?$/.exec(decodeURI(pathname)) ?? [];
  const [, groupName, list = rest] = /^resourceGroups\/([^/]+)\/(providers\/.+)$/.exec(rest) ?? [];
  const { entries, action } = listsOf(azure)[list] ?? {};
  if (searchParams.get("api-version") === null) {
    refuse(to, 400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required.");
  } else if (subscriptionId !== undefined && !azure.findSubscription(subscriptionId)) {
    refuse(to, 404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`);
  } else if (groupName !== undefined && !azure.home.resourceGroups.has(groupName.toLowerCase())) {
    refuse(to, 404, "ResourceGroupNotFound", `Resource group '${groupName}' could not be found.`);
  } else if (entries === undefined || action === undefined) {
    refuse(to, 404, "InvalidResourceType", `The resource type could not be found in '${pathname}'.`);
  } else if (denied.includes(action)) {
    const message = `The client 'me' does not have authorization to perform action '${action}' over scope '${pathname}'.`;
    refuse(to, 403, "AuthorizationFailed", message);
  } else {
    // One entry on a page, so that the next link is used.
    const index = Number(searchParams.get("$skiptoken") ?? 0);
    const next = `${host}${pathname}?api-version=${searchParams.get("api-version") ?? ""}&$skiptoken=${index + 1}`;
    send(to, 200, {
      value: entries.slice(index, index + 1),
      ...(index + 1 < entries.length ? { nextLink: next } : {}),
    });
  }
}

interface List {
  readonly entries: readonly object[];
  /** The action that reads it. */
  readonly action: string;
}

/** What a subscription holds, by the path below it; the empty path are the subscriptions. */
function listsOf(azure: AzureCloud): Readonly<Record<string, List>> {
  const { home } = azure;
  const list = (action: string, entries: readonly object[]): List => ({ entries, action });
  return {
    "": list("Microsoft.Resources/subscriptions/read", [
      { subscriptionId: home.id, displayName: "Security", tenantId: home.tenantId },
    ]),
    resourceGroups: list(
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      [...home.resourceGroups.keys()].map((name) => ({ name, location: "westeurope" })),
    ),
    providers: list("Microsoft.Resources/subscriptions/providers/read", [
      { namespace: "Microsoft.Security", registrationState: "Registered" },
    ]),
    "providers/Microsoft.Authorization/permissions": list("Microsoft.Authorization/permissions/read", [
      { actions: ["Microsoft.Security/*"], notActions: [] },
    ]),
    "providers/Microsoft.Security/pricings": list("Microsoft.Security/pricings/read", [
      { name: "CloudPosture", properties: { pricingTier: "Free" } },
    ]),
    [`providers/${CONNECTOR_TYPE}`]: list(
      `${CONNECTOR_TYPE}/read`,
      azure.connectors.all().map((connector) => ({ ...connector, id: connector.id.toLowerCase() })),
    ),
  };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, { error: { code, message } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

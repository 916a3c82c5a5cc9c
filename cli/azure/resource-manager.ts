import { DefaultAzureCredential } from "@azure/identity";
import { InputError } from "../../modules/inputs";

/** Azure Resource Manager, read only. */
export interface ResourceManager {
  /** Where it is, without a final slash. */
  readonly url: string;
  /** A token for it. */
  readonly token: () => Promise<string>;
}

/** An answer that is no success. */
export class AzureError extends Error {
  public constructor(
    readonly status: number,
    /** For instance `AuthorizationFailed`. */
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

const PUBLIC_CLOUD = "https://management.azure.com";

/**
 * Azure Resource Manager, with the credentials that the environment, a managed identity or the Azure CLI gives. It is the one of
 * the public cloud unless the variables say otherwise that azapi reads for the same purpose (Terraform Registry, provider
 * Azure/azapi, `endpoint`); @azure/identity itself reads `AZURE_AUTHORITY_HOST`.
 * @throws InputError for an endpoint that is no https URL, and for a cloud that has no connector
 */
export function resourceManager(environment: NodeJS.ProcessEnv = process.env): ResourceManager {
  const cloud = environment.ARM_ENVIRONMENT?.toLowerCase();
  if (cloud === "usgovernment" || cloud === "china") {
    throw InputError.of(
      "ARM_ENVIRONMENT",
      cloud,
      "the AWS connector is offered in the public cloud only, not in Azure Government and Azure operated by 21Vianet: unset it, and sign in to the public cloud",
    );
  }
  const url = endpoint(environment.ARM_RESOURCE_MANAGER_ENDPOINT);
  const audience = environment.ARM_RESOURCE_MANAGER_AUDIENCE ?? url;
  const credential = new DefaultAzureCredential();
  return {
    url,
    token: async () => {
      try {
        return (await credential.getToken(`${audience}/.default`)).token;
      } catch (error) {
        const [firstLine = ""] = (error as Error).message.split("\n");
        throw noCredentials(`none were found: sign in (az login), or set them (${firstLine})`);
      }
    },
  };
}

/** Without a final slash. A token is sent there, so nobody may listen on the way. */
function endpoint(given: string = PUBLIC_CLOUD): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPrivate = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "127.0.0.1");
  if (url === undefined || !isPrivate || url.pathname !== "/") {
    throw InputError.of(
      "ARM_RESOURCE_MANAGER_ENDPOINT",
      given,
      `expected an https URL without a path, for instance ${PUBLIC_CLOUD} (http is allowed for 127.0.0.1 alone)`,
    );
  }
  return url.origin;
}

/** Credentials that are missing, or that Azure does not accept. */
export function noCredentials(message: string): InputError {
  const prop = "Azure credentials";
  return new InputError([{ prop, message: `${prop}: ${message}` }]);
}

/**
 * All entries of a list, page by page.
 * @param path - with its query, for instance `/subscriptions/<id>/resourceGroups?api-version=2022-09-01`
 */
export async function readAll(azure: ResourceManager, path: string): Promise<unknown[]> {
  const entries: unknown[] = [];
  for (let next: string | undefined = `${azure.url}${path}`; next !== undefined;) {
    // A link to the next page is Azure's own; a token goes nowhere else.
    if (!next.startsWith(`${azure.url}/`)) {
      throw new AzureError(0, "InvalidNextLink", next);
    }
    const page = (await get(azure, next)) as { readonly value?: unknown[]; readonly nextLink?: string };
    entries.push(...(page.value ?? []));
    next = page.nextLink;
  }
  return entries;
}

/** Attempts at a request that Azure throttles. */
const ATTEMPTS = 5;

async function get(azure: ResourceManager, url: string): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const response = await send(url, await azure.token());
    if (response.ok) {
      return response.json();
    }
    if (response.status !== 429 || attempt === ATTEMPTS) {
      throw await asError(response);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get("retry-after") ?? attempt)));
  }
}

async function send(url: string, token: string): Promise<Response> {
  try {
    return await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    const { origin } = new URL(url);
    const prop = "ARM_RESOURCE_MANAGER_ENDPOINT";
    throw new InputError([
      { prop, message: `Azure cannot be reached at ${origin} (${reason}): check the network, a proxy, or ${prop}` },
    ]);
  }
}

async function asError(response: Response): Promise<AzureError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly code?: string; readonly message?: string } };
    return new AzureError(response.status, error?.code ?? response.statusText, error?.message ?? text);
  } catch {
    return new AzureError(response.status, response.statusText, text);
  }
}

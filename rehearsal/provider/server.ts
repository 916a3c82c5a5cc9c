import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { createServer, type Socket } from "node:net";

import { descriptor } from "../protocol/descriptor";
import { decodeAttributes, encodeValue, type Attributes, type DynamicValue } from "../protocol/values";
import type { Block, Type } from "../schema/schema";
import { CloudError } from "../cloud-error";
import { FailedAfterCreation, type Provider, type ResourceType } from "./provider";
import { conform, markComputed, settle } from "./state";

/** A provider that Terraform can reach. */
export interface ServedProvider {
  stop(): void;
}

/**
 * Serves a provider on a unix socket, in this process: Terraform must be started with an asynchronous call.
 *
 * Terraform opens a connection for each configuration of a provider (a default one, an alias, one in a module), so each
 * connection gets an instance of its own: nothing of one configuration reaches another.
 * @param newInstance - makes the instance of one connection
 */
export async function serve(newInstance: () => Provider, socket: string): Promise<ServedProvider> {
  const open = new Set<Socket>();
  const listener = createServer((connection) => {
    const server = new Server({ "grpc.enable_channelz": 0 });
    server.addService(service, handlers(new Calls(newInstance())));
    server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(connection);
    open.add(connection);
    connection.once("close", () => {
      open.delete(connection);
      server.forceShutdown();
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(socket, resolve);
  });
  return {
    stop: () => {
      listener.close();
      open.forEach((connection) => connection.destroy());
    },
  };
}

const service = providerService();

function providerService(): ServiceDefinition {
  const loaded = loadPackageDefinition(
    fromJSON(descriptor as Parameters<typeof fromJSON>[0], { longs: Number, bytes: Buffer }),
  );
  const { Provider: client } = loaded.tfplugin5 as unknown as { Provider: { service: ServiceDefinition } };
  return client.service;
}

function handlers(calls: Calls): UntypedServiceImplementation {
  const answer =
    (name: keyof Calls) =>
    ({ request }: ServerUnaryCall<unknown, object>, respond: sendUnaryData<object>) => {
      new Promise<object>((resolve) => {
        resolve(calls[name](request as never));
      }).then(
        (response) => {
          respond(null, response);
        },
        (error: unknown) => {
          // Terraform shows a diagnostic with the resource's address; an error of the transport would lose it.
          respond(null, { diagnostics: [diagnostic(error)] });
        },
      );
    };
  const names = Object.getOwnPropertyNames(Calls.prototype).filter((name) => name !== "constructor");
  return Object.fromEntries(names.map((name) => [name, answer(name as keyof Calls)]));
}

function diagnostic(error: unknown) {
  const summary = error instanceof CloudError ? error.message : `rehearsal failed: ${describe(error)}`;
  return { severity: 1, summary, detail: "" };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

interface TypedRequest {
  typeName: string;
  config: DynamicValue;
}

interface ChangeRequest extends TypedRequest {
  priorState: DynamicValue;
}

/** The calls of the plugin protocol, named as the protocol names them. */
class Calls {
  constructor(private readonly provider: Provider) {}

  GetSchema(): object {
    const { provider, resources, dataSources } = this.provider.schema();
    const schemas = (blocks: ReadonlyMap<string, Block>) =>
      Object.fromEntries([...blocks].map(([type, block]) => [type, { version: 0, block: blockMessage(block) }]));
    return {
      provider: { version: 0, block: blockMessage(provider) },
      resourceSchemas: schemas(resources),
      dataSourceSchemas: schemas(dataSources),
      // One terraform process starts a provider for each graph that it walks: this lets it ask for the schema only once.
      serverCapabilities: { getProviderSchemaOptional: true },
    };
  }

  PrepareProviderConfig(request: { config: DynamicValue }): object {
    return { preparedConfig: request.config };
  }

  Configure(request: { config: DynamicValue }): object {
    this.provider.configure(decodeAttributes(request.config) ?? {});
    return {};
  }

  ValidateResourceTypeConfig(request: TypedRequest): object {
    this.provider.validate?.(request.typeName, decodeAttributes(request.config) ?? {});
    return {};
  }

  ValidateDataSourceConfig(): object {
    return {};
  }

  UpgradeResourceState(request: { rawState: { json: Uint8Array } }): object {
    return { upgradedState: { json: request.rawState.json } };
  }

  ReadResource(request: { typeName: string; currentState: DynamicValue }): object {
    const state = decodeAttributes(request.currentState);
    const current = state && this.provider.resource(request.typeName).read(state);
    return { newState: encodeValue(current && conform(this.block(request.typeName), current)) };
  }

  PlanResourceChange(request: ChangeRequest & { proposedNewState: DynamicValue }): object {
    const prior = decodeAttributes(request.priorState);
    const planned = decodeAttributes(request.proposedNewState);
    const resource = this.provider.resource(request.typeName);
    if (planned === null) {
      return { plannedState: encodeValue(null) };
    }
    if (prior !== null) {
      keepEquivalent(resource, planned, prior);
    }
    markComputed(this.block(request.typeName), planned, prior);
    resource.plan?.(planned, prior, decodeAttributes(request.config) ?? {});
    const replacing = prior === null ? [] : resource.requiresReplace(prior, planned);
    return {
      plannedState: encodeValue(planned),
      requiresReplace: replacing.map((attributeName) => ({ steps: [{ attributeName }] })),
      legacyTypeSystem: resource.legacyTypes ?? false,
    };
  }

  async ApplyResourceChange(request: ChangeRequest & { plannedState: DynamicValue }): Promise<object> {
    const prior = decodeAttributes(request.priorState);
    const planned = decodeAttributes(request.plannedState);
    const type = request.typeName;
    const resource = this.provider.resource(type);
    try {
      const applied = await apply(resource, prior, planned);
      const state = applied && planned && stateOf(this.block(type), type, planned, applied);
      return { newState: encodeValue(state), legacyTypeSystem: resource.legacyTypes ?? false };
    } catch (error) {
      // Terraform shows the error, and keeps the object: as it was before, or partially created.
      const left =
        planned && error instanceof FailedAfterCreation
          ? stateOf(this.block(type), type, planned, error.created)
          : prior;
      return { newState: encodeValue(left), diagnostics: [diagnostic(error)] };
    }
  }

  ImportResourceState(request: { typeName: string; id: string }): object {
    const found = this.provider.resource(request.typeName).import(request.id);
    const state = encodeValue(conform(this.block(request.typeName), found));
    return { importedResources: [{ typeName: request.typeName, state }] };
  }

  ReadDataSource(request: TypedRequest): object {
    const config = decodeAttributes(request.config) ?? {};
    const block = required(this.provider.schema().dataSources.get(request.typeName), request.typeName);
    const known = conform(block, { ...config, ...this.provider.readData(request.typeName, config) });
    markComputed(block, known, null);
    return { state: encodeValue(settle(block, known, request.typeName)) };
  }

  Stop(): object {
    return {};
  }

  private block(type: string): Block {
    return required(this.provider.schema().resources.get(type), type);
  }
}

async function apply(
  resource: ResourceType,
  prior: Attributes | null,
  planned: Attributes | null,
): Promise<Attributes | null> {
  if (planned === null) {
    if (prior !== null) {
      await resource.delete(prior);
    }
    return null;
  }
  return prior === null ? resource.create(planned) : resource.update(prior, planned);
}

/** The response to Terraform about an object that was created or changed. */
function stateOf(block: Block, type: string, planned: Attributes, applied: Attributes): Attributes {
  const key = typeof applied.id === "string" ? applied.id : type;
  return settle(block, conform(block, { ...planned, ...applied }), `${type}.${key}`);
}

/** A value that is only written differently is no change: keep the one in the state. */
function keepEquivalent(resource: ResourceType, planned: Attributes, prior: Attributes): void {
  for (const [name, value] of Object.entries(planned)) {
    const before = prior[name];
    const rewritten = typeof value === "string" && typeof before === "string" && value !== before;
    if (rewritten && resource.semanticallyEqual?.(name, before, value)) {
      planned[name] = before;
    }
  }
}

function required<T>(value: T | undefined, type: string): T {
  if (value === undefined) {
    throw new CloudError(`the rehearsal has no schema for ${type}`);
  }
  return value;
}

const nestingNumber = { single: 1, list: 2, set: 3 };

function blockMessage(block: Block): object {
  return {
    attributes: Object.entries(block.attributes).map(([name, { type, ...flags }]) => ({
      name,
      type: typeMessage(type),
      ...flags,
    })),
    blockTypes: Object.entries(block.blocks).map(([typeName, { nesting, block: inner }]) => ({
      typeName,
      nesting: nestingNumber[nesting],
      block: blockMessage(inner),
    })),
  };
}

function typeMessage(type: Type): Buffer {
  return Buffer.from(JSON.stringify(type));
}

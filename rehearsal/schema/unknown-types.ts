import { recoverSchema, whyUnknown } from "./bindings";
import { newerDataSources } from "../aws/newer-types";
import { azapiSchema } from "../azure/azapi-schema";
import { dataFolder, resourceFolder, UsedTypes, type StackJson } from "./used-types";

/** A type that the rehearsal cannot serve. */
export interface UnknownType {
  readonly type: string;
  readonly why: string;
}

/** Providers whose schemas come from their bindings. */
const BINDINGS: Readonly<Record<string, string>> = {
  aws: "@cdktf/provider-aws",
  azurerm: "@cdktf/provider-azurerm",
};

/** Resources whose schemas are written by hand. */
const handWritten = new Set([...azapiSchema.resources.keys(), "time_sleep"]);

/** Prefix of the types of the provider that is part of Terraform. */
const IN_TERRAFORM = "terraform_";

/** Types of the stack that the rehearsal cannot serve: Terraform would only say that the provider does not support them. */
export function unknownTypes(stack: StackJson): readonly UnknownType[] {
  const types = new UsedTypes();
  types.add(stack);
  return [
    ...[...types.resources].flatMap((type) => unknown(type, resourceFolder(type), handWritten.has(type))),
    ...[...types.dataSources].flatMap((type) =>
      unknown(type, dataFolder(type), azapiSchema.dataSources.has(type) || newerDataSources.has(type)),
    ),
  ];
}

function unknown(type: string, folder: string, isHandWritten: boolean): UnknownType[] {
  if (isHandWritten || type.startsWith(IN_TERRAFORM)) {
    return [];
  }
  const provider = type.split("_")[0] ?? "";
  const bindings = BINDINGS[provider];
  if (bindings === undefined) {
    return [{ type, why: `the rehearsal has no provider "${provider}"` }];
  }
  return recoverSchema(bindings, folder) === undefined ? [{ type, why: whyUnknown(bindings) }] : [];
}

export { AzapiProvider } from "./azapi";
export type { AzapiProviderConfig } from "./azapi";
export * from "./azure-connector";
export * from "./connector-properties";

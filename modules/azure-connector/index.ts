export * from "./azapi";
export * from "./azure-connector";
export * from "./connector-properties";
export * from "./offerings";
export * from "./offerings-of-plans";

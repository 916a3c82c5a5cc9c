export * from "./identity-provider";
export * from "./identity-provider-mode";

export * from "./identity-provider";

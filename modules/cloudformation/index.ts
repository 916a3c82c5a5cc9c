export * from "./template-bucket";
export * from "./template-text";

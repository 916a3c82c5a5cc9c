export * from "./partitions";
export * from "./policy-document";
export * from "./statements";

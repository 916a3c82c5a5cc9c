export * from "./aws-regions";
export * from "./formats";
export * from "./input-error";
export * from "./organization-formats";
export * from "./partitions";
export * from "./policy-document";

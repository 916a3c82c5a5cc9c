export * from "./aws-regions";
export * from "./formats";
export * from "./input-error";
export * from "./organization-formats";
export * from "./policy-document";

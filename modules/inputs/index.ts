export * from "./cloud-trail-resource-set";
export * from "./formats";
export * from "./input-error";
export * from "./read";
export * from "./report";
export * from "./schema";
export * from "./tags";
export * from "./terraform-values";

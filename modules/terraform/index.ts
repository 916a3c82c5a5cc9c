export * from "./account-guard";
export * from "./expression";
export * from "./input-checks";
export * from "./input-variable";
export * from "./stack-settings";

export * from "./account-guard";
export * from "./expression";
export * from "./import-block";
export * from "./input-checks";
export * from "./input-variable";
export * from "./removed-block";
export * from "./stack-settings";
export * from "./twin-provider";

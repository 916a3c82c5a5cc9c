export * from "./account-guard";
export * from "./expression";
export * from "./input-checks";
export * from "./input-variable";
export * from "./removed-block";
export * from "./stack-settings";
export * from "./truth";
export * from "./twin-provider";

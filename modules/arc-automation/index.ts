export * from "./arc-automation";

export * from "./iam-roles";

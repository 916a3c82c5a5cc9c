export { call, Code, hcl, indented, Nested } from "./code";
export { writeBlocks } from "./configuration";
export type { Blocks } from "./configuration";
export { aligned, jsonDocument, writeExpression } from "./expression";
export { snakeCase, withCleanNames } from "./names";

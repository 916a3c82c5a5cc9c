export * from "./clean";
export * from "./inspect";
export type { TemplateStatement } from "./statements";
export { readTemplate } from "./template";
export type { PortalTemplate } from "./template";
export * from "./template-file";

import type { Blocks } from "../hcl";
import { writeExpression } from "../hcl";

interface Variable {
  readonly description: string;
  readonly default?: unknown;
}

/** What a module's README says besides its tables. */
export interface Introduction {
  readonly title: string;
  readonly text: string;
  /** The example root, as HCL. */
  readonly example: string;
}

/** Files of a module that are written by hand: what its README says first, and others by their path. */
export interface ModuleFiles {
  readonly introduction: Introduction;
  readonly others: Readonly<Record<string, string>>;
}

/** A module's README: what it does, an example, inputs and outputs. */
export function readmeOf({ title, text, example }: Introduction, blocks: Readonly<Record<string, Blocks>>): string {
  const variables = merged(blocks, "variable") as Record<string, Variable>;
  const outputs = merged(blocks, "output") as Record<string, Variable>;
  return `# ${title}

${text}

## Example

\`\`\`hcl
${example.trim()}
\`\`\`

## Inputs

| input | meaning | default |
| --- | --- | --- |
${Object.entries(variables)
  .map(([name, variable]) => `| \`${name}\` | ${cell(variable.description)} | ${presetOf(variable)} |\n`)
  .join("")}
## Outputs

| output | meaning |
| --- | --- |
${Object.entries(outputs)
  .map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |\n`)
  .join("")}`;
}

function merged(blocks: Readonly<Record<string, Blocks>>, kind: string): object {
  return Object.assign({}, ...Object.values(blocks).map((file) => file[kind] ?? {})) as object;
}

function presetOf(variable: Variable): string {
  return "default" in variable ? `\`${writeExpression(variable.default)}\`` : "required";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

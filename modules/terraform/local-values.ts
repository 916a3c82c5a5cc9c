import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";

/**
 * Puts values, literals or Terraform values, into a local.
 * @returns for each value, the text by which an expression refers to it. cdktf resolves its tokens inside an expression, but not
 * after a closing brace, nor inside a quoted string
 */
export function localValues<Key extends string>(
  scope: Construct,
  id: string,
  values: Readonly<Record<Key, string>>,
): Readonly<Record<Key, string>> {
  const local = `local.${new TerraformLocal(scope, id, values).friendlyUniqueId}`;
  const references = Object.keys(values).map((key) => [key, `${local}.${key}`]);
  return Object.fromEntries(references) as Record<Key, string>;
}

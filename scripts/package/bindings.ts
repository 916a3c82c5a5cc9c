import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder of a provider's generated bindings, for instance `aws` and `iam-role`. */
export interface Binding {
  readonly provider: string;
  readonly folder: string;
}

const IMPORT = /(?<=["'])@cdktf\/provider-([a-z]+)\/lib\/([a-z0-9-]+)(?=["'])/g;

/** The bindings that the compiled files import, each once. */
export function bindingsIn(texts: readonly string[]): Binding[] {
  const found = texts.flatMap((text) => [...text.matchAll(IMPORT)]);
  return [
    ...new Map(found.map(([name, provider = "", folder = ""]) => [name, { provider, folder }] as const)).values(),
  ].sort((a, b) => (a.provider + a.folder < b.provider + b.folder ? -1 : 1));
}

/** npm package of a provider's bindings. */
export function packageOf(provider: string): string {
  return `@cdktf/provider-${provider}`;
}

/**
 * Copies bindings, with the licence of each provider's package: they are under the Mozilla Public License 2.0. Their source maps
 * stay behind, which are three quarters of their size.
 * @param rewrite - changes what is imported
 */
export function copyBindings(
  bindings: readonly Binding[],
  target: string,
  rewrite: (text: string) => string = (text) => text,
): void {
  for (const { provider, folder } of bindings) {
    const root = dirname(require.resolve(`${packageOf(provider)}/package.json`));
    const source = join(root, "lib", folder);
    const copy = join(target, provider, folder);
    mkdirSync(copy, { recursive: true });
    cpSync(join(root, "LICENSE"), join(target, provider, "LICENSE"));
    for (const name of readdirSync(source)) {
      const text = readFileSync(join(source, name), "utf8").replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
      writeFileSync(join(copy, name), rewrite(text));
    }
  }
}

/**
 * Code that imports bindings, so that it imports their copies.
 * @param bindings - path of the copies from the folder of the code
 */
export function withCopiedBindings(text: string, bindings: string): string {
  return text.replaceAll(IMPORT, `${bindings}/$1/$2`);
}

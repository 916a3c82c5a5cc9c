import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const REPOSITORY = resolve(__dirname, "../../..");

/** A block of code of a page, and the heading above it. */
export interface CodeBlock {
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

export function page(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

/** The blocks of code of a page, in order. */
export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(/^#{1,6} (.+)$|^```(\w*)\n([^]*?)^```$/gm)].reduce<{ section: string; blocks: CodeBlock[] }>(
    ({ section, blocks }, [, heading, language = "", code = ""]) =>
      heading === undefined
        ? { section, blocks: [...blocks, { section, language, text: code }] }
        : { section: heading, blocks },
    { section: "", blocks: [] },
  ).blocks;
}

/** The pages of the repository: README, docs, and the READMEs of folders. */
export function pages(): string[] {
  return readdirSync(REPOSITORY, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".md") && !/(^|\/)(node_modules|dist|lib|cdktf\.out|\.[a-z]\w*)\//.test(path),
  );
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchors(text: string): Set<string> {
  const headings = [...text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/^#{1,6} (.+)$/gm)];
  return new Set(
    headings.map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Links of a page to files of the repository that lead nowhere. */
export function brokenLinks(path: string): string[] {
  const text = page(path);
  const links = [...text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = ""]) => target,
  );
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) {
      return false;
    }
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(join(REPOSITORY, target))) {
      return true;
    }
    return anchor !== undefined && target.endsWith(".md") && !anchors(page(target)).has(anchor);
  });
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { page, REPOSITORY } from "./markdown";

const PAGE = page("docs/troubleshooting.md");

/** The source text below folders of the repository, with quotes as Terraform prints them. */
function sourcesOf(...folders: string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(join(REPOSITORY, folder, file), "utf8")),
    )
    .join("\n")
    .replaceAll(/\\+"/g, '"');
}

/** The entries of a part of the page: the quoted text and what is said about it. */
function entriesOf(part: string): [text: string, body: string][] {
  const [, section = ""] = PAGE.split(`\n## ${part}\n`);
  const entries = (section.split("\n## ")[0] ?? "").split("\n### ").slice(1);
  return entries.map((entry) => [entry.split("\n")[0] ?? "", entry]);
}

const OURS = entriesOf("Messages of this package");
const OTHERS = entriesOf("Messages of Terraform and of the clouds");

test("the page has entries of both parts", () => {
  expect(OURS.length).toBeGreaterThan(5);
  expect(OTHERS.length).toBeGreaterThan(5);
});

test.each(OURS)("%s is a text of a message of this package", (text) => {
  expect(sourcesOf("modules", "cli")).toContain(text);
});

test.each(OTHERS)(
  "%s is a text that the simulated clouds or the tests meet, and its source is linked",
  (text, body) => {
    expect(sourcesOf("rehearsal", "__tests__/cloudtrail-fanout", "__tests__/identity-provider")).toContain(text);
    expect(body).toMatch(/\nSource: \[[^\]]+\]\(https:/);
  },
);

import { brokenLinks, pages } from "./markdown";

test("every link of every page leads to a file and a heading of the repository", () => {
  const broken = pages().flatMap((path) => brokenLinks(path).map((link) => `${path}: ${link}`));
  expect(broken).toEqual([]);
});

/** Whether one of the patterns covers an action, in AWS (`iam:Create*`) or Azure; `*` and `?` stand for any characters. */
export function covers(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const escaped = pattern.replaceAll(/[.$^+()[\]{}|\\/]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(action);
  });
}

const LONGEST = 64;

/** Suggests the known word that is closest to a misspelled one; empty if no word is close. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (given.length > LONGEST) {
    return "";
  }
  const distances = known.map((word) => ({ word, distance: editDistance(given.toLowerCase(), word.toLowerCase()) }));
  const closest = distances.sort((a, b) => a.distance - b.distance)[0];
  return closest && closest.distance <= Math.max(2, Math.floor(given.length / 3))
    ? `did you mean ${closest.word}? `
    : "";
}

/** Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

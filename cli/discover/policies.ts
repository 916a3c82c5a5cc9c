/** A statement of a policy, as far as discovery reads it. */
export interface StatementFacts {
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
}

/** The statements of a policy; none where it is no policy. */
export function statementsOf(policy: string): readonly StatementFacts[] {
  try {
    const { Statement: found = [] } = JSON.parse(policy) as { Statement?: StatementFacts | readonly StatementFacts[] };
    return [found].flat();
  } catch {
    return [];
  }
}

/** One value, several, or none. */
export function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

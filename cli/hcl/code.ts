/** A part of a configuration that JSON cannot express: HCL, with values between its pieces. */
export class Code {
  public constructor(public readonly pieces: readonly (string | Nested)[]) {}
}

/** Moves every line but the first to the right. */
export function indented({ pieces }: Code, steps = 1): Code {
  return new Code(
    pieces.map((piece) =>
      typeof piece === "string" ? piece.replaceAll("\n", `\n${"  ".repeat(steps)}`) : piece.indented(steps),
    ),
  );
}

/** Writes a call with an argument on each line. */
export function call(name: string, args: readonly Code[]): Code {
  return new Code([`${name}(`, ...args.flatMap((one) => ["\n  ", ...indented(one).pieces, ","]), "\n)"]);
}

/** A value inside {@link Code}, to be written there. */
export class Nested {
  /** @param steps - how far the line is indented on which it begins */
  public constructor(
    public readonly value: unknown,
    public readonly steps = 0,
  ) {}

  /** The same, as part of code that is moved to the right. */
  public indented(steps: number): Nested {
    return new Nested(this.value, this.steps + steps);
  }
}

/** HCL with values in place. */
export function hcl(strings: TemplateStringsArray, ...values: readonly (string | Nested | Code)[]): Code {
  return new Code(
    strings.flatMap((text, index) => {
      const value = values[index];
      return value === undefined ? [text] : value instanceof Code ? [text, ...value.pieces] : [text, value];
    }),
  );
}

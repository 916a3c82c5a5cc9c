/** How the command ends, for scripts and pipelines. */
export const EXIT_CODES = {
  /** Done; a comparison found nothing. */
  fine: 0,
  /** A comparison found differences. */
  differences: 1,
  /** A file, an option or a value is wrong: the message says what, and what to do. Nothing was written. */
  badInput: 2,
  /** A fault of the command itself. */
  fault: 3,
} as const;

/** The same as the end of a help text. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  done; check, compare: no difference
  1  check, compare: differences
  2  wrong input, nothing was written
  3  a fault of this command: please report it`;

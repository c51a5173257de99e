/** Deeper levels are not indented further: text would grow with the square of the depth. */
const INDENT_LEVELS_MAX = 40;

/** Blanks at the start of a line. */
export const indentation = (level: number, step: number): string =>
  ' '.repeat(Math.min(level, INDENT_LEVELS_MAX) * step);

import { expect } from 'vitest';
import { AirError, parse, type Instruction } from '../../../air-grammar/index.ts';

/** The error with which a script is refused. Fails the test if it is not. */
export function refusal(text: string): AirError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof AirError) return error;
    throw error;
  }
  return expect.fail(`not refused: ${text}`);
}

/** `ok`, or the code with the rules or the message behind it. */
export function verdict(text: string): string {
  try {
    parse(text);
    return 'ok';
  } catch (error) {
    if (!(error instanceof AirError)) throw error;
    const rules = error.diagnostics.flatMap(({ rule }) => rule ?? []);
    return rules.length > 0 ? rules.join(' ') : error.code === 'ERR_AIR_LEXICAL' ? 'lexical' : 'syntax';
  }
}

/** A tree without its places in the text. */
export function withoutSpans(tree: Instruction): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => {
      if (key === 'start' || key === 'end') return undefined;
      if (typeof value === 'bigint') return `${value}n`;
      return Object.is(value, -0) ? '-0' : value;
    }),
  );
}

/** `depth` times the beginning, then the middle, then as many ends. */
export const nested = (depth: number, before: string, middle: string, after: string): string =>
  before.repeat(depth) + middle + after.repeat(depth);

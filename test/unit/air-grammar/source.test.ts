import { describe, expect, it } from 'vitest';
import { codeFrame, positionOf, quoted } from '../../../air-grammar/source.ts';

describe('positionOf', () => {
  it.each<readonly [text: string, offset: number, line: number, column: number]>([
    ['', 0, 1, 1],
    ['\n', 0, 1, 1],
    ['\n', 1, 2, 1],
    ['\n\nx', 2, 3, 1],
    ['ab\ncd', 2, 1, 3],
    ['ab\ncd', 4, 2, 2],
    ['ab\r\ncd', 5, 2, 2],
    ['a\rb', 2, 1, 3],
    ['🦊é\n🦊x', 6, 2, 2],
  ])('%j, %d', (text, offset, line, column) => expect(positionOf(text, offset)).toEqual({ line, column }));
});

describe('codeFrame', () => {
  const frame = (text: string, start: number, end: number): string[] =>
    codeFrame(text, { start, end }, positionOf(text, start)).split('\n');

  it('marks the span', () => {
    expect(frame('ab\ncdef\ngh', 4, 6)).toEqual(['  ┌─ script.air:2:2', '2 │ cdef', '  │  ^^']);
  });

  it('marks the first line of a span of several', () => {
    expect(frame('ab\ncdef\ngh', 1, 6)).toEqual(['  ┌─ script.air:1:2', '1 │ ab', '  │  ^']);
  });

  it('marks the end of the script with one sign', () => {
    expect(frame('ab', 2, 2)).toEqual(['  ┌─ script.air:1:3', '1 │ ab', '  │   ^']);
  });

  it('makes room for the number of the line', () => {
    expect(frame(`${'\n'.repeat(99)}x`, 99, 100)).toEqual(['    ┌─ script.air:100:1', '100 │ x', '    │ ^']);
  });
});

describe('quoted', () => {
  it.each([
    ['x', '`x`'],
    ['"a\nb"', '`"a b"`'],
    ['x'.repeat(41), `\`${'x'.repeat(40)}…\``],
    [`${'x'.repeat(39)}🦊`, `\`${'x'.repeat(39)}…\``],
  ])('%j', (text, expected) => expect(quoted(text)).toBe(expected));
});

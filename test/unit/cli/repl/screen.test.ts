import { describe, expect, it } from 'vitest';
import { Editor } from '../../../../cli/repl/editor.ts';
import { highlighted } from '../../../../cli/repl/highlight.ts';
import { Screen } from '../../../../cli/repl/screen.ts';

describe('highlighted', () => {
  const plain = (text: string, at = -1): string[] => highlighted(text, at, true);

  it('colours keywords, strings, numbers, constants and comments', () =>
    expect(plain('(call %init_peer_id% ("s" x) [1]) ; end')).toEqual([
      '(\u001b[36mcall\u001b[0m \u001b[35m%init_peer_id%\u001b[0m (\u001b[32m"s"\u001b[0m x) [\u001b[33m1\u001b[0m]) \u001b[2m; end\u001b[0m',
    ]));

  it('marks the bracket at the cursor and its partner, and closing brackets that close nothing', () => {
    expect(plain('(a)', 3)).toEqual(['\u001b[1;4m(\u001b[0ma\u001b[1;4m)\u001b[0m']);
    expect(plain('(a))')).toEqual(['(a)\u001b[31m)\u001b[0m']);
    expect(plain('")" (', 5)).toEqual(['\u001b[32m")"\u001b[0m (']);
  });

  it('ends each colour with its line', () =>
    expect(plain('"a\nb"')).toEqual(['\u001b[32m"a\u001b[0m', '\u001b[32mb"\u001b[0m']));

  it('shows nothing that would move the cursor, and no colours if there are none', () =>
    expect(highlighted('(ap "\u001b[2J\u202e" x)', 0, false)).toEqual(['(ap "\\u{1b}[2J\\u{202e}" x)']));
});

describe('Screen', () => {
  /** Rows of a terminal that understands what the screen writes. */
  function drawn(
    text: string,
    at: number,
    columns: number,
  ): { rows: string[]; cursor: [row: number, column: number] } {
    let written = '';
    const screen = new Screen(
      { columns, write: part => void (written += part.replaceAll('\u001b', '␛')) },
      false,
    );
    const editor = new Editor();
    editor.set(text);
    editor.at = at;
    screen.draw(editor);
    written = '';
    screen.draw(editor); // over what is there
    const rows: string[] = [''];
    let [row, column] = [0, 0];
    const up = /^\r(?:␛\[(\d+)A)?␛\[J/.exec(written);
    for (const [token] of written.slice(up?.[0].length).matchAll(/␛\[\d+[AC]|\r|\n|[^]/gu)) {
      const [, count, way] = /^␛\[(\d+)([AC])$/.exec(token) ?? [];
      if (way === 'A') row -= Number(count);
      else if (way === 'C') column += Number(count);
      else if (token === '\r') column = 0;
      else if (token === '\n') row += 1;
      else {
        if (column === columns) [row, column] = [row + 1, 0];
        rows[row] = (rows[row] ?? '') + token;
        column += 1;
      }
    }
    expect(Number(up?.[1] ?? 0)).toBe(row);
    return { rows, cursor: [row, column] };
  }

  it('draws lines with their prompts, and the cursor where it is', () =>
    expect(drawn('(seq\n(null)', 7, 40)).toEqual({ rows: ['air> (seq', '...> (null)'], cursor: [1, 7] }));

  it('goes on over the edge', () =>
    expect(drawn('a'.repeat(40), 20, 20)).toEqual({
      rows: [`air> ${'a'.repeat(15)}`, 'a'.repeat(20), 'a'.repeat(5)],
      cursor: [1, 5],
    }));

  it('begins a row where a line ends at the edge', () =>
    expect(drawn('a'.repeat(15), 15, 20)).toEqual({ rows: [`air> ${'a'.repeat(15)}`, ' '], cursor: [1, 0] }));
});

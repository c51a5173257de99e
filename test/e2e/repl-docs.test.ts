import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, folderOf, ROOT } from '../support/cli.ts';
import { snippetsOf } from '../support/documents.ts';

const PAGE = 'docs/repl.md';
const sessions = snippetsOf(PAGE).filter(
  ({ language, output }) => language === 'lisp' && output !== undefined,
);

describe('sessions of docs/repl.md', () => {
  it('are all there', () => expect(sessions.length).toBe(6));

  it.each(sessions.map(session => [session.line, session] as const))(
    'line %i shows what it says',
    (_, { text, output }) => {
      expect(beryl(['repl'], text).stdout).toBe(output);
    },
  );
});

describe('beryl repl without a terminal', () => {
  it('ends with the most severe outcome, from a pipe and from --eval', () => {
    expect(beryl(['repl'], '(ap 1 x)\nx\n')).toMatchObject({ code: 0, stdout: 'outcome: ok\nx = 1\n1\n' });
    expect(beryl(['repl', '--eval', '(ap 1 x)', '--eval', 'x'])).toMatchObject({
      code: 0,
      stdout: 'outcome: ok\nx = 1\n1\n',
    });
    expect(beryl(['repl', '-e', '(fail 1 "no")', '-e', '(ap 1 x)']).code).toBe(1);
    expect(beryl(['repl', '-e', ':fly']).code).toBe(2);
    expect(beryl(['repl', '-e', '(seq (null)']).code).toBe(2);
    expect(beryl(['repl', '-e', ':quit', '-e', ':fly']).code).toBe(0);
  });

  it('runs a whole file with comments, and a saved session', () => {
    const script = readFileSync(join(ROOT, 'examples/01-honest-post/script.air'), 'utf8');
    const saved = join(folderOf({}), 's.txt');
    const first = beryl(['repl'], `${script}\n:save ${saved}\n`);
    expect(first.code).toBe(0);
    const again = beryl(['repl'], readFileSync(saved, 'utf8'));
    expect(again.code).toBe(0);
    expect(first.stdout).toContain(again.stdout);
  });
});

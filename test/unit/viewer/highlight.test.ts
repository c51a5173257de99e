import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IGrammar } from 'vscode-textmate';
import { highlighted, type Piece } from '../../../viewer/model/highlight.ts';
import { ROOT } from '../../support/cli.ts';
import { PAGES, snippetsOf } from '../../support/documents.ts';
import { airGrammar, scopesOf } from '../../support/textmate.ts';

const SCRIPTS: readonly (readonly [string, string])[] = [
  ...[
    'examples/08-deep-origin/mail.air',
    'examples/01-honest-post/script.air',
    'templates/service/honest.air',
  ].map(path => [path, readFileSync(join(ROOT, path), 'utf8')] as const),
  ...PAGES.flatMap(page =>
    snippetsOf(page)
      .filter(({ language }) => language === 'lisp')
      .map(({ text, line }) => [`${page}:${line}`, text] as const),
  ),
  [
    'everything at once',
    '; not "text"\n; beryl-ignore no-return\n(seq (call %init_peer_id% ("a;b" "f") [42 -1.5 true trueish :error:.$.message -relay- "two\nlines" $s #%m.$.k.[0]!] x)\n  (canon p %m #%m) [nul](',
  ],
];
const joined = (pieces: readonly Piece[]): [string, string][] =>
  pieces.filter(({ text }) => text.trim() !== '').map(({ text, scope }) => [text.trim(), scope]);

describe('the viewer colours a script as the grammar of editors does', () => {
  let grammar: IGrammar;
  beforeAll(async () => {
    grammar = await airGrammar();
  });

  it('has scripts of examples and of the documents', () => expect(SCRIPTS.length).toBeGreaterThan(20));

  it.each(SCRIPTS)('%s', (_, script) => {
    const pieces = highlighted(script);
    expect(pieces.map(({ text }) => text).join('')).toBe(script);
    const expected = scopesOf(grammar, script).map(([text, scope]) => [
      text.trim(),
      scope === 'source.air' ? '' : scope,
    ]);
    expect(merged(joined(pieces))).toEqual(merged(expected as [string, string][]));
  });
});

/** Neighbours with one scope are one piece: quotes of a string are pieces of their own in the reference. */
function merged(pieces: readonly (readonly [string, string])[]): [string, string][] {
  const all: [string, string][] = [];
  for (const [text, scope] of pieces) {
    const last = all.at(-1);
    if (last !== undefined && last[1] === scope) last[0] += text;
    else all.push([text, scope]);
  }
  return all;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const SKIPPED = /^(node_modules|dist(-\d+)?|\.git|\.stryker-tmp)$/;
/** These two quote the phrases: the page with the rules, and this test. */
const QUOTING = new Set(['docs/style.md', 'test/unit/repository/plain-words.test.ts']);

/** Phrases that make a reader read twice; docs/style.md says what to write instead. */
const BENT: readonly RegExp[] = [
  /\b(is|are|be|been|was) told\b/i,
  /\b(comes?|came) to (it|them|this|something else)\b/i,
  /\bof (whom|which nothing)\b/i,
  /\bby nobody\b/i,
  /\bnobody (but|asks?|asked|else|needs|knows|says|can)\b/i,
  // `no longer` and `no more than` are plain; so are sums such as "there is no second one".
  /(?<!\b[Tt]here )\b(is|are) no (?!longer\b|more\b|less\b|fewer\b)[\w`\\]/,
  /\bas it must be\b/i,
  /\bwas come to\b/i,
  /\bmend(s|ed|ing)?\b/i,
  // In backticks it is a stable name of `audit`.
  /(?<!`)\b[Ii]nitiators?\b/,
  /\bwhose it is\b/i,
  /\btwo stor(y|ies)\b/i,
];

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.test(name))
    .flatMap(entry => {
      const path = relative(ROOT, join(ROOT, folder, entry.name));
      if (entry.isDirectory()) return filesIn(path);
      return /(\.(ts|md|mjs)|case\.json)$/.test(path) ? [path] : [];
    });
}

/** `file:line: phrase` of each. */
function bentIn(path: string): string[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  return lines.flatMap((line, i) =>
    BENT.flatMap(phrase => phrase.exec(line)?.[0] ?? []).map(found => `${path}:${i + 1}: ${found}`),
  );
}

const bent = filesIn('')
  .filter(path => !QUOTING.has(path))
  .flatMap(bentIn);

it('sentences are plain', () => {
  expect(bent).toEqual([]);
});

it.each([
  'the peer is told its id',
  'who comes to them refuses',
  'this is no particle',
  'nobody but the peer',
  'mend it',
  'the initiator',
])('the phrases are found: %s', text => {
  expect(BENT.some(phrase => phrase.test(text))).toBe(true);
});

it.each(['there is no second peer', 'it is no longer needed', 'amended', 'not a particle'])(
  'plain words pass: %s',
  text => {
    expect(BENT.filter(phrase => phrase.test(text))).toEqual([]);
  },
);

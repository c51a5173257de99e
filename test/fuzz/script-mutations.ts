import type { Chance } from './chance.ts';

/** A script as its parts: what stands between parentheses can be moved, the rest is words. */
type ScriptMutation = (script: string, chance: Chance, other: string) => string;

interface Span {
  readonly start: number;
  readonly end: number;
}

const TOKEN = /"[^"]*"|[()[\]]|[^\s()[\]"]+/g;

function tokensOf(script: string): Span[] {
  return [...script.matchAll(TOKEN)].map(({ index, 0: text }) => ({
    start: index,
    end: index + text.length,
  }));
}

/** Everything between matching parentheses, triplets and pairs included. */
function subtreesOf(script: string): Span[] {
  const open: number[] = [];
  const found: Span[] = [];
  for (const { start, end } of tokensOf(script)) {
    if (script[start] === '(') open.push(start);
    else if (script[start] === ')' && open.length > 0) found.push({ start: open.pop() as number, end });
  }
  return found;
}

const put = (script: string, { start, end }: Span, text: string): string =>
  script.slice(0, start) + text + script.slice(end);
const cut = (script: string, { start, end }: Span): string => script.slice(start, end);

const onSpans =
  (
    spansOf: (script: string) => Span[],
    change: (script: string, span: Span, chance: Chance, other: string) => string,
  ): ScriptMutation =>
  (script, chance, other) => {
    const span = chance.some(spansOf(script));
    return span === undefined ? script : change(script, span, chance, other);
  };

const WRAPS: readonly ((body: string) => string)[] = [
  body => `(seq ${body} (null))`,
  body => `(par ${body} ${body})`,
  body => `(xor ${body} (call "x" ("s" "error") [:error: %last_error%]))`,
  body => `(new $s ${body})`,
  body => `(new #%c ${body})`,
  body => `(match 1 1 ${body})`,
  body => `(fold [] i ${body})`,
  body => `(fold $s j (seq ${body} (next j)))`,
  body => `(seq (ap 1 $s) (fold $s k (seq (ap k $s) (seq ${body} (next k)))))`,
  body => `(seq (canon %init_peer_id% $s #again) (seq (ap #again $s) ${body}))`,
];

const WORDS = [
  '%init_peer_id%',
  '%timestamp%',
  '%ttl%',
  '%last_error%',
  ':error:',
  ':error:.$.message',
  '%unknown%',
  '0',
  '-0',
  '1e5',
  '1.5',
  '-1.0',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999999',
  '1.'.padEnd(400, '7'),
  'true',
  '[]',
  'x',
  'nobody',
  '$nobody',
  '#nobody',
  '%nobody',
  '#%nobody',
  'x.$.a',
  'x.$.[0].[x]!',
  'x.length',
  '#c.$.[4294967295]',
  'x.$.[4294967296]',
  'é',
  '名前',
  '__proto__',
  'constructor',
  '""',
  '"\n"',
  '"\\"',
  'next',
  'never',
  'null',
  '(',
  ')',
  '[',
  ']',
  '"',
  ';',
  '; to the end of the line\n',
];

const CHARACTERS = [
  '\u0000',
  '\ufeff',
  '\u2028',
  '\u00a0',
  '\ud83e\udd8a',
  '\ud800',
  '\u202e',
  'é',
  '\t',
  '\r',
  '"',
  ';',
  '\\',
  '.',
  '$',
  '%',
  '#',
];

export const SCRIPT_MUTATIONS: Readonly<Record<string, ScriptMutation>> = {
  'subtree: two change places': (script, chance) => {
    const [one, other] = chance.shuffled(subtreesOf(script));
    if (one === undefined || other === undefined) return script;
    const [first, second] = one.start < other.start ? [one, other] : [other, one];
    if (second.start < first.end) return put(script, first, cut(script, second));
    return put(put(script, second, cut(script, first)), first, cut(script, second));
  },
  'subtree: twice': onSpans(subtreesOf, (script, span, chance) => {
    const text = cut(script, span);
    return put(script, span, chance.is(0.5) ? `(seq ${text} ${text})` : `${text} ${text}`);
  }),
  'subtree: left out': onSpans(subtreesOf, (script, span, chance) =>
    put(script, span, chance.is(0.7) ? '(null)' : ''),
  ),
  'subtree: in place of another': (script, chance) => {
    const spans = subtreesOf(script);
    const [one, other] = [chance.some(spans), chance.some(spans)];
    return one === undefined || other === undefined ? script : put(script, one, cut(script, other));
  },
  'subtree: of another script': onSpans(subtreesOf, (script, span, chance, other) => {
    const graft = chance.some(subtreesOf(other));
    return graft === undefined ? script : put(script, span, cut(other, graft));
  }),
  'subtree: in another instruction': onSpans(subtreesOf, (script, span, chance) =>
    put(script, span, chance.of(WRAPS)(cut(script, span))),
  ),
  'subtree: in very many': onSpans(subtreesOf, (script, span, chance) => {
    const [before, after] = chance.of([
      ['(seq (null) ', ')'],
      ['(xor ', ' (null))'],
      ['(par (null) ', ')'],
      ['(new x ', ')'],
      ['(fold [] i ', ')'],
    ] as const);
    const count = chance.of([10, 100, 1000]);
    return put(script, span, before.repeat(count) + cut(script, span) + after.repeat(count));
  }),
  'word: another': onSpans(tokensOf, (script, span, chance) => put(script, span, chance.of(WORDS))),
  'word: one of the script': (script, chance) => {
    const spans = tokensOf(script);
    const [one, other] = [chance.some(spans), chance.some(spans)];
    return one === undefined || other === undefined ? script : put(script, one, cut(script, other));
  },
  'word: twice': onSpans(tokensOf, (script, span) =>
    put(script, span, `${cut(script, span)} ${cut(script, span)}`),
  ),
  'word: left out': onSpans(tokensOf, (script, span) => put(script, span, '')),
  'word: with a lens': onSpans(tokensOf, (script, span, chance) =>
    put(
      script,
      span,
      cut(script, span) + chance.of(['.$.a', '.$.[0]', '.$.[x]', '.length', '.$', '.', '!', '.$.a.b.[1].c']),
    ),
  ),
  'text: characters': (script, chance) => {
    let text = script;
    for (let times = 1 + chance.below(3); times > 0; times--) {
      const at = chance.below(text.length + 1);
      const end = at + chance.below(3);
      text = text.slice(0, at) + chance.of(CHARACTERS) + text.slice(end);
    }
    return text;
  },
  'text: cut off': (script, chance) => script.slice(0, chance.below(script.length)),
  'text: some left out': (script, chance) => {
    const at = chance.below(script.length);
    return script.slice(0, at) + script.slice(at + 1 + chance.below(20));
  },
  'text: noise': (_, chance) =>
    Array.from({ length: chance.below(60) }, () =>
      chance.of([...WORDS, ...CHARACTERS, '(seq', '(call', '(ap']),
    ).join(chance.is(0.5) ? ' ' : ''),
};

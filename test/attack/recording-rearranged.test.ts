// Goal:    to hide that something happened, or to make it look as if it had happened twice, elsewhere or in another order.
// Means:   entries of a recording are dropped, doubled, moved, reversed, or put in from another recording.
// Refused: entries are numbered, name each other, and stand in a signed tree; every run is held against what running it gives.
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../audit/index.ts';
import { signer } from '../support/cast.ts';
import {
  FORGED_POST,
  Forgery,
  NO_RECORDER,
  POST,
  recordWorld,
  TRUST,
  verdictOf,
  verifyText,
  type Lines,
} from '../support/recording.ts';

const honest = await recordWorld({ scripts: [POST, FORGED_POST] });
const other = await recordWorld({ scripts: [FORGED_POST, POST], origin: 'example.com/recording/2' });

const lineOf = (entry: Entry): Lines => ({ kind: 'e', payload: JSON.stringify(entry) });
const entryOf = (text: string, n: number): Entry => new Forgery(text).entries[n] as Entry;

/** In the honest recording: 5, 7, 10, 12, 15 runs, 8 and 9 request and decision of run 7, 11 a send, 28 the end. */
const attacks: readonly [
  name: string,
  forge: (forgery: Forgery) => void,
  plain: string,
  renumbered: string | undefined,
][] = [
  ['a dropped run', f => f.drop(10), 'entry-missing', 'reference'],
  ['a dropped first run', f => f.drop(5), 'entry-missing', 'reference'],
  ['a dropped decision', f => f.drop(9), 'entry-missing', 'reference'],
  ['a dropped request', f => f.drop(13), 'entry-missing', 'request-missing'],
  ['a run without its calls', f => f.drop(13).drop(14), 'entry-missing', 'request-missing'],
  ['a dropped last run', f => f.drop(15), 'entry-missing', undefined],
  [
    'a dropped particle',
    f => [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27].forEach(n => f.drop(n)),
    'entry-missing',
    undefined,
  ],
  ['a dropped send', f => f.drop(11), 'entry-missing', undefined],
  ['a dropped start', f => f.drop(0), 'entry-missing', 'no-start'],
  [
    'a doubled run',
    f => f.lines.splice(f.lineOf(11), 0, lineOf(entryOf(honest, 10))),
    'entry-doubled',
    'answer-repeated',
  ],
  [
    'a doubled decision',
    f => f.lines.splice(f.lineOf(10), 0, lineOf(entryOf(honest, 9))),
    'entry-doubled',
    'decision-repeated',
  ],
  [
    'a doubled request',
    f => f.lines.splice(f.lineOf(9), 0, lineOf(entryOf(honest, 8))),
    'entry-doubled',
    'request-unasked',
  ],
  [
    'a moved run',
    f => f.lines.splice(f.lineOf(24), 0, ...f.lines.splice(f.lineOf(10), 1)),
    'entry-moved',
    'reference',
  ],
  [
    'two runs exchanged',
    f => {
      const [a, b] = [f.lineOf(12), f.lineOf(15)];
      [f.lines[a], f.lines[b]] = [f.lines[b] as Lines, f.lines[a] as Lines];
    },
    'entry-moved',
    'reference',
  ],
  [
    'all reversed',
    f => {
      const reversed = f.lines.filter(({ kind }) => kind === 'e').toReversed();
      f.lines = f.lines.map(line => (line.kind === 'e' ? (reversed.shift() as Lines) : line));
    },
    'entry-moved',
    'entry',
  ],
  [
    'an entry of another recording',
    f => f.lines.splice(f.lineOf(10), 0, lineOf(entryOf(other, 8))),
    'entry-added',
    'request-unasked',
  ],
  [
    'an entry with a number of its own',
    f => f.lines.splice(f.lineOf(28), 0, lineOf({ ...entryOf(honest, 11), n: 500 } as Entry)),
    'entry-missing',
    undefined,
  ],
  ['content that no entry names', f => void f.addText('"put in"'), 'content-added', 'content-added'],
  [
    'a second start',
    f => f.lines.splice(f.lineOf(10), 0, lineOf(entryOf(honest, 0))),
    'entry-doubled',
    'entry',
  ],
  [
    'entries after the end',
    f => f.lines.push(lineOf({ ...entryOf(honest, 18), n: 29 } as Entry)),
    'after-end',
    'after-end',
  ],
  [
    'an end in the middle',
    f => f.lines.splice(f.lineOf(10), 0, lineOf(entryOf(honest, 28))),
    'entry-moved',
    'after-end',
  ],
];

describe('a rearranged recording', () => {
  it.each(attacks)('%s is found, and named', (_, forge, name) => {
    const forgery = new Forgery(honest);
    forge(forgery);
    const report = verifyText(forgery.text, { trust: TRUST });
    expect(['tampered', 'malformed']).toContain(report.content);
    expect(report.findings.map(finding => finding.name)).toContain(name);
  });

  it.each(attacks)('%s is found though all is numbered anew, by the signed checkpoints', (_, forge) => {
    const forgery = new Forgery(honest);
    forge(forgery);
    const report = verifyText(forgery.renumber().text, { trust: TRUST });
    expect(['tampered', 'malformed']).toContain(report.content);
  });

  it.each(attacks)(
    '%s, numbered anew and without checkpoints, is never complete; what runs differently is named',
    (_, forge, __, name) => {
      for (const forgery of [new Forgery(honest), new Forgery(honest)]) {
        forge(forgery);
        forgery.renumber();
        const report = verifyText(forgery.withoutCheckpoints().text, { trust: NO_RECORDER });
        expect(report.completeness).toBe('unproven');
        if (name === undefined) continue;
        expect(report.content).not.toBe('equal');
        expect(report.findings.map(finding => finding.name).join(' ')).toContain(name);
      }
    },
  );

  it('an entry that was put in and signed by a forger is under no trusted checkpoint', () => {
    const forgery = new Forgery(honest).drop(11).renumber().resign(signer('mallory'));
    const report = verifyText(forgery.text, { trust: TRUST });
    expect(report.completeness).toBe('unproven');
    expect(report.recordings[0]?.trustedEntries).toBe(0);
  });

  it('honest twin: numbering anew changes nothing, and all is equal and complete', () => {
    expect(new Forgery(honest).renumber().text).toBe(honest);
    expect(verdictOf(verifyText(honest))).toBe('equal complete');
    expect(verdictOf(verifyText(other))).toBe('equal complete');
  });
});

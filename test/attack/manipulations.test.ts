import { beforeAll, describe, expect, it } from 'vitest';
import { parseTrust, type Entry, type EntryKind, type EntryOf } from '../../audit/index.ts';
import { seededRandom } from '../../peer/index.ts';
import { idOf } from '../support/cast.ts';
import { FORGED_POST, Forgery, POST, RECORDER, recordWorld, verifyText } from '../support/recording.ts';

// Goal:    an auditor takes an altered recording for what happened.
// Means:   mallory knows the format and has no key. She changes a place that a seed chooses, and recomputes every hash, number and count.
// Refused: by the checks of audit/verify, each kind with its name; under the recorder's checkpoint all of them by the tree.
const SEEDS = [1, 2, 3];
/** Several posts and refusals, so that a seed has places to choose from. */
const SCRIPTS = [POST, FORGED_POST, POST, FORGED_POST, POST];

type Fields = Record<string, unknown>;

/** A forger with a seed: picks places, and finishes the file as somebody who knows the format. */
class Mallory {
  readonly forgery: Forgery;
  readonly #random: { next(): number };

  constructor(text: string, seed: number) {
    this.forgery = new Forgery(text);
    this.#random = seededRandom(seed);
  }

  pick<Kind extends EntryKind>(
    kind: Kind,
    isWanted: (entry: EntryOf<Kind>) => boolean = () => true,
  ): EntryOf<Kind> {
    const all = this.forgery.all(kind).filter(isWanted);
    const found = all[Math.floor(this.#random.next() * all.length)];
    if (found === undefined) throw new Error(`no ${kind} to choose`);
    return found;
  }

  set(entry: Entry, change: Fields): void {
    this.forgery.put({ ...entry, ...change } as Entry);
  }

  text(value: unknown): string {
    return this.forgery.addText(JSON.stringify(value));
  }

  drop(entry: Entry): void {
    this.forgery.drop(entry.n);
  }

  /** The requests of runs and what was decided on them. */
  decided(outcome: string): EntryOf<'decision'> {
    return this.pick('decision', entry => entry.outcome === outcome);
  }
}

const other = (peerId: string): string => (peerId === idOf('bob') ? idOf('carol') : idOf('bob'));
const flip = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
const isTaken = (f: Forgery, { n }: EntryOf<'decision'>): boolean =>
  f.all('run').some(({ results }) => results.some(([, answer]) => answer === n));

/** What she does, and the names by which the verifier may call it once the checkpoints are gone. */
const MANIPULATIONS: readonly [name: string, names: readonly string[], act: (m: Mallory) => void][] = [
  [
    'a denied call becomes served',
    ['decision-inconsistent', 'denial-of-other-call'],
    m => m.set(m.decided('denied'), { outcome: 'served' }),
  ],
  [
    'a served call becomes denied',
    ['decision-inconsistent'],
    m => m.set(m.decided('served'), { outcome: 'denied' }),
  ],
  [
    'the stage of a denial',
    ['decision-inconsistent'],
    m => m.set(m.decided('denied'), { stage: 'gatekeeper' }),
  ],
  [
    'the code of a denial',
    ['decision-inconsistent'],
    m => m.set(m.decided('denied'), { code: 'ERR_CALL_DENIED_ACL' }),
  ],
  [
    'the reason of a denial',
    ['decision-inconsistent', 'denial-of-other-call', 'denial-of-other-origin'],
    m => m.set(m.decided('denied'), { denial: m.text({ kind: 'never' }) }),
  ],
  [
    'another answer',
    ['run-differs', 'run-signature', 'decision-inconsistent', 'answer-of-other-call'],
    m =>
      m.set(
        m.pick('decision', d => d.outcome === 'served' && isTaken(m.forgery, d)),
        { answer: { ret: 0, result: m.text({ is_admin: false }) } },
      ),
  ],
  [
    'a failure for an answer',
    ['decision-inconsistent', 'run-signature', 'run-differs'],
    m => m.set(m.decided('served'), { answer: { ret: 1, result: m.text('no') } }),
  ],
  [
    'other arguments',
    ['request-altered'],
    m =>
      m.set(
        m.pick('request', r => r.args.length > 0),
        { args: [m.text('other'), m.text(true)] },
      ),
  ],
  [
    'one argument less',
    ['request-altered'],
    m => {
      const r = m.pick('request', one => one.args.length > 0);
      m.set(r, { args: r.args.slice(1) });
    },
  ],
  [
    'another function',
    ['request-altered', 'denial-of-other-call'],
    m => m.set(m.pick('request'), { function: 'delete_post' }),
  ],
  [
    'another service',
    ['request-altered', 'denial-of-other-call'],
    m => m.set(m.pick('request'), { service: 'otherSrv' }),
  ],
  ['another place in the script', ['request-altered'], m => m.set(m.pick('request'), { site: '99' })],
  [
    'other origins',
    ['request-altered', 'denial-of-other-origin'],
    m =>
      m.set(
        m.pick('request', r => r.args.length > 0),
        {
          origins: m.text([
            [[], []],
            [false, false],
          ]),
        },
      ),
  ],
  [
    'a call that another run asked for',
    ['request-of-other-run', 'request-unasked', 'request-missing', 'reference'],
    m => {
      const r = m.pick('request', one => one.run !== null);
      const run = m.pick('run', one => one.n < r.n && one.n !== r.run);
      m.set(r, { run: run.n });
    },
  ],
  [
    'a dropped request with its decision',
    ['request-missing', 'reference'],
    m => {
      const r = m.pick('request');
      const d = m.forgery.all('decision').find(one => one.request === r.n);
      m.drop(r);
      if (d) m.drop(d);
    },
  ],
  [
    'a dropped run',
    ['reference', 'request-of-other-run', 'data-not-latest', 'run-differs', 'request-unasked', 'end-counts'],
    m => m.drop(m.pick('run', r => m.forgery.all('run').some(o => o.prev === r.n || o.current === r.n))),
  ],
  [
    'a run twice',
    [
      'entry-doubled',
      'reference',
      'data-not-latest',
      'run-differs',
      'request-missing',
      'answer-repeated',
      'run-signature',
    ],
    m => {
      const r = m.pick('run', one => one.results.length > 0);
      const at = m.forgery.lineOf(r.n);
      m.forgery.lines.splice(at, 0, { ...m.forgery.lines[at]! });
    },
  ],
  [
    'another hash of new data',
    ['run-differs'],
    m => {
      const r = m.pick('run', one => one.data !== null);
      m.set(r, { data: flip(r.data as string) });
    },
  ],
  ['another code of a run', ['run-differs'], m => m.set(m.pick('run'), { code: 10001 })],
  [
    'a run with an error that it did not have',
    ['run-differs'],
    m =>
      m.set(
        m.pick('run', r => r.message === undefined),
        { message: m.text('failed') },
      ),
  ],
  [
    'other next peers',
    ['run-differs', 'send-unasked'],
    m =>
      m.set(
        m.pick('run', r => r.next !== undefined),
        { next: m.text([idOf('mallory')]) },
      ),
  ],
  [
    'one next peer more',
    ['run-differs'],
    m =>
      m.set(
        m.pick('run', r => r.next === undefined),
        { next: m.text([idOf('dave')]) },
      ),
  ],
  [
    'a signature of a run',
    ['run-signature'],
    m => {
      const r = m.pick('run', one => one.signatures.length > 0);
      m.set(r, { signatures: r.signatures.map(flip) });
    },
  ],
  [
    'a run on another peer',
    ['run-signature', 'run-differs', 'request-altered', 'data-not-latest'],
    m => {
      const r = m.pick('run', one => one.signatures.length > 0);
      const mine = m.forgery.all('peer').find(p => p.n === r.peer) as EntryOf<'peer'>;
      const theirs = m.forgery.all('peer').find(p => p.peerId === other(mine.peerId)) as EntryOf<'peer'>;
      m.set(r, { peer: theirs.n });
    },
  ],
  ['another script', ['particle-signature'], m => m.set(m.pick('particle'), { script: m.text('(null)') })],
  [
    'another init peer',
    ['particle-signature'],
    m => m.set(m.pick('particle'), { initPeerId: idOf('mallory') }),
  ],
  [
    'another time of a particle',
    ['particle-signature'],
    m => {
      const p = m.pick('particle');
      m.set(p, { timestamp: p.timestamp + 1 });
    },
  ],
  ['another id of a particle', ['particle-signature'], m => m.set(m.pick('particle'), { id: 'other' })],
  ['a particle sent to somebody else', ['send-unasked'], m => m.set(m.pick('send'), { to: idOf('mallory') })],
  [
    'an answer of another call',
    ['answer-of-other-call', 'answer-repeated', 'reference', 'run-differs', 'run-signature'],
    m => {
      const r = m.pick('run', one => one.results.length > 0);
      const [[id, from]] = r.results as [[number, number]];
      const d = m.pick('decision', one => one.n < r.n && one.n !== from);
      m.set(r, { results: [[id, d.n]] });
    },
  ],
  [
    'an answer that nobody decided',
    ['answer-undecided', 'run-differs', 'run-signature'],
    m => {
      const r = m.pick('run', one => one.results.length > 0);
      m.set(r, { results: [[99, { ret: 0, result: m.text(1) }]] });
    },
  ],
  [
    'a second decision on a call',
    ['decision-repeated', 'answer-repeated'],
    m => {
      const d = m.pick('decision');
      const at = m.forgery.lineOf(d.n);
      m.forgery.lines.splice(at, 0, { ...m.forgery.lines[at]! });
    },
  ],
  [
    'a call that no run asked for',
    ['request-without-run'],
    m => {
      const d = m.pick('decision');
      const r = m.forgery.all('request').find(one => one.n === d.request) as EntryOf<'request'>;
      const added = [
        { ...r, n: 9001, run: null, id: 99 },
        { ...d, n: 9002, request: 9001 },
      ].map(entry => ({ kind: 'e', payload: JSON.stringify(entry) }));
      m.forgery.lines.splice(m.forgery.lineOf(d.n) + 1, 0, ...added);
    },
  ],
  ['a made-up code', ['decision-inconsistent'], m => m.set(m.decided('denied'), { code: 'ERR_I_MADE_UP' })],
  [
    'a denied call becomes one with wrong arguments',
    ['decision-inconsistent'],
    m => {
      const { denial: _, ...d } = m.decided('denied');
      m.set(d, { outcome: 'refused', stage: 'arguments', code: 'ERR_CALL_ARGUMENTS' });
    },
  ],
  [
    'the name of another peer',
    ['peer-name'],
    m =>
      m.set(
        m.pick('peer', p => p.name === 'bob'),
        { name: 'carol' },
      ),
  ],
  [
    'content nested without end',
    ['content-malformed'],
    m => m.set(m.decided('denied'), { denial: m.forgery.addText('['.repeat(9999) + ']'.repeat(9999)) }),
  ],
  [
    'a decision with another call',
    [
      'decision-repeated',
      'answer-of-other-call',
      'decision-inconsistent',
      'denial-of-other-call',
      'reference',
    ],
    m => {
      const d = m.pick('decision');
      const r = m.pick('request', one => one.n < d.n && one.n !== d.request);
      m.set(d, { request: r.n });
    },
  ],
];

/** She finishes the file: content nobody names goes, entries and counts are numbered anew, and no checkpoint is left. */
function finished(m: Mallory): string {
  return m.forgery.renumber().tidy().withoutCheckpoints().text;
}

const trust = parseTrust(
  JSON.stringify({
    peers: Object.fromEntries(['alice', 'bob', 'carol'].map(name => [name, idOf(name)])),
    recorders: [RECORDER.peerId],
  }),
);
let honest: string;
beforeAll(async () => {
  honest = await recordWorld({ scripts: SCRIPTS });
});

describe(`${MANIPULATIONS.length} manipulations at seeded places`, () => {
  it.each(MANIPULATIONS)('%s: found, and rightly named', (_, names, act) => {
    for (const seed of SEEDS) {
      const mallory = new Mallory(honest, seed);
      act(mallory);
      const found = verifyText(finished(mallory), { trust }).findings.map(({ name }) => name);
      expect(found, `seed ${seed}`).not.toEqual([]);
      expect(
        found.some(name => names.includes(name)),
        `seed ${seed}: ${found.join(', ')}`,
      ).toBe(true);
    }
  });

  it.each(MANIPULATIONS)('%s: under the recorder’s checkpoints it was tampered with', (_, __, act) => {
    for (const seed of SEEDS) {
      const mallory = new Mallory(honest, seed);
      act(mallory);
      const report = verifyText(mallory.forgery.renumber().tidy().text, { trust });
      expect(['tampered', 'malformed'], `seed ${seed}`).toContain(report.content);
    }
  });

  it('honest twin: finishing the file changes nothing, and its content is equal', () => {
    const mallory = new Mallory(honest, 1);
    expect(mallory.forgery.renumber().tidy().text).toBe(new Forgery(honest).text);
    expect(verifyText(honest, { trust })).toMatchObject({ content: 'equal', completeness: 'complete' });
    expect(verifyText(finished(new Mallory(honest, 1)), { trust })).toMatchObject({
      content: 'equal',
      completeness: 'unproven',
    });
  });
});

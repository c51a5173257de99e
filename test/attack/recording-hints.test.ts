import { beforeAll, describe, expect, it } from 'vitest';
import type { Entry, EntryOf } from '../../audit/index.ts';
import { idOf } from '../support/cast.ts';
import { FORGED_POST, Forgery, POST, recordWorld, TRUST, verifyText } from '../support/recording.ts';

// Goal:    a recording misleads where nothing is signed: names of peers, limits, sends, refusals, state.
// Means:   such entries are altered, invented or doubled, and content is put behind the end.
// Refused: a name that belongs to another peer, and what follows the end; the rest is listed as not checked.
let honest: string;
beforeAll(async () => {
  honest = await recordWorld({ scripts: [POST, FORGED_POST] });
});

const forged = (act: (forgery: Forgery) => void): string => {
  const forgery = new Forgery(honest);
  act(forgery);
  return forgery.renumber().withoutCheckpoints().text;
};
const peerOf = (forgery: Forgery, name: string): EntryOf<'peer'> =>
  forgery.all('peer').find(one => one.name === name) as EntryOf<'peer'>;
const add = (forgery: Forgery, after: number, entry: object): void => {
  forgery.lines.splice(forgery.lineOf(after) + 1, 0, { kind: 'e', payload: JSON.stringify(entry) });
};
const namesOf = (text: string): string[] =>
  verifyText(text, { trust: TRUST }).findings.map(({ name }) => name);
const countsOf = (text: string): Record<string, number> =>
  Object.fromEntries(verifyText(text, { trust: TRUST }).notChecked.map(({ name, count }) => [name, count]));

describe('names of peers', () => {
  it('bob and carol are exchanged: named', () => {
    const text = forged(f => {
      const [bob, carol] = [peerOf(f, 'bob'), peerOf(f, 'carol')];
      f.put({ ...bob, name: 'carol' }).put({ ...carol, name: 'bob' });
    });
    expect(namesOf(text)).toEqual(['peer-name', 'peer-name']);
  });

  it('a peer has two names: named', () => {
    const text = forged(f => {
      const bob = peerOf(f, 'bob');
      add(f, bob.n, { ...bob, n: 9001, name: 'eve' });
    });
    expect(namesOf(text)).toEqual(['peer-name']);
  });

  it('honest twin: a name of the recorder’s own, and a peer described twice', () => {
    const text = forged(f => {
      const bob = peerOf(f, 'bob');
      f.put({ ...bob, name: 'server 7' });
      add(f, bob.n, { ...bob, n: 9001, name: 'server 7' });
    });
    expect(namesOf(text)).toEqual([]);
  });
});

describe('what rests on the recorder alone is counted as not checked', () => {
  it.each<[name: string, more: number, act: (forgery: Forgery) => void]>([
    ['limits', 1, f => f.put({ ...peerOf(f, 'bob'), limits: {} })],
    ['limits', 1, f => f.put({ ...peerOf(f, 'bob'), limits: { ...peerOf(f, 'bob').limits, more: 1 } })],
    [
      'sends',
      1,
      f => {
        const [send] = f.all('send') as [Entry];
        add(f, send.n, { ...send, n: 9001 });
      },
    ],
    [
      'refusals',
      1,
      f => {
        const [bob, text] = [peerOf(f, 'bob'), f.addText('"forged"')];
        add(f, bob.n, {
          kind: 'refusal',
          n: 9001,
          time: bob.time,
          peer: bob.n,
          stage: 'verification',
          from: idOf('carol'),
          header: f.addText('{}'),
          code: 'ERR_RUN_9',
          message: text,
        });
      },
    ],
    [
      'expired',
      1,
      f => {
        const [{ n, time, peer, particle }] = f.all('run') as [EntryOf<'run'>];
        add(f, n, { kind: 'expired', n: 9001, time, peer, particle });
      },
    ],
  ])('%s', (name, more, act) => {
    const before = countsOf(honest)[name] ?? 0;
    expect(countsOf(forged(act))[name] ?? 0).toBe(before + more);
  });

  it('patches', () => {
    expect(countsOf(honest)['patches']).toBe(1);
  });

  it('honest twin: usual limits are not listed', () => {
    expect(countsOf(honest)['limits']).toBeUndefined();
  });
});

describe('content behind the end', () => {
  it('is found', () => {
    const forgery = new Forgery(honest);
    forgery.lines.push({ kind: 'v', payload: '"put in"' });
    expect(namesOf(forgery.text)).toEqual(['content-added']);
  });

  it('honest twin: content that an open recording was about to name is none', async () => {
    const forgery = new Forgery(await recordWorld({ scripts: [POST], isCut: true }));
    forgery.lines.push({ kind: 'v', payload: '"about to be named"' });
    expect(namesOf(forgery.text)).toEqual([]);
  });
});

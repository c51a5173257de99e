import { describe, expect, it } from 'vitest';
import { memorySource, openRecording, replay, steps, type ReplayVerdict } from '../../../audit/index.ts';
import { utf8 } from '../../../base/bytes.ts';
import { equalBytes } from '../../../base/bytes.ts';
import { idOf, seedOf } from '../../support/cast.ts';
import { FORGED_POST, Forgery, pointsOf, POST, recordWorld } from '../../support/recording.ts';

const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const at = pointsOf(text);
const replayText = (recording: string): ReplayVerdict => replay(memorySource(utf8(recording)));

describe('replay', () => {
  it.each([
    ['a post', [POST]],
    ['a denied post', [FORGED_POST]],
    ['both', [POST, FORGED_POST, POST]],
  ])('replay(record(run)) = run: %s', async (_, scripts) => {
    const recording = await recordWorld({ scripts });
    const { length: runs } = new Forgery(recording).all('run');
    const { length: calls } = new Forgery(recording).all('decision');
    expect(replayText(recording)).toEqual({ equal: true, runs, calls, notReplayed: 0 });
  });

  it('gives the data of every run, though the file holds none of it', () => {
    expect(text).not.toMatch(/^b /m);
    const all = [...steps(openRecording(memorySource(utf8(text))))];
    expect(all).toHaveLength(10);
    // What one peer sent is what the next one got.
    const sent = all[0]?.outcome.data as Uint8Array;
    expect(equalBytes(all[1]?.input.currentData as Uint8Array, sent)).toBe(true);
  });

  it('holds no secret', () => {
    for (const name of ['alice', 'bob', 'carol', 'test recorder']) {
      expect(text).not.toContain(Buffer.from(seedOf(name)).toString('base64'));
      expect(text).not.toContain(Buffer.from(seedOf(name)).toString('hex'));
    }
  });

  it('is never equal of nothing', async () => {
    expect(replayText(await recordWorld({ scripts: [] }))).toMatchObject({ equal: false, runs: 0 });
    const { lines } = new Forgery(text);
    const forgery = new Forgery(text);
    forgery.lines = lines.filter(({ kind }) => kind !== 'v');
    expect(replayText(forgery.text)).toMatchObject({ equal: false, runs: 0, notReplayed: 10 });
  });

  it('goes along with recorded limits only so far, and says so', async () => {
    const far = 2 ** 50;
    const generous = new Forgery(text).change('peer', entry => ({
      ...entry,
      limits: { ...entry.limits, instructions: far },
    }));
    const source = memorySource(utf8(generous.text));
    expect(replay(source)).toMatchObject({ equal: true, notReplayed: 0 });
    const capped = replay(source, { limitsMax: { instructions: 2 } });
    expect(capped).toMatchObject({ equal: false, runs: 0, hindrance: { kind: 'limits' } });
    expect(capped.difference).toBeUndefined();
    const [first] = new Forgery(text).all('run');
    expect(capped.hindrance?.entry).toBe(first?.n);
  });

  it('names the first difference with what was recorded and what it gives', () => {
    const forged = new Forgery(text).change('run', entry =>
      entry.n === at.postRun ? { ...entry, code: 7 } : undefined,
    );
    const found = replayText(forged.text);
    expect(found).toMatchObject({
      equal: false,
      difference: { entry: at.postRun, field: 'code', expected: '7', actual: '0', peerId: idOf('carol') },
    });
    expect(text.split('\n')[(found.difference?.line ?? 0) - 1]).toMatch(
      new RegExp(`^e \\{"kind":"run","n":${at.postRun},`),
    );
  });

  it('replays under the limits that were recorded, not today’s', async () => {
    const forged = new Forgery(text).change('peer', entry => ({
      ...entry,
      limits: { ...entry.limits, instructions: 1 },
    }));
    expect(replayText(forged.text)).toMatchObject({
      equal: false,
      difference: { field: 'code', expected: '0', actual: '20023' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { exportEquivocation, RetCode, verifyEquivocation } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';
import { expectRefused } from '../support/refused.ts';
import { SignedBench } from '../support/signed-bench.ts';

// Goal:    mallory tells bob one answer and carol another.
// Means:   she signs two logs of her own service.
// Refused: by mergeLogs where the two meet; both signed statements together convict her before anybody.
const SCRIPT = `(seq (call "mallory" ("s" "vote") [] v) (par (call "bob" ("s" "got") [v]) (call "carol" ("s" "got") [v])))`;

function answered(answer: string): SignedBench {
  const bench = new SignedBench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: answer } });
  return bench;
}

describe('mallory signs two histories', () => {
  it('honest twin: one history, delivered twice, stays one and convicts no peer', () => {
    const bench = answered('"yes"');
    bench.deliver('mallory', 'bob');
    bench.run('bob', { results: { 1: '0' } });
    bench.deliver('mallory', 'carol');
    expect(bench.deliver('bob', 'carol').retCode).toBe(RetCode.success);
    const sources = ['mallory', 'bob', 'carol'].map(name => bench.data(name));
    expect(exportEquivocation(sources, bench.particle)).toBeUndefined();
  });

  it('is refused by the first peer that has both, and the previous data stays', () => {
    const [yes, no] = [answered('"yes"'), answered('"no"')];
    yes.deliver('mallory', 'carol');
    const known = yes.data('carol');
    expectRefused(yes.run('carol', { current: no.data('mallory') }), RetCode.equivocation, {
      known,
      text: 'signed two different histories: record 0 exists in two versions',
    });
  });

  it('is refused by a peer that got it from a third one', () => {
    const [yes, no] = [answered('"yes"'), answered('"no"')];
    yes.deliver('mallory', 'bob');
    no.deliver('mallory', 'carol');
    const known = no.data('carol');
    expectRefused(no.run('carol', { current: yes.data('bob') }), RetCode.equivocation, { known });
  });

  it('is proven to a stranger by what carol has and what she refused', () => {
    const [yes, no] = [answered('"yes"'), answered('"no"')];
    const evidence = exportEquivocation([yes.data('mallory'), no.data('mallory')], yes.particle);
    expect(verifyEquivocation(evidence!)).toMatchObject({
      peerId: idOf('mallory'),
      particleId: 'p1',
      conflict: 'site',
      statements: [{ functionName: 'vote' }, { functionName: 'vote' }],
    });
  });

  it('is proven by an answer that she signs, and one that she withholds from peers that know the first', () => {
    const bench = answered('"yes"');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const other = forgery.record('mallory');
    const failed = forgery.dropValues().addValue('[1,"no"]');
    forgery.sign('mallory', [{ ...other, outcome: 'failed', responseHash: failed }]);
    const evidence = exportEquivocation([bench.data('mallory'), forgery.bytes], bench.particle);
    expect(verifyEquivocation(evidence!).statements.map(({ outcome }) => outcome)).toEqual(['ok', 'failed']);
  });
});

import { describe, expect, it } from 'vitest';
import { execute, RecordLog, RetCode, sha256, signerOf } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { atInstruction, Forgery, sealedOf } from '../support/forge.ts';
import { expectRefused } from '../support/refused.ts';

// Goal:    bob’s processor is busy with signatures: each costs a stranger little, and bob a tenth of a millisecond.
// Means:   data with the logs of very many peers, each with a key of mallory’s making, all validly signed.
// Refused: by requirePeers, before any signature is verified; one’s own log counts, too.
const SCRIPT = '(seq (call "alice" ("s" "f") [] x) (call "bob" ("s" "use") [x]))';

function answered(limit?: number): { bench: Bench; forgery: Forgery } {
  const bench = new Bench(SCRIPT, limit === undefined ? {} : { limits: { peers: limit } });
  bench.run('alice');
  bench.run('alice', { results: { 1: '1' } });
  return { bench, forgery: new Forgery(bench, bench.data('alice')) };
}

describe('logs of many peers', () => {
  it('honest twin: accepts as many as the limit allows', () => {
    const { bench, forgery } = answered(1);
    expect(bench.run('bob', { current: forgery.bytes }).callRequests.size).toBe(1);
  });

  it('are refused above 1 024, before any signature is verified', () => {
    const { bench, forgery } = answered();
    const record = sealedOf({ ...forgery.record('alice'), site: atInstruction(9) });
    const logs = new Map(forgery.data.logs);
    for (let i = 0; logs.size <= 1024; i++) {
      const { peerId } = signerOf(sha256(`sybil ${i}`));
      logs.set(peerId, RecordLog.of(bench.particleSignature, peerId, [record], new Uint8Array(64)));
    }
    forgery.data = { ...forgery.data, logs };
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.sizeLimit, {
      text: 'logs of `1025` peers, where `1024` are allowed',
    });
  });

  it('are refused when bob would add his own as one too many: what he knows stands', () => {
    const { bench, forgery } = answered(1);
    bench.run('bob', { current: forgery.bytes });
    const known = bench.data('bob');
    const outcome = execute(bench.input('bob', { results: { 1: 'true' } }));
    expectRefused(outcome, RetCode.sizeLimit, { known, text: 'logs of `2` peers' });
  });
});

import { describe, expect, it } from 'vitest';
import {
  createPeer,
  signParticle,
  verifyRefusal,
  type SendEvent,
  type SendReport,
} from '../../peer/index.ts';
import { signRefusal, type Refusal } from '../../peer/refusal.ts';
import { particleMessage, verifySignature } from '../../interpreter/index.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';
import { Stage } from '../support/stage.ts';

// Goal:    alice blames bob for a refusal that he never made, or takes one for a result.
// Means:   a carrier answers in bob's name: with a refusal of its own, one of another particle, for another sender, or altered.
// Refused: by verifyRefusal (peer/refusal.ts); a refusal, true or not, is never a result of the script.
const NOW = 1_700_000_000_000;
const header = (id: string) => ({
  id,
  timestamp: NOW,
  ttl: 7000,
  script: withIds('(call "bob" ("s" "f") [])'),
});
const alices = signParticle(signer('alice'), header('p'));
const others = signParticle(signer('alice'), header('q'));

const statement = {
  to: idOf('alice'),
  particleSignature: alices.signature,
  code: 'ERR_PARTICLE_EXPIRED',
  message: 'it expired',
  atMs: NOW,
};
const honest = signRefusal(signer('bob'), statement);

/** What alice makes of a report that carries a refusal. */
async function told(refusal: Refusal) {
  const stage = new Stage();
  const sent: SendEvent[] = [];
  const report: SendReport = { ok: false, kind: 'permanent', reason: 'no', refusal };
  const alice = createPeer({
    secretKey: seedOf('alice'),
    clock: stage.clock,
    transport: { start: () => undefined, stop: () => undefined, send: () => Promise.resolve(report) },
    observer: { sent: event => void sent.push(event) },
  });
  await alice.start();
  const run = alice.run(alices.script, { id: 'p', ttlMs: 7000 });
  const failure = await stage.end(
    run.done.then(
      () => undefined,
      (error: { code: string; message: string }) => error,
    ),
  );
  return { failure, refusal: sent[0]?.refusal };
}

describe('a refusal in the name of bob', () => {
  it('honest twin: his own is shown, as the reason of a failed send', async () => {
    const { failure, refusal } = await told(honest);
    expect(refusal).toEqual(honest);
    expect(failure).toMatchObject({
      code: 'ERR_STARTED_SEND',
      message: expect.stringContaining('refused it: ERR_PARTICLE_EXPIRED: it expired'),
    });
  });

  it.each<[string, Refusal]>([
    ['signed by the carrier', { ...signRefusal(signer('mallory'), statement), by: idOf('bob') }],
    ['of the carrier itself', signRefusal(signer('mallory'), statement)],
    [
      'of another particle',
      signRefusal(signer('bob'), { ...statement, particleSignature: others.signature }),
    ],
    ['for another sender', signRefusal(signer('bob'), { ...statement, to: idOf('carol') })],
    ['with another code', { ...honest, code: 'ERR_PARTICLE_DENIED' }],
    ['with another text', { ...honest, message: 'send money' }],
    ['with another time', { ...honest, atMs: NOW + 1 }],
    ['without a signature', { ...honest, signature: new Uint8Array(0) }],
    ['of wrong types', { ...honest, message: 7 as unknown as string }],
  ])('is not believed: %s', async (_, refusal) => {
    const { failure, refusal: shown } = await told(refusal);
    expect(shown).toBeUndefined();
    expect(failure).toMatchObject({ code: 'ERR_STARTED_SEND', message: expect.stringContaining(': no') });
  });

  it('is not a signature of anything else: its bytes are not a particle', () => {
    const claim = { by: idOf('bob'), to: idOf('alice'), particleSignature: alices.signature };
    expect(verifyRefusal(honest, claim)).toBe(true);
    expect(verifyRefusal({ ...honest, signature: alices.signature }, { ...claim, by: idOf('alice') })).toBe(
      false,
    );
    expect(verifySignature(idOf('bob'), particleMessage(header('p')), honest.signature)).toBe(false);
  });
});

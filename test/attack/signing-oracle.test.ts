// Goal:    to get a signature of a peer that its workers have no business with: a new host, a rotated key, a particle.
// Means:   questions to the peer's remote signer: of a host that was never bound, was denied, or of a real worker that asks for too much.
// Refused: by `peer/lattice/signer-service.ts`: it signs heads, envelopes and refusals, for hosts that the peer has bound.
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { signerOf, verifySignature } from '../../interpreter/index.ts';
import { DenyList, VirtualClock, signHostBinding } from '../../peer/index.ts';
import { answerSigner, remoteSigner } from '../../peer/lattice/signer-service.ts';
import { idOf, signer } from '../support/cast.ts';
import { hostKeyOf } from '../support/nats.ts';

const LIFE = { fromMs: 0, untilMs: 1_000_000 };
const HEAD = new Uint8Array(32).fill(3);
const host = signerOf(hostKeyOf('w1'));
let binding: Uint8Array;
beforeAll(async () => {
  binding = await signHostBinding(signer('alice'), host, LIFE);
});

/** A worker of alice that asks; `askedAt` is the signer's clock. */
function worker({
  bound = binding,
  as = host,
  denied = new DenyList(),
  askedAt = 5000,
  peer = 'alice',
} = {}) {
  const [here, there] = [new VirtualClock(5000), new VirtualClock(askedAt)];
  return remoteSigner({ peerId: idOf(peer), host: as, binding: bound, clock: here }, question =>
    answerSigner(question, signer('alice'), { denied, clock: there }),
  );
}
const refusal = (text: RegExp) => ({
  code: 'ERR_LATTICE_SIGNER',
  message: expect.stringMatching(text) as string,
});

describe('the signer of alice', () => {
  it('honest twin: signs for a worker what the worker needs', async () => {
    for (const message of [HEAD, utf8('beryl/envelope/1\nx'), utf8('beryl/refusal/1\nx')]) {
      const signature = await worker().sign(message);
      expect(verifySignature(idOf('alice'), message, signature)).toBe(true);
    }
  });

  it.each([
    'beryl/host/1\n',
    'beryl/identity/1\n',
    'beryl/deny-list/1\n',
    'beryl/particle/2',
    'beryl/sig/1\0',
    '',
  ])('signs nothing that begins with %j', async tag => {
    const message = utf8(`${tag}${'x'.repeat(50)}`);
    await expect(worker().sign(message)).rejects.toMatchObject(refusal(/no need of this/));
  });

  it('knows no host that alice has not bound', async () => {
    const bound = await signHostBinding(signer('mallory'), host, LIFE);
    await expect(worker({ bound }).sign(HEAD)).rejects.toMatchObject(refusal(/bound to another peer/));
  });

  it('a stolen binding is worth nothing without the key of its host', async () => {
    const as = signerOf(hostKeyOf('mallory'));
    await expect(worker({ as }).sign(HEAD)).rejects.toMatchObject(refusal(/not signed by the host/));
  });

  it('signs nothing more for a host that was denied', async () => {
    const denied = new DenyList();
    denied.set('operator', [{ peerId: host.peerId, role: 'host', reason: 'stolen' }]);
    await expect(worker({ denied }).sign(HEAD)).rejects.toMatchObject(refusal(/deny list/));
  });

  it('a recorded question is worthless later', async () => {
    await expect(worker({ askedAt: 100_000 }).sign(HEAD)).rejects.toMatchObject(refusal(/not of now/));
    await expect(worker({ askedAt: 2_000_000 }).sign(HEAD)).rejects.toMatchObject(
      refusal(/does not hold now/),
    );
  });

  it('garbage gets an answer without a signature', async () => {
    const answer = await answerSigner(Uint8Array.of(0xff), signer('alice'), {
      denied: new DenyList(),
      clock: new VirtualClock(0),
    });
    const liar = remoteSigner(
      { peerId: idOf('alice'), host, binding, clock: new VirtualClock(0) },
      async () => answer,
    );
    await expect(liar.sign(HEAD)).rejects.toMatchObject({ code: 'ERR_LATTICE_SIGNER' });
  });
});

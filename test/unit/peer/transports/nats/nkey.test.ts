import { expect, it } from 'vitest';
import { fromHex } from '../../../../../base/bytes.ts';
import { signerOf } from '../../../../../interpreter/index.ts';
import { nkeyOf } from '../../../../../peer/transports/nats/nkey.ts';

it('names a key as servers do', async () => {
  // The package that the client of NATS brings along is the other implementation.
  const core = (await import('@nats-io/transport-node')) as unknown as {
    nkeys: { fromPublic(name: string): { verify(message: Uint8Array, signature: Uint8Array): boolean } };
  };
  for (let i = 0; i < 20; i++) {
    const signer = signerOf(new Uint8Array(32).fill(i));
    const message = Uint8Array.of(1, 2, i);
    expect(core.nkeys.fromPublic(nkeyOf(signer.peerId)).verify(message, signer.sign(message))).toBe(true);
  }
  const one = signerOf(fromHex('07'.repeat(32)) as Uint8Array).peerId;
  expect(nkeyOf(one)).toMatch(/^U[A-Z2-7]{55}$/);
});

it('refuses other texts than peer ids', () => {
  expect(() => nkeyOf('UABC')).toThrow('is not a peer id');
});

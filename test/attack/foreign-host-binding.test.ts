// Goal:    to act on a message bus for a peer that never agreed, or with a key that a server can have sign anything.
// Means:   bindings of hosts that are signed by another peer, edited, over, made for another host, or made with the peer's own key.
// Refused: by `peer/identity/host-binding.ts` and `peer/transports/nats/connection.ts`: a binding counts with both signatures, in its time, for its own host.
import { describe, expect, it } from 'vitest';
import { signerOf, CborReader, CborWriter } from '../../interpreter/index.ts';
import { natsServerConfig, signHostBinding, verifyHostBinding } from '../../peer/index.ts';
import { connectBus } from '../../peer/transports/nats/connection.ts';
import { idOf, seedOf, signer } from '../support/cast.ts';
import { hostKeyOf } from '../support/nats.ts';

const NOW = 1_000_000;
const LIFE = { fromMs: 0, untilMs: 2_000_000 };
const host = signerOf(hostKeyOf('w1'));

/** The binding, with another text in one place. */
function edited(binding: Uint8Array, place: number, text: string): Uint8Array {
  const reader = new CborReader(binding);
  const writer = new CborWriter();
  writer.array(reader.array());
  for (let i = 0; i < place; i++) writer.text(reader.text());
  reader.text();
  writer.text(text);
  writer.raw(binding, reader.at);
  return writer.finish();
}

describe('a binding of a host', () => {
  it('honest twin: holds for the host and the peer that have signed it', async () => {
    const binding = await signHostBinding(signer('alice'), host, LIFE);
    expect(verifyHostBinding(binding, NOW)).toEqual({ peerId: idOf('alice'), host: host.peerId, ...LIFE });
    expect(natsServerConfig([binding], NOW)).toContain(`beryl.out.*.*.${idOf('alice')}.*`);
  });

  it('mallory cannot put alice into her own', async () => {
    const binding = await signHostBinding(signer('mallory'), host, LIFE);
    const forged = edited(binding, 1, idOf('alice'));
    expect(() => verifyHostBinding(forged, NOW)).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_SIGNATURE' }),
    );
    expect(() => natsServerConfig([forged], NOW)).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_SIGNATURE' }),
    );
  });

  it('mallory cannot claim the host of another: the host signs too', async () => {
    const own = await signHostBinding(signer('mallory'), signerOf(hostKeyOf('mallory')), LIFE);
    const forged = edited(own, 2, host.peerId);
    expect(() => verifyHostBinding(forged, NOW)).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_SIGNATURE' }),
    );
  });

  it.each([LIFE.untilMs + 1, -1])('it ends: at %s it does not hold', async now => {
    const binding = await signHostBinding(signer('alice'), host, LIFE);
    expect(() => verifyHostBinding(binding, now)).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_TIME' }),
    );
  });

  it('one host stands for one peer', async () => {
    const both = await Promise.all(['alice', 'bob'].map(name => signHostBinding(signer(name), host, LIFE)));
    expect(() => natsServerConfig(both, NOW)).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_CONFLICT' }),
    );
  });

  it('bytes that are none are refused', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x87, 1), new Uint8Array(200)])
      expect(() => verifyHostBinding(bytes, NOW)).toThrow(
        expect.objectContaining({ code: 'ERR_IDENTITY_MALFORMED' }),
      );
  });

  it('the key of the peer is refused as a host key: a server would have it sign what it likes', async () => {
    await expect(signHostBinding(signer('alice'), signer('alice'), LIFE)).rejects.toThrow('a key of its own');
  });

  it('a foreign statement opens no connection: not with another host key, not for another peer', async () => {
    const now = Date.now();
    const life = { fromMs: now - 1000, untilMs: now + 60_000 };
    const binding = await signHostBinding(signer('alice'), host, life);
    const servers = ['127.0.0.1:1'];
    const other = connectBus(idOf('alice'), { servers, hostKey: seedOf('mallory'), binding });
    await expect(other).rejects.toMatchObject({ code: 'ERR_LINK_PEER' });
    const peer = connectBus(idOf('mallory'), { servers, hostKey: hostKeyOf('w1'), binding });
    await expect(peer).rejects.toMatchObject({ code: 'ERR_LINK_PEER' });
  });
});

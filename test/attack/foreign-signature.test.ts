import { describe, expect, test } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { particleMessage, sha256, verifySignature } from '../../interpreter/index.ts';
import {
  auth,
  builtins,
  createRegistry,
  sigMessage,
  startService,
  type CallDecision,
  type GuardMode,
} from '../../services/index.ts';
import { signParticle } from '../../peer/index.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import { World } from '../support/world.ts';

// Goal:    get a signature of alice that counts for something that she has not signed.
// Means:   mallory asks alice's `sig` in a particle of her own; or gives alice's own script bytes that are a particle, or a head.
// Refused: by the caller rule of `sig.sign` in every guard mode, and by its tag: what it signs is nothing else that Beryl signs.
const sign = (data: Uint8Array) =>
  `(seq (call %init_peer_id% ("getDataSrv" "data") [] data) (call "alice" ("sig" "sign") [data]))|${JSON.stringify([...data])}`;

async function asked(
  by: string,
  given: string,
  guardMode: GuardMode = 'enforce',
): Promise<CallDecision | undefined> {
  const world = new World();
  const acl = { rules: [{ effect: 'allow' as const, initPeers: [idOf('mallory')], service: 'sig' }] };
  const peers = new Map([
    ['alice', world.add('alice', { guardMode, acl, services: [startService(auth({ admins: [] }))] })],
    ['mallory', world.add('mallory')],
  ]);
  const [script = '', data = '[]'] = given.split('|');
  peers
    .get(by)
    ?.run(withIds(script), { handlers: { data: { data: JSON.parse(data) as number[] } } })
    .done.catch(() => undefined);
  await world.simulation.settle();
  return world.calls.find(({ request }) => request.serviceId === 'sig')?.decision;
}

const signatureOf = (decision: CallDecision | undefined): Uint8Array => {
  const { signature } = JSON.parse(
    ((decision as CallDecision).result as { resultJson: string }).resultJson,
  ) as {
    signature: number[][];
  };
  return Uint8Array.from(signature[0] ?? []);
};

describe('signatures that scripts ask for', () => {
  test('the honest twin: alice signs in her own particle, and anybody verifies', async () => {
    const data = utf8('hello');
    const decision = await asked('alice', sign(data));
    const signature = signatureOf(decision);
    expect(signature).toHaveLength(64);
    expect(verifySignature(idOf('alice'), sigMessage(data), signature)).toBe(true);
    expect(verifySignature(idOf('alice'), sigMessage(utf8('hallo')), signature)).toBe(false);
    const world = createRegistry(
      builtins({ clock: { now: () => 0, after: () => () => undefined }, key: signer('alice') }),
    );
    const verify = world.find('sig')?.definition.functions.get('verify');
    const args = { signature: [...signature], data: [...data] };
    expect(verify?.handler(args, {} as never)).toBe(true);
    expect(verify?.handler({ ...args, data: [1] }, {} as never)).toBe(false);
  });

  test.each(['enforce', 'monitor', 'off'] as const)(
    'in a particle of mallory they are denied, in guard mode %s and with an access rule that opens them',
    async mode => {
      expect(await asked('mallory', sign(utf8('hello')), mode)).toMatchObject({
        kind: 'denied',
        code: 'ERR_CALL_DENIED_GUARD',
        denial: { caller: { kind: 'caller', found: idOf('mallory') } },
      });
    },
  );

  test('over bytes of a particle do not sign the particle', async () => {
    const header = { id: 'p', timestamp: 1_700_000_000_000, ttl: 1000, script: '(null)' };
    const message = particleMessage(header);
    const signature = signatureOf(await asked('alice', sign(message)));
    const genuine = signParticle(signer('alice'), header);
    expect(verifySignature(idOf('alice'), message, genuine.signature)).toBe(true);
    expect(verifySignature(idOf('alice'), message, signature)).toBe(false);
  });

  test.each([
    ['a head', sha256('a head')],
    ['a note', utf8('example.com/log\n1\nAAAA\n')],
    ['a refusal', utf8('beryl/refusal/1\n')],
    ['another signature', sigMessage(utf8('hello'))],
    ['nothing', new Uint8Array(0)],
  ])('over %s do not count for it', async (_, bytes) => {
    const signature = signatureOf(await asked('alice', sign(bytes)));
    expect(verifySignature(idOf('alice'), bytes, signature)).toBe(false);
    expect(sigMessage(bytes)).toHaveLength(44);
  });
});

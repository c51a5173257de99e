import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromBase64url, toBase64url } from '../../base/bytes.ts';
import { exportReceipt, type JsonValue } from '../../interpreter/index.ts';
import {
  allOf,
  auth,
  defineService,
  derivedOnlyFrom,
  from,
  initPeer,
  literalOf,
  provenValue,
  startService,
  whose,
  withReceipt,
  type CallDecision,
  type ReceiptRules,
} from '../../services/index.ts';
import { idOf, withIds, withNames } from '../support/cast.ts';
import { World } from '../support/world.ts';

// Goal:    be an admin on carol's blog with a proof that is not one's own, too old, or of something else.
// Means:   receipts of other peers' particles, old ones, altered ones, of other fields, functions and failures.
// Refused: by withReceipt (ERR_CALL_DENIED_GUARD): it verifies the receipt, and binds it to the init peer, the time and the value.
const HOUR_MS = 3_600_000;
const rule = from(idOf('alice'), 'authSrv', 'get_status', '.$.is_admin');

/** Somebody asks alice's Auth in one particle, and presents what they have got to carol's blog in another. */
async function present(
  argument: (receipts: { bob: Uint8Array; mallory: Uint8Array; error: Uint8Array }) => JsonValue,
  {
    by = 'bob',
    laterMs = 0,
    rules = {},
  }: { by?: string; laterMs?: number; rules?: Partial<ReceiptRules> } = {},
): Promise<CallDecision> {
  const world = new World();
  const blog = defineService({
    id: 'blog',
    functions: {
      post: {
        arguments: { is_admin: z.json() },
        guards: { is_admin: withReceipt(rule, { maxAgeMs: HOUR_MS, ...rules }) },
        handler: ({ is_admin }) => (is_admin as { value: boolean }).value,
      },
    },
  });
  world.add('alice', { services: [startService(auth({ admins: [idOf('bob')] }))] });
  world.add('carol', { services: [startService(blog)] });
  const peers = { bob: world.add('bob'), mallory: world.add('mallory') };
  const ask = async (name: 'bob' | 'mallory', call: string): Promise<Uint8Array> => {
    const run = peers[name].run(withIds(call));
    run.done.catch(() => undefined);
    await world.simulation.settle();
    const [last] = world.steps.filter(({ input }) => input.params.particleId === run.header.id).slice(-1);
    const asked = world.calls.findLast(({ peerId }) => peerId === idOf('alice'));
    return exportReceipt(last?.outcome.data as Uint8Array, run.header, {
      peerId: idOf('alice'),
      site: asked?.request.site ?? '',
    });
  };
  const status = '(call "alice" ("authSrv" "get_status") [] s)';
  const receipts = {
    bob: await ask('bob', status),
    mallory: await ask('mallory', status),
    error: await ask('bob', '(xor (call "alice" ("authSrv" "grant") ["x"]) (null))'),
  };
  if (laterMs > 0) {
    peers.bob
      .run(`(call %init_peer_id% ("peer" "timeout") [${laterMs} ""])`, { ttlMs: laterMs + 1000 })
      .done.catch(() => undefined);
    await world.simulation.settle();
  }
  const data = { is_admin: argument(receipts) };
  const script = `(seq (call %init_peer_id% ("getDataSrv" "is_admin") [] x) (call "carol" ("blog" "post") [x]))`;
  peers[by as 'bob'].run(withIds(script), { handlers: { data } }).done.catch(() => undefined);
  await world.simulation.settle();
  return world.calls.find(({ request }) => request.serviceId === 'blog')?.decision as CallDecision;
}

const proven = (receipt: Uint8Array, getter = '.$.is_admin') =>
  provenValue(receipt, getter) as unknown as Record<string, JsonValue>;
const text = (decision: CallDecision): string =>
  'text' in decision ? withNames(decision.text) : decision.result.retCode === 0 ? 'served' : '';

describe('a value of an earlier particle', () => {
  test('the honest twin: bob presents what Auth said to him', async () => {
    const decision = await present(({ bob }) => proven(bob));
    expect(decision).toMatchObject({ kind: 'served', result: { resultJson: 'true' } });
  });

  test('the honest twin: of a peer that the rule names', async () => {
    const rules = { initPeers: [idOf('bob')] };
    expect(text(await present(({ bob }) => proven(bob), { by: 'mallory', rules }))).toBe('served');
  });

  test.each<readonly [string, Parameters<typeof present>, string]>([
    [
      'of another init peer',
      [({ bob }) => proven(bob), { by: 'mallory' }],
      'has a receipt of a particle of another init peer\n    expected mallory\n    found    bob',
    ],
    [
      'that is too old',
      [({ bob }) => proven(bob), { laterMs: 1000, rules: { maxAgeMs: 500 } }],
      'comes with a particle that is too old',
    ],
    [
      'with another value',
      [({ mallory }) => ({ ...proven(mallory), value: true }), { by: 'mallory' }],
      'has the wrong value\n    expected false\n    found    true',
    ],
    ['of another field', [({ bob }) => proven(bob, '.$.is_misbehaving')], 'has the wrong origin'],
    ['of the whole', [({ bob }) => proven(bob, '')], 'has the wrong origin'],
    [
      'of a failed call',
      [({ error }) => ({ value: true, getter: '.$.is_admin', receipt: toBase64url(error) })],
      'it is not of a call that succeeded',
    ],
    ['that is bare', [() => true], 'it is not { value, getter, receipt }'],
    [
      'with a receipt that is none',
      [({ bob }) => ({ ...proven(bob), receipt: 'AAAA' })],
      'ERR_RECEIPT_MALFORMED',
    ],
    [
      'with more than a receipt',
      [({ bob }) => ({ ...proven(bob), is_admin: true })],
      'it is not { value, getter, receipt }',
    ],
    [
      'in another spelling of the getter',
      [({ bob }) => ({ ...proven(bob), getter: '.$.["is_admin"]' })],
      'it is not { value, getter, receipt }',
    ],
    [
      'that is altered',
      [({ bob }) => ({ ...proven(bob), receipt: altered(proven(bob)['receipt'] as string) })],
      'ERR_RECEIPT_',
    ],
  ])('%s is denied', async (_, [argument, options], why) => {
    const decision = await present(argument, options);
    expect(decision).toMatchObject({ kind: 'denied', code: 'ERR_CALL_DENIED_GUARD' });
    expect(text(decision)).toContain(why);
  });

  test('the honest twin: what Auth said to mallory says that she is not an admin', async () => {
    const decision = await present(({ mallory }) => proven(mallory), { by: 'mallory' });
    expect(decision).toMatchObject({ kind: 'served', result: { resultJson: 'false' } });
  });

  test.each([
    ['whose', () => from(initPeer, 'book', 'find', '', whose(0, literalOf(initPeer)))],
    ['whose alone', () => whose(0, literalOf(initPeer))],
    ['derivedOnlyFrom', () => derivedOnlyFrom(rule)],
    ['derivedOnlyFrom with selectors', () => derivedOnlyFrom(rule).selectedBy(idOf('bob'))],
    ['inside allOf', () => allOf(rule, whose(0, literalOf(initPeer)))],
  ])('cannot be asked for what a receipt does not prove: %s', (_, further) => {
    const made = further();
    expect(() => withReceipt(made, { maxAgeMs: 1 })).toThrow(/does not say where the arguments/);
  });

  test('a rule that looks at the arguments of its call denies', async () => {
    let proof: unknown;
    await present(({ bob }) => (proof = proven(bob)) as JsonValue);
    const looking = {
      check: ({ origin }: { origin: { arguments: readonly unknown[] } | undefined }) =>
        void origin?.arguments,
    };
    const guard = withReceipt(looking as never, { maxAgeMs: HOUR_MS });
    const particle = { particleId: 'p', timestamp: 0, ttl: 1, serviceId: 's', functionName: 'f' };
    const call = {
      ...particle,
      peerId: idOf('carol'),
      initPeerId: idOf('bob'),
      now: () => 1_700_000_000_000,
    };
    const argument = { value: proof as JsonValue, valueJson: JSON.stringify(proof) };
    expect(() =>
      guard.check({ ...argument, tetraplets: [], elementwise: false, origin: undefined }, call),
    ).toThrow(TypeError);
  });
});

function altered(receipt: string): string {
  const bytes = fromBase64url(receipt) as Uint8Array;
  bytes[bytes.length - 40] = (bytes.at(-40) ?? 0) ^ 1;
  return toBase64url(bytes);
}

import { describe, expect, it } from 'vitest';
import { from, initPeer, withReceipt, type ReceiptRules } from '../../../../services/index.ts';
import { idOf } from '../../../support/cast.ts';
import { answered, receiptAt } from '../../../support/receipt-parts.ts';
import { toBase64url } from '../../../../base/bytes.ts';
import { verifyReceipt } from '../../../../interpreter/index.ts';
import type { CallFacts } from '../../../../services/call-context.ts';

const receipt = receiptAt(answered(), 1);
const { peerId, serviceId, functionName, initPeerId, timestamp, valueJson } = verifyReceipt(receipt);
const rule = () => from(peerId, serviceId, functionName, '');

/** What the guard says of the receipt, presented `laterMs` after its particle began. */
function said(
  {
    presented = {},
    laterMs = 0,
    by = initPeerId,
  }: { presented?: object; laterMs?: number; by?: string } = {},
  rules: Partial<ReceiptRules> = {},
) {
  const value = {
    value: JSON.parse(valueJson ?? 'null') as unknown,
    getter: '',
    receipt: toBase64url(receipt),
    ...presented,
  };
  const call = {
    peerId: idOf('carol'),
    initPeerId: by,
    now: () => timestamp + laterMs,
  } as unknown as CallFacts;
  const argument = {
    value,
    valueJson: JSON.stringify(value),
    tetraplets: [],
    elementwise: false,
    origin: undefined,
  };
  return withReceipt(rule(), { maxAgeMs: 1000, ...rules }).check(argument as never, call);
}

describe('withReceipt', () => {
  it('allows a receipt of this init peer, as old as it may be', () => {
    for (const laterMs of [0, 1, 1000]) expect(said({ laterMs })).toBeUndefined();
    expect(said({ laterMs: 1001 })).toEqual({ kind: 'too-old', ageMs: 1001, maxAgeMs: 1000 });
  });

  it('allows a clock that is behind by no more than a minute', () => {
    expect(said({ laterMs: -60_000 })).toBeUndefined();
    expect(said({ laterMs: -60_001 })).toMatchObject({ kind: 'receipt', code: 'future' });
  });

  it('refuses what is not a proven value', () => {
    for (const presented of [{ receipt: 5 }, { getter: 5 }, { more: 1 }, { getter: 'no getter' }])
      expect(said({ presented }), JSON.stringify(presented)).toMatchObject({
        kind: 'receipt',
        code: 'shape',
      });
    expect(said({ presented: { receipt: '!' } })).toMatchObject({ kind: 'receipt', code: 'shape' });
    expect(said({ presented: { receipt: 'AAAA' } })).toMatchObject({ kind: 'receipt' });
    expect(said({ presented: { value: 'another' } })).toMatchObject({ kind: 'value' });
    expect(said({ presented: { getter: '.$.nothing' } })).toEqual({
      kind: 'receipt',
      code: 'part',
      why: 'it has no result with a part `.$.nothing`',
    });
  });

  it('names the init peers that it accepts', () => {
    expect(said({ by: idOf('dave') })).toEqual({
      kind: 'receipt-of',
      expected: [idOf('dave')],
      found: initPeerId,
    });
    expect(said({ by: idOf('dave') }, { initPeers: [initPeerId] })).toBeUndefined();
    expect(said({}, { initPeers: [initPeer, idOf('dave')] })).toBeUndefined();
    expect(said({}, { initPeers: [idOf('dave')] })).toMatchObject({ kind: 'receipt-of' });
  });

  it('is refused when it is built, if it could never mean what it says', () => {
    const build = (rules: object) => () => withReceipt(rule(), { maxAgeMs: 1, ...rules });
    expect(build({})).not.toThrow();
    expect(build({ initPeers: [idOf('bob')] })).not.toThrow();
    expect(build({ initPeers: [] })).toThrow(/initPeers must name at least one peer, found/u);
    expect(build({ initPeers: idOf('bob') })).toThrow(/initPeers/u);
    expect(build({ initPeers: { length: 1 } })).toThrow(/initPeers/u);
    expect(build({ initPeers: ['bob'] })).toThrow(TypeError);
    expect(build({ maxAgeMs: 0 })).toThrow(/maxAgeMs/u);
    expect(build({ maxAge: 1 })).toThrow(/maxAgeMs/u);
    expect(() => withReceipt('rule' as never, { maxAgeMs: 1 })).toThrow(TypeError);
  });
});

import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { describe, expect, it } from 'vitest';
import { concat } from '../../base/bytes.ts';
import { RetCode } from '../../interpreter/index.ts';
import { answeredByAuth, HONEST_POST } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    two peers read different things in the same bytes, or one thing has many encodings.
// Means:   a carrier encodes alice's data as other encoders might: things twice, things more, longer forms, other types.
// Refused: by trace/codec.ts and cbor.ts, which read what they would write and nothing else.
type State = [kind: number, site: [number, unknown[]], ...rest: number[]];
type Log = [peer: number, records: Uint8Array[], signature: Uint8Array];
type Raw = [
  version: number,
  lastRequestId: number,
  peers: string[],
  states: State[],
  logs: Log[],
  values: Uint8Array[],
];

/** Alice's data after `change`. */
function encoded(change: (raw: Raw) => unknown): Uint8Array {
  const raw = decode(answeredByAuth().forgery.bytes) as Raw;
  return Uint8Array.from(encode(change(raw) ?? raw, rfc8949EncodeOptions));
}

describe('data in another encoding', () => {
  it('honest twin: taken apart and put together by another library, it is the same', () => {
    const { bench, forgery } = answeredByAuth();
    expect(encoded(() => undefined)).toEqual(new Uint8Array(forgery.bytes));
    expect(requestsOf(bench.run('bob', { current: encoded(() => undefined) }))).toEqual(HONEST_POST);
  });

  it.each<[string, (raw: Raw) => unknown, string]>([
    ['a peer twice', raw => void raw[2].push(raw[2][0]!), 'a peer is listed twice'],
    ['a state twice', raw => void raw[3].push(raw[3][0]!), 'site `2` has two states'],
    ['a log twice', raw => void raw[4].push(raw[4][0]!), 'has two logs'],
    ['a value twice', raw => void raw[5].push(raw[5][0]!), 'a value is stored twice'],
    [
      'a peer that is not listed',
      raw => void (raw[4][0]![0] = 9),
      'a peer is named that the data does not list',
    ],
    ['an item more', raw => [...raw, 0], '7 items'],
    ['an item less', raw => raw.slice(0, 5), '5 items'],
    ['a state of an unknown kind', raw => void (raw[3][0]![0] = 3), '`3` is more than `2`'],
    ['a state with something more', raw => void raw[3][0]!.push(0), 'has 4 parts'],
    ['a state with something less', raw => void raw[3][0]!.pop(), '2 items'],
    ['a fold without its item', raw => void raw[3][0]![1][1].push(1), 'a site has a fold without its item'],
    ['a log with something more', raw => void (raw[4][0] as unknown[]).push(0), '4 items'],
    ['a log without records', raw => void (raw[4][0]![1] = []), 'a log has no record'],
    ['a signature of 63 bytes', raw => void (raw[4][0]![2] = new Uint8Array(63)), '63 bytes'],
    ['a map', () => ({ version: 1 }), 'expected type 4, found type 5'],
    ['a negative number', raw => void (raw[1] = -1), 'expected type 0, found type 1'],
    ['a fraction', raw => void (raw[1] = 1.5), 'expected type 0, found type 7'],
    ['nothing where a number is expected', raw => [null, ...raw.slice(1)], 'expected type 0, found type 7'],
    [
      'text where bytes are expected',
      raw => [...raw.slice(0, 5), ['{"is_admin":true}']],
      'expected type 2, found type 3',
    ],
  ])('is refused: %s', (_, change, text) => {
    const { bench } = answeredByAuth();
    expectRefused(bench.run('bob', { current: encoded(change) }), RetCode.dataMalformed, { text });
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ['bytes after the end', bytes => concat(bytes, Uint8Array.of(0)), 'something follows the last item'],
    ['the same data twice', bytes => concat(bytes, bytes), 'something follows the last item'],
    ['bytes missing', bytes => bytes.subarray(0, -1), 'bytes, where'],
    [
      'a number in a longer form',
      bytes => concat(Uint8Array.of(0x86, 0x18, 2), bytes.subarray(2)),
      'not in its shortest form',
    ],
    [
      'an array without a length',
      bytes => concat(Uint8Array.of(0x9f), bytes.subarray(1), Uint8Array.of(0xff)),
      'lengths must be definite',
    ],
    [
      'a tag around it',
      bytes => concat(Uint8Array.of(0xd9, 0xd9, 0xf7), bytes),
      'expected type 4, found type 6',
    ],
    [
      'text that is not UTF-8',
      bytes => bytes.with(Buffer.from(bytes).indexOf('12D3'), 0xff),
      'text is not UTF-8',
    ],
  ])('is refused: %s', (_, change, text) => {
    const { bench, forgery } = answeredByAuth();
    const bytes = change(Uint8Array.from(forgery.bytes));
    expectRefused(bench.run('bob', { current: bytes }), RetCode.dataMalformed, { text });
  });

  it.each([0, 1, 3, 2 ** 53 - 1])('is refused: version %i', version => {
    const { bench } = answeredByAuth();
    expectRefused(
      bench.run('bob', { current: encoded(raw => void (raw[0] = version)) }),
      RetCode.dataVersion,
      {
        text: `data version \`${version}\` is not supported`,
      },
    );
  });
});

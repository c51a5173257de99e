import * as cborg from 'cborg';
import { rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { equalBytes } from '../../base/bytes.ts';
import { CborError, CborReader, CborWriter } from '../../interpreter/cbor.ts';

const RUNS = { seed: 20261124, numRuns: 1_000 };

/** All that our subset can say. */
type Item = number | string | Uint8Array | Item[];

const item: fc.Arbitrary<Item> = fc.letrec<{ item: Item }>(tie => ({
  item: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.nat(30),
      fc.nat(70_000),
      fc.maxSafeNat(),
      fc.constantFrom(23, 24, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32),
    ),
    fc.oneof(
      fc.string({ maxLength: 70 }),
      fc.string({ unit: 'binary', maxLength: 40 }).filter(text => text.isWellFormed()),
    ),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('item'), { maxLength: 30 }),
  ),
})).item;

function encode(value: Item): Uint8Array {
  const cbor = new CborWriter();
  write(cbor, value);
  return cbor.finish();
}

function write(cbor: CborWriter, value: Item): void {
  if (typeof value === 'number') cbor.uint(value);
  else if (typeof value === 'string') cbor.text(value);
  else if (value instanceof Uint8Array) cbor.bytes(value);
  else {
    cbor.array(value.length);
    for (const inner of value) write(cbor, inner);
  }
}

function decode(bytes: Uint8Array): Item {
  const cbor = new CborReader(bytes);
  const value = read(cbor);
  cbor.end();
  return value;
}

function read(cbor: CborReader): Item {
  switch (cbor.peekMajor()) {
    case 2:
      return cbor.bytes();
    case 3:
      return cbor.text();
    case 4: {
      const items: Item[] = [];
      const count = cbor.array();
      for (let i = 0; i < count; i++) items.push(read(cbor));
      return items;
    }
    default:
      return cbor.uint();
  }
}

/** One encoding for one content: whatever is accepted is what we would have written. */
function isRefusedOrCanonical(bytes: Uint8Array): boolean {
  let value: Item;
  try {
    value = decode(bytes);
  } catch (failure) {
    return failure instanceof CborError;
  }
  return equalBytes(encode(value), bytes);
}

describe('CBOR', () => {
  it('encode(decode(encode(x))) = encode(x)', () => {
    fc.assert(
      fc.property(item, x => equalBytes(encode(decode(encode(x))), encode(x))),
      RUNS,
    );
  });

  it('encode(x) = cborg.encode(x), by RFC 8949', () => {
    fc.assert(
      fc.property(item, x => equalBytes(encode(x), cborg.encode(x, rfc8949EncodeOptions))),
      RUNS,
    );
  });

  it('decode(encode(x)) = cborg.decode(encode(x), strict)', () => {
    fc.assert(
      fc.property(item, x => {
        const bytes = encode(x);
        const theirs = cborg.decode(bytes, { strict: true, allowIndefinite: false }) as Item;
        return equalBytes(encode(theirs), encode(decode(bytes)));
      }),
      RUNS,
    );
  });

  it('every byte changed: decode refuses, or encode(decode(y)) = y', () => {
    fc.assert(
      fc.property(item, fc.integer({ min: 1, max: 255 }), (x, change) => {
        const bytes = encode(x);
        for (let at = 0; at < Math.min(bytes.length, 200); at++) {
          const changed = bytes.with(at, (bytes[at] as number) ^ change);
          if (!isRefusedOrCanonical(changed)) return false;
        }
        return true;
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('every prefix is refused', () => {
    fc.assert(
      fc.property(item, x => {
        const bytes = encode(x);
        for (let end = 0; end < Math.min(bytes.length, 200); end++) {
          try {
            decode(bytes.subarray(0, end));
            return false;
          } catch (failure) {
            if (!(failure instanceof CborError)) return false;
          }
        }
        return true;
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('any bytes: decode refuses, or encode(decode(y)) = y', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), isRefusedOrCanonical), {
      ...RUNS,
      numRuns: 20_000,
    });
  });
});

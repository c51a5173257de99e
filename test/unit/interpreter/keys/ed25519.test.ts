import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ed from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '../../../../base/bytes.ts';
import {
  ed25519,
  isValidPublicKey,
  native,
  portable,
  publicKeyOf,
  type Ed25519,
} from '../../../../interpreter/keys/ed25519.ts';

/**
 * Edge-case signatures on which implementations disagree, built here with the curve itself. Both of ours must give the same
 * verdict on every one, or one signer could make a record that some peers accept and others refuse.
 */
const { n: ORDER, p: FIELD } = ed.Point.CURVE();
const BASE = ed.Point.BASE;
const ZERO = ed.Point.ZERO;

ed.hashes.sha512 = sha512;
const SEED = new Uint8Array(32).fill(1);
const MESSAGE = utf8('message');
const { scalar: SECRET, point: PUBLIC } = ed.utils.getExtendedPublicKey(SEED);

const mod = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;
const times = (point: ed.Point, scalar: bigint): ed.Point =>
  mod(scalar) === 0n ? ZERO : point.multiply(mod(scalar), false);

function littleEndian(value: bigint): Uint8Array {
  return (fromHex(value.toString(16).padStart(64, '0')) as Uint8Array).toReversed();
}

const challenge = (r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint =>
  mod(BigInt(`0x${toHex(sha512(concat(r, key, message)).toReversed())}`));

/** A point of order eight: what is left of a point of mixed order, times the order of the base point. */
const TORSION = ((): ed.Point => {
  for (let y = 2n; ; y++) {
    try {
      const point = ed.Point.fromBytes(littleEndian(y));
      const torsion = point.multiply(ORDER - 1n, false).add(point);
      if (!torsion.double().double().is0()) return torsion;
    } catch {
      // No point has this y.
    }
  }
})();
const SMALL = Array.from({ length: 8 }, (_, i) => {
  let point = ZERO;
  for (let k = 0; k < i; k++) point = point.add(TORSION);
  return point;
});

interface Case {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signs with full control: `r` is the nonce, `offset` is added to the nonce point, the bytes of R and A may be replaced. */
function forge({
  secret = SECRET,
  key = PUBLIC.toBytes(),
  r = 5n,
  offset = ZERO,
  rBytes = times(BASE, r).add(offset).toBytes(),
  message = MESSAGE,
  addToS = 0n,
}: {
  secret?: bigint;
  key?: Uint8Array;
  r?: bigint;
  offset?: ed.Point;
  rBytes?: Uint8Array;
  message?: Uint8Array;
  addToS?: bigint;
}): Case {
  const s = mod(r + challenge(rBytes, key, message) * secret) + addToS;
  return { key, message, signature: concat(rBytes, littleEndian(s)) };
}

/** Tries nonces until the challenge is a multiple of eight, so that the torsion of the key vanishes in the equation. */
function forgeWithTorsionOfKey(secret: bigint, key: Uint8Array): Case {
  for (let r = 1n; ; r++) {
    if (challenge(times(BASE, r).toBytes(), key, MESSAGE) % 8n === 0n) return forge({ secret, key, r });
  }
}

const honest = { key: PUBLIC.toBytes(), message: MESSAGE, signature: ed.sign(MESSAGE, SEED) };
const nonCanonicalZero = littleEndian(FIELD + 1n);

const implementations: [name: string, implementation: Ed25519][] = [
  ['native', native as Ed25519],
  ['portable', portable],
];

/** What the rest of Beryl asks: the key is checked once, the equation each time. */
const accepts = (implementation: Ed25519, { key, message, signature }: Case): boolean =>
  isValidPublicKey(key) && implementation.verify(key, message, signature);

describe.each(implementations)('%s verification', (name, implementation) => {
  it.each<[name: string, verdict: boolean, signature: Case]>([
    ['an honest signature', true, honest],
    [
      'an honest signature of the empty message',
      true,
      { ...honest, message: utf8(''), signature: ed.sign(utf8(''), SEED) },
    ],
    ['a nonce of the signer’s choice', true, forge({})],
    ['a nonce of zero: R the identity, which native implementations disagree on', false, forge({ r: 0n })],
    ['S + L', false, forge({ addToS: ORDER })],
    ['S + 8L, whose top bits are set', false, forge({ addToS: 8n * ORDER })],
    [
      'S = 0 without reason',
      false,
      { ...honest, signature: concat(honest.signature.subarray(0, 32), new Uint8Array(32)) },
    ],
    ['all zeros', false, { ...honest, signature: new Uint8Array(64) }],
    ['another message', false, { ...honest, message: utf8('massage') }],
    ['another key', false, { ...honest, key: publicKeyOf(new Uint8Array(32).fill(2)) }],
    ['63 bytes', false, { ...honest, signature: honest.signature.subarray(0, 63) }],
    ['65 bytes', false, { ...honest, signature: concat(honest.signature, Uint8Array.of(0)) }],
    ['no bytes', false, { ...honest, signature: new Uint8Array(0) }],
    [
      'R off the curve',
      false,
      { ...honest, signature: concat(littleEndian(2n), honest.signature.subarray(32)) },
    ],
    ['R of small order, valid only with the cofactor', false, forge({ r: 0n, offset: TORSION })],
    ['R with torsion added by the signer, valid only with the cofactor', false, forge({ offset: TORSION })],
    ['R not canonical (y = p + 1)', false, forge({ r: 0n, rBytes: nonCanonicalZero })],
    ['R not canonical (sign of x = 0)', false, forge({ r: 0n, rBytes: littleEndian(1n | (1n << 255n)) })],
    ['A of order eight', false, forgeWithTorsionOfKey(0n, TORSION.toBytes())],
    [
      'A the identity, under which one signature fits all messages',
      false,
      forge({ secret: 0n, key: ZERO.toBytes() }),
    ],
    [
      'A of mixed order, whose torsion vanishes in the equation',
      true,
      forgeWithTorsionOfKey(SECRET, PUBLIC.add(TORSION).toBytes()),
    ],
    [
      'A of mixed order, valid only with the cofactor',
      false,
      forge({ key: PUBLIC.add(TORSION).toBytes(), r: 7n }),
    ],
    ['A not canonical (y = p + 1)', false, forge({ secret: 0n, key: nonCanonicalZero })],
  ])('%s: %s', (_name, verdict, signature) => expect(accepts(implementation, signature)).toBe(verdict));

  // Some native implementations check keys, too.
  it.runIf(name === 'portable')(
    'needs the check of the key: without it, it accepts what that refuses',
    () => {
      const { key, message, signature } = forge({ secret: 0n, key: ZERO.toBytes() });
      expect(implementation.verify(key, message, signature)).toBe(true);
      expect(implementation.verify(key, utf8('any other message'), signature)).toBe(true);
    },
  );

  it('refuses every signature with one bit changed', () => {
    for (let bit = 0; bit < 512; bit += 5) {
      const signature = Uint8Array.from(honest.signature);
      signature[bit >> 3] = (signature[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(accepts(implementation, { ...honest, signature })).toBe(false);
    }
  });
});

/**
 * Keys of mixed order: a point of prime order and one of small order, added. Who has such a key can craft signatures on which verifiers
 * disagree, if they do not all reduce the challenge before they multiply: then its torsion counts, or does not.
 */
describe('signatures crafted under keys of mixed order', () => {
  const crafted = SMALL.slice(1).flatMap(torsion =>
    SMALL.flatMap(offset =>
      Array.from({ length: 8 }, (_, i) =>
        forge({
          key: PUBLIC.add(torsion).toBytes(),
          r: BigInt(i + 1),
          offset,
          message: utf8(`message ${i}`),
        }),
      ),
    ),
  );
  const verdicts = crafted.map(signature => accepts(portable, signature));

  it('are many, some of which are accepted', () => {
    expect(crafted).toHaveLength(448);
    expect(verdicts.filter(isAccepted => isAccepted).length).toBeGreaterThan(20);
    expect(verdicts.filter(isAccepted => !isAccepted).length).toBeGreaterThan(200);
  });

  it('have one verdict, natively and portably', () => {
    expect(crafted.map(signature => accepts(native as Ed25519, signature))).toEqual(verdicts);
  });

  it('fit one message only', () => {
    for (const [i, { key, signature }] of crafted.entries()) {
      if (verdicts[i] !== true) continue;
      for (const text of ['message', 'message 8', 'another message'])
        expect(accepts(portable, { key, signature, message: utf8(text) })).toBe(false);
    }
  });

  it('would have another one, often, if the challenge were not reduced before it is multiplied', () => {
    const others = crafted.filter((signature, i) => acceptsUnreduced(signature) !== verdicts[i]);
    expect(others.length).toBeGreaterThan(crafted.length / 10);
  });
});

/** The equation with the challenge as it is, 512 bits long. */
function acceptsUnreduced({ key, message, signature }: Case): boolean {
  const [rBytes, sBytes] = [signature.subarray(0, 32), signature.subarray(32)];
  const k = BigInt(`0x${toHex(sha512(concat(rBytes, key, message)).toReversed())}`);
  const s = BigInt(`0x${toHex(sBytes.toReversed())}`);
  let product = ZERO;
  for (const bit of k.toString(2)) {
    product = product.double();
    if (bit === '1') product = product.add(ed.Point.fromBytes(key, false));
  }
  return toHex(times(BASE, s).add(product.negate()).toBytes()) === toHex(rBytes);
}

/** `equation`: what the portable one says of R and the equation alone; `null` where the key has no canonical encoding, and is never asked about. */
const published = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../conformance/vectors/ed25519.json'), 'utf8'),
) as {
  source: string;
  name: string;
  seed?: string;
  key: string;
  message: string;
  signature: string;
  equation: boolean | null;
  verdict: boolean;
}[];

describe.each(implementations)('%s, published vectors', (name, implementation) => {
  it.each(published)('$source, $name: $verdict', vector => {
    const [key, message, signature] = [vector.key, vector.message, vector.signature].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(accepts(implementation, { key, message, signature })).toBe(vector.verdict);
    if (vector.equation !== null && (name === 'portable' || isValidPublicKey(key)))
      expect(implementation.verify(key, message, signature)).toBe(vector.equation);
    if (vector.seed !== undefined) {
      const seed = fromHex(vector.seed) as Uint8Array;
      expect(publicKeyOf(seed)).toEqual(key);
      expect(implementation.sign(seed, message)).toEqual(signature);
    }
  });

  it('all twelve cases on which implementations disagree are there', () => {
    expect(published.filter(({ source }) => source.startsWith('Taming'))).toHaveLength(12);
    expect(published.filter(({ equation, verdict }) => equation === true && !verdict)).toHaveLength(1);
  });
});

describe('points of small order as R', () => {
  it.each(SMALL.map((point, i) => [i, point] as const))('%i times the torsion point', (_, point) => {
    // A nonce of zero, and the small point added to R.
    const signature = forge({ r: 0n, offset: point });
    for (const [, implementation] of implementations) expect(accepts(implementation, signature)).toBe(false);
    // All of them fit the cofactored equation, which is why it is not ours.
    expect(ed.verify(signature.signature, MESSAGE, PUBLIC.toBytes())).toBe(true);
  });

  it('and with a prime-order part: torsion added to an honest nonce', () => {
    for (const point of SMALL.slice(1)) {
      for (const [, implementation] of implementations)
        expect(accepts(implementation, forge({ r: 99n, offset: point }))).toBe(false);
    }
  });
});

describe('keys of mixed order', () => {
  it('are keys whose signatures count if they fit the equation, on both', () => {
    for (const point of SMALL.slice(1)) {
      const key = PUBLIC.add(point).toBytes();
      const verdicts = Array.from({ length: 16 }, (_, r) => forge({ key, r: BigInt(r + 1) })).map(signature =>
        implementations.map(([, implementation]) => [
          implementation.verify(key, MESSAGE, signature.signature),
          accepts(implementation, signature),
        ]),
      );
      for (const [ofNative, ofPortable] of verdicts) {
        expect(ofNative).toEqual(ofPortable);
        expect(ofNative?.[1]).toBe(ofNative?.[0]);
      }
    }
  });
});

describe('the cofactored rule, which some libraries use,', () => {
  // The honest twin of the table above: these are well-made attacks, accepted by ZIP 215.
  it.each([
    ['accepts R with torsion', forge({ offset: TORSION })],
    ['accepts R of small order', forge({ r: 0n, offset: TORSION })],
    ['accepts A of mixed order', forgeWithTorsionOfKey(SECRET, PUBLIC.add(TORSION).toBytes())],
  ])('%s', (_, { key, message, signature }) => expect(ed.verify(signature, message, key)).toBe(true));
});

describe('isValidPublicKey', () => {
  it.each<[name: string, verdict: boolean, key: Uint8Array]>([
    ['a key', true, PUBLIC.toBytes()],
    ...SMALL.map((point, i): [string, boolean, Uint8Array] => [
      `${i} times the torsion point`,
      false,
      point.toBytes(),
    ]),
    ...SMALL.slice(1).map((point, i): [string, boolean, Uint8Array] => [
      `a key plus ${i + 1} times the torsion point`,
      true,
      PUBLIC.add(point).toBytes(),
    ]),
    ['y = p', false, littleEndian(FIELD)],
    ['y = p + 1', false, littleEndian(FIELD + 1n)],
    ['y = p + 18, the greatest of 255 bits', false, littleEndian(2n ** 255n - 1n)],
    ['x = 0 with a sign', false, littleEndian(1n | (1n << 255n))],
    ['a y off the curve', false, littleEndian(2n)],
    ['31 bytes', false, PUBLIC.toBytes().subarray(1)],
    ['33 bytes', false, concat(PUBLIC.toBytes(), Uint8Array.of(0))],
  ])('%s: %s', (_, verdict, key) => expect(isValidPublicKey(key)).toBe(verdict));

  it('refuses y + p for every y that has a second encoding and lies on the curve', () => {
    const encodings = Array.from({ length: 19 }, (_, y) => littleEndian(FIELD + BigInt(y)));
    expect(encodings.filter(isValidPublicKey)).toEqual([]);
  });
});

describe('signing', () => {
  it('gives plain byte arrays, on every platform', () => {
    for (const [, implementation] of implementations)
      expect(implementation.sign(SEED, MESSAGE).constructor).toBe(Uint8Array);
  });

  it('takes the native implementation where there is one', () => {
    expect(native).toBeDefined();
    expect(ed25519).toBe(native);
  });
});

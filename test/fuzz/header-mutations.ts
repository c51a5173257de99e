import { signParticle, type Particle } from '../../peer/index.ts';
import { idOf, NAMES, signer } from '../support/cast.ts';
import type { Chance } from './chance.ts';

/** A particle on its way, whose fields anybody can write. */
export type Header = { -readonly [Field in keyof Particle]: Particle[Field] };

export const NOW_MS = 1_700_000_000_000;

type HeaderMutation = (header: Header, chance: Chance, other: Particle) => void;

const setting =
  (field: keyof Header, values: readonly unknown[]): HeaderMutation =>
  (header, chance) =>
    void Object.assign(header, { [field]: chance.of(values) });

const WRONG_TYPES = [undefined, null, 1, 'x', '', [], {}, true, NaN];

export const HEADER_MUTATIONS: Readonly<Record<string, HeaderMutation>> = {
  'id: another': setting('id', ['p2', 'x'.repeat(256), 'a.b:c-d_e', '0']),
  'id: none': setting('id', [
    '',
    'x'.repeat(257),
    'a b',
    'é',
    'a/b',
    'a\n',
    '\u0000',
    '__proto__ ',
    '\ud800',
  ]),
  'init peer: another': (header, chance) => void (header.initPeerId = idOf(chance.of(NAMES))),
  'init peer: none': setting('initPeerId', [
    '',
    'x',
    '1'.repeat(52),
    '12D3KooW'.padEnd(52, 'x'),
    'é'.repeat(52),
    'x'.repeat(100_000),
  ]),
  'timestamp: another': setting('timestamp', [
    0,
    1,
    NOW_MS - 90_000_000,
    NOW_MS - 8_000,
    NOW_MS - 1,
    NOW_MS + 1,
    NOW_MS + 60_000,
    NOW_MS + 60_001,
    2 ** 53 - 1,
  ]),
  'timestamp: none': setting('timestamp', [-1, 1.5, NaN, Infinity, 2 ** 53, '1', -0]),
  'ttl: another': setting('ttl', [0, 1, 86_400_000, 86_400_001, 2 ** 32 - 1]),
  'ttl: none': setting('ttl', [-1, 0.5, 2 ** 32, NaN, '7000']),
  'script: another': setting('script', ['(null)', '', ' ', '(', 'x'.repeat(4000), '\ufeff(null)']),
  'script: no text': setting('script', ['\ud800', '(null)\udfff', 7, null]),
  'script: too large': setting('script', ['x'.repeat(5001)]),
  'data: another': (header, chance) => void (header.data = chance.bytes(chance.below(100))),
  'data: too large': setting('data', [new Uint8Array(5001)]),
  'signature: another': (header, chance) =>
    void (header.signature = chance.bytes(chance.of([64, 64, 0, 63, 65, 128]))),
  'signature: a bit': ({ signature }, chance) => {
    const at = chance.below(signature.length || 1);
    signature[at] = (signature[at] ?? 0) ^ (1 << chance.below(8));
  },
  'signature: of another particle': (header, _, other) => void (header.signature = other.signature),
  'signature: with a greater S': header => void (header.signature = plusOrder(header.signature)),
  'fields: some of another particle': (header, chance, other) => {
    const field = chance.of(['id', 'initPeerId', 'timestamp', 'ttl', 'script', 'signature', 'data'] as const);
    Object.assign(header, { [field]: other[field] });
  },
  'fields: one of another type': (header, chance) => {
    Object.assign(header, { [chance.of(Object.keys(header))]: chance.of(WRONG_TYPES) });
  },
  'fields: one left out': (header, chance) =>
    void Reflect.deleteProperty(header, chance.of(Object.keys(header))),
  // The signed bytes put id, numbers and script one after the other: where one ends is not in them.
  'fields: cut at another place': (header, chance) => {
    const bytes = messageOf(header);
    const length = header.id.length + chance.of([-2, -1, 1, 2]);
    const view = new DataView(bytes.buffer);
    if (length < 1 || length + 12 > bytes.length) return;
    header.id = new TextDecoder().decode(bytes.subarray(0, length));
    header.timestamp = Number(view.getBigUint64(length, true));
    header.ttl = view.getUint32(length + 8, true);
    header.script = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(length + 12));
  },
  'signed anew by mallory': header => {
    try {
      Object.assign(header, signParticle(signer('mallory'), header), { data: header.data });
    } catch {
      // Fields that cannot be signed stay as they are.
    }
  },
};

function messageOf({ id, timestamp, ttl, script }: Header): Uint8Array<ArrayBuffer> {
  const time = new DataView(new ArrayBuffer(12));
  if (Number.isSafeInteger(timestamp) && timestamp >= 0) time.setBigUint64(0, BigInt(timestamp), true);
  time.setUint32(8, ttl, true);
  const encoder = new TextEncoder();
  const parts = [encoder.encode(String(id)), new Uint8Array(time.buffer), encoder.encode(String(script))];
  return Uint8Array.from(parts.flatMap(part => [...part]));
}

/** The same signature with S + L instead of S: the other spelling that lax verifiers take. */
function plusOrder(signature: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(signature);
  let carry = 0n;
  for (let i = 0; i < 32; i++) {
    const sum = BigInt(changed[32 + i] ?? 0) + ((ORDER >> BigInt(8 * i)) & 0xffn) + carry;
    changed[32 + i] = Number(sum & 0xffn);
    carry = sum >> 8n;
  }
  return changed;
}
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

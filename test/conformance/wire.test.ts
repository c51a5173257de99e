import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../base/bytes.ts';
import {
  decodeAnswer,
  decodeParticle,
  encodeAnswer,
  encodeParticle,
  signParticle,
  WireError,
  type HopAnswer,
} from '../../peer/index.ts';
import { signRefusal } from '../../peer/refusal.ts';
import { idOf, signer } from '../support/cast.ts';

const FILE = join(import.meta.dirname, 'vectors/wire.json');
const header = { id: 'p-1', timestamp: 1_700_000_000_000, ttl: 7000, script: '(call "ü" ("a" "b") [] x)' };
const particle = signParticle(signer('alice'), header);
const parties = { by: idOf('bob'), to: idOf('alice'), particleSignature: particle.signature };
const said = { code: 'ERR_PARTICLE_DENIED', message: 'no – ☹' };
const refusal = signRefusal(signer('bob'), {
  ...said,
  to: parties.to,
  particleSignature: particle.signature,
  atMs: 7,
});

const particles = [particle, { ...particle, data: Uint8Array.of(1, 2, 3) }];
const answers: HopAnswer[] = [
  { status: 'accepted' },
  { status: 'busy', code: 'ERR_PARTICLE_PEER_BUSY', message: 'full' },
  { status: 'refused', ...said, refusal: undefined },
  { status: 'refused', ...said, refusal },
];

const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;
const plain = <T extends object>(value: T) =>
  JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? toHex(part) : part)),
  ) as T;

describe('the wire', () => {
  it('encodes as the vectors say', async () => {
    const vectors = {
      particles: particles.map(one => ({ bytes: toHex(encodeParticle(one)), ...plain(one) })),
      answers: answers.map(one => ({ bytes: toHex(encodeAnswer(one)), ...plain(one) })),
    };
    await expect(`${JSON.stringify(vectors, null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it('reads what it wrote', () => {
    for (const one of particles) expect(decodeParticle(encodeParticle(one))).toEqual(one);
    for (const one of answers) expect(decodeAnswer(encodeAnswer(one), parties)).toEqual(one);
  });

  it('is CBOR as another library writes it', () => {
    const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, { bytes: string }[]>;
    for (const { bytes } of Object.values(vectors).flat())
      expect(toHex(encode(decode(bytesOf(bytes)), rfc8949EncodeOptions))).toBe(bytes);
  });

  const codeOf = (bytes: Uint8Array): string => {
    for (const read of [() => decodeParticle(bytes), () => decodeAnswer(bytes, parties)]) {
      try {
        read();
      } catch (failure) {
        if (!(failure instanceof WireError)) throw failure;
        if (failure.code !== 'ERR_WIRE_FORMAT') return failure.code;
        continue;
      }
      return 'read';
    }
    return 'ERR_WIRE_FORMAT';
  };

  const { id, initPeerId, timestamp, ttl, script, signature, data } = particle;
  it.each([
    ['nothing', Uint8Array.of(), 'ERR_WIRE_FORMAT'],
    [
      'another version',
      encode(['beryl/particle/2', id, initPeerId, timestamp, ttl, script, signature, data]),
      'ERR_WIRE_FORMAT',
    ],
    [
      'a field too few',
      encode(['beryl/particle/1', id, initPeerId, timestamp, ttl, script, signature]),
      'ERR_WIRE_FORMAT',
    ],
    [
      'an empty id',
      encode(['beryl/particle/1', '', initPeerId, timestamp, ttl, script, signature, data]),
      'ERR_WIRE_FIELD',
    ],
    [
      'a short signature',
      encode(['beryl/particle/1', id, initPeerId, timestamp, ttl, script, data, data]),
      'ERR_WIRE_FIELD',
    ],
    [
      'a negative time',
      encode(['beryl/particle/1', id, initPeerId, -1, ttl, script, signature, data]),
      'ERR_WIRE_FIELD',
    ],
    ['bytes behind the end', Uint8Array.of(...encodeParticle(particle), 0), 'ERR_WIRE_FIELD'],
    ['accepted with a message', encode(['beryl/answer/1', 0, '', 'x', 0, data]), 'ERR_WIRE_FIELD'],
    ['a status that does not exist', encode(['beryl/answer/1', 3, '', '', 0, data]), 'ERR_WIRE_FIELD'],
    [
      'a refusal of half a signature',
      encode(['beryl/answer/1', 2, 'c', 'm', 1, signature.slice(0, 32)]),
      'ERR_WIRE_FIELD',
    ],
    ['a long code', encode(['beryl/answer/1', 1, 'c'.repeat(65), 'm', 0, data]), 'ERR_WIRE_FIELD'],
  ])('refuses %s', (_, bytes, code) => expect(codeOf(bytes)).toBe(code));

  it('refuses every change of a byte, or reads another particle', () => {
    const bytes = encodeParticle(particle);
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ 1;
      try {
        expect(plain(decodeParticle(changed))).not.toEqual(plain(particle));
      } catch (failure) {
        expect(failure).toBeInstanceOf(WireError);
      }
    }
  });

  it('refuses texts that are not Unicode before they travel', () => {
    expect(() => encodeParticle({ ...particle, script: '\ud800' })).toThrow(TypeError);
  });
});

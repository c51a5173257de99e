import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { decode, encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { concat, fromBase58, fromHex, toHex, utf8 } from '../../base/bytes.ts';
import { EnvelopeError, routeOf, sealFrame, splitFrame, verifyEnvelope } from '../../peer/index.ts';
import { idOf, signer } from '../support/cast.ts';

const FILE = join(import.meta.dirname, 'vectors/envelope.json');
const TIME = { iatMs: 1_700_000_000_000, expMs: 1_700_000_030_000 };
const cases = [
  { kind: 'particle', subject: new Uint8Array(64).fill(3), payload: utf8('a particle') },
  { kind: 'answer', subject: new Uint8Array(32).fill(4), payload: new Uint8Array(0) },
] as const;
const frames = cases.map(({ kind, subject, payload }, i) => {
  const route = routeOf(idOf('bob'), kind, subject);
  return sealFrame(signer('alice'), payload, { route, nonce: new Uint8Array(16).fill(i), ...TIME });
});
const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

interface Vector {
  readonly frame: string;
  readonly envelope: string;
  readonly payload: string;
  readonly route: string;
  readonly origin: string;
  readonly iatMs: number;
  readonly expMs: number;
}

describe('envelopes', () => {
  it('are as the vectors say', async () => {
    const vectors = frames.map(frame => {
      const { envelope, payload } = splitFrame(frame);
      const { nonce, payloadHash, ...claims } = verifyEnvelope(envelope, payload);
      const hex = {
        envelope: toHex(envelope),
        payload: toHex(payload),
        nonce: toHex(nonce),
        payloadHash: toHex(payloadHash),
      };
      return { frame: toHex(frame), ...hex, ...claims };
    });
    await expect(`${JSON.stringify(vectors, null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it('are verified by other libraries', () => {
    for (const vector of JSON.parse(readFileSync(FILE, 'utf8')) as Vector[]) {
      const [envelope, payload] = decode(bytesOf(vector.frame)) as [Uint8Array, Uint8Array];
      expect(toHex(envelope)).toBe(vector.envelope);
      const fields = decode(envelope) as [
        string,
        string,
        string,
        Uint8Array,
        number,
        number,
        Uint8Array,
        Uint8Array,
      ];
      expect(fields.slice(0, 3)).toEqual(['beryl/envelope/1', vector.route, vector.origin]);
      expect([fields[4], fields[5]]).toEqual([vector.iatMs, vector.expMs]);
      expect(toHex(fields[3])).toBe(createHash('sha256').update(payload).digest('hex'));
      const signed = concat(utf8('beryl/envelope/1\n'), encode(fields.slice(0, 7)));
      const raw = (fromBase58(vector.origin) as Uint8Array).slice(6);
      const key = createPublicKey({
        key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
        format: 'der',
        type: 'spki',
      });
      expect(verify(null, signed, key, fields[7])).toBe(true);
    }
  });

  it.each(frames.map((frame, i) => [cases[i]?.kind, frame] as const))(
    '%s: no byte can be changed',
    (_, frame) => {
      const { envelope, payload } = splitFrame(frame);
      for (let i = 0; i < envelope.length; i++) {
        const changed = envelope.slice();
        changed[i] = (changed[i] as number) ^ 1;
        expect(() => verifyEnvelope(changed, payload)).toThrow(EnvelopeError);
      }
      expect(() => verifyEnvelope(envelope, utf8('another'))).toThrow(
        expect.objectContaining({ code: 'ERR_ENVELOPE_PAYLOAD' }) as Error,
      );
    },
  );
});

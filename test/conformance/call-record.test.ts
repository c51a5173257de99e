import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { decodeData, execute, particleMessage, type RunInput } from '../../interpreter/index.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';

const FILE = join(import.meta.dirname, 'vectors/call-record.json');
const SCRIPT = withIds(`(seq
  (par (call "alice" ("s" "one") ["x" 1.0] a) (par (call "alice" ("s" "two") [] b) (call "alice" ("s" "fails") [] c)))
  (seq (call "alice" ("s" "three") [a b] list) (fold list i (seq (call "bob" ("s" "item") [i]) (next i)))))`);

interface RecordVector {
  record: string;
  leaf: string;
  args: string[];
  argsHash: string;
  response: string;
  responseHash: string;
}
interface Vectors {
  particle: {
    id: string;
    initPeerId: string;
    timestamp: number;
    ttl: number;
    script: string;
    message: string;
    signature: string;
  };
  keys: Record<string, { seed: string; publicKey: string; peerId: string }>;
  logs: {
    peer: string;
    count: number;
    records: RecordVector[];
    root: string;
    headInput: string;
    head: string;
    signature: string;
  }[];
  data: { peer: string; hex: string }[];
}

/** The vectors as this implementation makes them: alice runs four times, then bob once. */
function make(): Vectors {
  const header = { id: 'vectors', timestamp: 1_700_000_000_000, ttl: 7000, script: SCRIPT };
  const particleSignature = signer('alice').sign(particleMessage(header));
  const run = (
    name: string,
    prevData: Uint8Array,
    currentData: Uint8Array,
    results: [number, number, string][],
  ) => {
    const input: RunInput = {
      air: SCRIPT,
      prevData,
      currentData,
      callResults: new Map(results.map(([id, retCode, resultJson]) => [id, { retCode, resultJson }])),
      params: {
        initPeerId: idOf('alice'),
        currentPeerId: idOf(name),
        secretKey: seedOf(name),
        timestamp: header.timestamp,
        ttl: header.ttl,
        particleId: header.id,
        particleSignature,
      },
    };
    return execute(input).data;
  };
  const none = new Uint8Array(0);
  const asked = run('alice', none, none, []);
  const three = run('alice', asked, none, [
    [1, 0, '{"b":[1.0,"é"],"a":18446744073709551615}'],
    [2, 0, 'null'],
    [3, 5, 'plain text'],
  ]);
  const alice = run('alice', three, none, [[4, 0, '["p","q"]']]);
  const bobAsked = run('bob', none, alice, []);
  const bob = run('bob', bobAsked, none, [[1, 0, 'true']]);
  const data = decodeData(bob, particleSignature, 'vector');
  const args: Record<string, string[]> = {
    one: ['"x"', '1.0'],
    two: [],
    fails: [],
    three: ['{"a":18446744073709551615,"b":[1.0,"é"]}', 'null'],
    item: ['"p"'],
  };
  const responses: Record<string, string> = { item: 'true' };
  return {
    particle: {
      ...header,
      initPeerId: idOf('alice'),
      message: toHex(particleMessage(header)),
      signature: toHex(particleSignature),
    },
    keys: Object.fromEntries(
      ['alice', 'bob'].map(name => [
        name,
        { seed: toHex(seedOf(name)), publicKey: toHex(publicKey(idOf(name))), peerId: idOf(name) },
      ]),
    ),
    logs: [decodeData(three, particleSignature, 'vector'), data].flatMap(({ logs }) =>
      [...logs.values()].map(log => {
        const records = log.records.map(({ bytes, record }) => ({
          record: toHex(bytes),
          leaf: hash(Buffer.concat([Buffer.of(0), bytes])),
          args: args[record.functionName] as string[],
          argsHash: record.argsHash,
          response: responses[record.functionName] ?? (data.values.get(record.responseHash)?.text as string),
          responseHash: record.responseHash,
        }));
        const root = treeHash(records.map(({ leaf }) => Buffer.from(leaf, 'hex'))).toString('hex');
        const headInput = headBytes(particleSignature, log.peerId, log.count, root).toString('hex');
        return {
          peer: log.peerId === idOf('alice') ? 'alice' : 'bob',
          count: log.count,
          records,
          root,
          headInput,
          head: toHex(log.head),
          signature: toHex(log.signature),
        };
      }),
    ),
    data: [
      { peer: 'alice', hex: toHex(alice) },
      { peer: 'bob', hex: toHex(bob) },
    ],
  };
}

const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const publicKey = (peerId: string): Uint8Array => {
  // base58 by hand: what follows the six bytes of the prefix is the key.
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const number = [...peerId].reduce((sum, character) => sum * 58n + BigInt(alphabet.indexOf(character)), 0n);
  return Buffer.from(number.toString(16).padStart(76, '0'), 'hex').subarray(6);
};

/** RFC 6962, word for word. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const node = [Buffer.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k))];
  return createHash('sha256').update(Buffer.concat(node)).digest();
}

function headBytes(particleSignature: Uint8Array, peerId: string, count: number, root: string): Buffer {
  const counted = Buffer.alloc(8);
  counted.writeBigUInt64BE(BigInt(count));
  return Buffer.concat([
    Buffer.from('beryl/log/2'),
    particleSignature,
    Buffer.from(peerId),
    counted,
    Buffer.from(root, 'hex'),
  ]);
}

describe('call record vectors', () => {
  const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors;

  it('are what this implementation makes', async () => {
    await expect(`${JSON.stringify(make(), null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it('hold for another one: hashes, CBOR and signatures by other libraries', () => {
    const { particle, keys, logs } = vectors;
    const key = (name: string) =>
      createPublicKey({
        key: {
          kty: 'OKP',
          crv: 'Ed25519',
          x: Buffer.from(keys[name]?.publicKey ?? '', 'hex').toString('base64url'),
        },
        format: 'jwk',
      });
    expect(
      verify(
        null,
        Buffer.from(particle.message, 'hex'),
        key('alice'),
        Buffer.from(particle.signature, 'hex'),
      ),
    ).toBe(true);
    expect(logs.map(({ peer, count }) => [peer, count])).toEqual([
      ['alice', 3],
      ['alice', 4],
      ['bob', 1],
    ]);
    expect(logs[1]?.records.slice(0, 3)).toEqual(logs[0]?.records);
    for (const log of logs) {
      for (const record of log.records) {
        const bytes = Buffer.from(record.record, 'hex');
        const fields = decode(bytes) as unknown[];
        expect(Buffer.from(encode(fields, rfc8949EncodeOptions))).toEqual(bytes);
        const argsHash = hash(Buffer.from(record.args.map(hash).join(''), 'hex'));
        expect(Buffer.from(fields[5] as Uint8Array).toString('hex')).toBe(argsHash);
        expect(Buffer.from(fields[7] as Uint8Array).toString('hex')).toBe(hash(record.response));
        expect(fields[8]).toEqual([]);
        expect(hash(Buffer.concat([Buffer.of(0), bytes]))).toBe(record.leaf);
        expect([record.argsHash, record.responseHash]).toEqual([argsHash, hash(record.response)]);
      }
      const leaves = log.records.map(({ leaf }) => Buffer.from(leaf, 'hex'));
      expect(leaves).toHaveLength(log.count);
      expect(treeHash(leaves).toString('hex')).toBe(log.root);
      const input = headBytes(
        Buffer.from(particle.signature, 'hex'),
        keys[log.peer]?.peerId ?? '',
        log.count,
        log.root,
      );
      expect(input.toString('hex')).toBe(log.headInput);
      expect(hash(input)).toBe(log.head);
      expect(
        verify(null, Buffer.from(log.head, 'hex'), key(log.peer), Buffer.from(log.signature, 'hex')),
      ).toBe(true);
    }
  });

  it('decode as data', () => {
    for (const { hex } of vectors.data) {
      const [version, , peers] = decode(Buffer.from(hex, 'hex')) as [number, number, string[]];
      expect(version).toBe(2);
      expect(peers[0]).toMatch(/^12D3KooW/);
    }
  });
});

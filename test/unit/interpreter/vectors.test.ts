import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../base/bytes.ts';
import {
  decodeData,
  encodeData,
  execute,
  particleMessage,
  peerIdOf,
  signerOf,
} from '../../../interpreter/index.ts';
import { idOf, seedOf, signer, withIds } from '../../support/cast.ts';

// What the specification shows, made and checked twice: with node:crypto and cborg alone, as another implementation would, and
// with our own code.

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const VECTOR_FILE = read('test/conformance/vectors/call-record.json');
const vectors = JSON.parse(VECTOR_FILE) as {
  particle: {
    id: string;
    timestamp: number;
    ttl: number;
    script: string;
    message: string;
    signature: string;
  };
  keys: Record<string, { seed: string; publicKey: string; peerId: string }>;
  logs: { peer: string; head: string; signature: string }[];
};

/** The part of a document under one heading of the second level. */
const section = (path: string, title: string): string =>
  read(path)
    .split(/^## /m)
    .find(part => part.startsWith(`${title}\n`)) ?? '';

/** The hex of an annotated block: comments and white space are for people. */
const hexOf = (block: string): string => block.replaceAll(/;.*$/gm, '').replaceAll(/\s/g, '');

describe('with node:crypto and cborg alone', () => {
  it.each(['alice', 'bob'])('%s: seed, public key and peer id follow from the name', name => {
    const seed = sha256(name);
    const publicKey = rawPublicKey(privateKey(seed));
    expect({ seed: seed.toString('hex'), publicKey: publicKey.toString('hex') }).toEqual({
      seed: vectors.keys[name]?.seed,
      publicKey: vectors.keys[name]?.publicKey,
    });
    expect(peerIdByHand(publicKey)).toBe(vectors.keys[name]?.peerId);
  });

  it('the particle: message and signature follow from the header', () => {
    const { id, timestamp, ttl, script, message, signature } = vectors.particle;
    const bytes = messageByHand(id, timestamp, ttl, script);
    expect(bytes.toString('hex')).toBe(message);
    expect(sign(null, bytes, privateKey(sha256('alice'))).toString('hex')).toBe(signature);
  });

  it('the logs: signatures follow from heads and seeds', () => {
    for (const { peer, head, signature } of vectors.logs) {
      expect(sign(null, Buffer.from(head, 'hex'), privateKey(sha256(peer))).toString('hex')).toBe(signature);
    }
  });

  it('the data of the two hops: one record, whose hashes, head and signature hold', () => {
    const [version, lastRequestId, peers, states, logs, values] = decode(
      Buffer.from(twoHopsHex(), 'hex'),
    ) as [number, number, string[], unknown[], [number, Uint8Array[], Uint8Array][], Uint8Array[]];
    const bob = rawPublicKey(privateKey(sha256('bob')));
    const bobId = peerIdByHand(bob);
    expect({ version, lastRequestId, peers, states }).toEqual({
      version: 2,
      lastRequestId: 1,
      peers: [bobId],
      states: [
        [0, [2, []], 0],
        [0, [1, []], 0],
      ],
    });
    expect(values.map(value => Buffer.from(value).toString())).toEqual(['"hi"']);
    expect(logs).toHaveLength(1);
    const [[peer, records, signature]] = logs as [[number, Uint8Array[], Uint8Array]];
    expect(peer).toBe(0);
    const valueHash = sha256('"hi"');
    expect(records.map(record => decode(record))).toEqual([
      [2, 0, [1, []], 'op', 'identity', bytesOf(sha256(valueHash)), 0, bytesOf(valueHash), []],
    ]);
    const count = Buffer.alloc(8);
    count.writeBigUInt64BE(1n);
    const message = messageByHand(TWO_HOPS.id, TWO_HOPS.timestamp, TWO_HOPS.ttl, TWO_HOPS.script);
    const head = sha256(
      Buffer.concat([
        Buffer.from('beryl/log/2'),
        sign(null, message, privateKey(sha256('alice'))),
        Buffer.from(bobId),
        count,
        sha256(Buffer.concat([Buffer.of(0), records[0] as Uint8Array])),
      ]),
    );
    expect(verify(null, head, createPublicKey(privateKey(sha256('bob'))), signature)).toBe(true);
  });
});

describe('with our own code', () => {
  it.each(['alice', 'bob'])('%s: seed, public key and peer id', name => {
    const { seed = '', publicKey = '', peerId } = vectors.keys[name] ?? {};
    expect(toHex(seedOf(name))).toBe(seed);
    expect(signerOf(fromHex(seed) as Uint8Array).peerId).toBe(peerId);
    expect(peerIdOf(fromHex(publicKey) as Uint8Array)).toBe(peerId);
  });

  it('the data of the two hops is what bob makes', () => {
    const none = new Uint8Array(0);
    const fromAlice = run('alice', none, none);
    const asked = run('bob', none, fromAlice);
    const data = run('bob', asked, none, '"hi"');
    expect(toHex(data)).toBe(twoHopsHex());
    expect(toHex(encodeData(decodeData(data, particleSignature(), 'vector')))).toBe(twoHopsHex());
  });
});

describe('documents', () => {
  it('call-record.md shows nothing but what is in the vector file', () => {
    const text = section('docs/spec/call-record.md', 'Test vectors');
    const blocks = [...text.matchAll(/```text\n([^`]+)```/g)].map(([, block = '']) => hexOf(block));
    const quoted = [...text.matchAll(/`([0-9a-f]{64,})`/g)].map(([, hex = '']) => hex);
    expect([blocks.length, quoted.length]).toEqual([2, 28]);
    expect([...blocks, ...quoted].filter(hex => !VECTOR_FILE.includes(`"${hex}"`))).toEqual([]);
  });
});

const TWO_HOPS = {
  id: 'two-hops',
  timestamp: 1_700_000_000_000,
  ttl: 7000,
  script: withIds('(seq (call "bob" ("op" "identity") ["hi"] x) (call "alice" ("out" "show") [x]))'),
};

function twoHopsHex(): string {
  const [, block = ''] = /```text\n([^`]+)```/.exec(section('docs/spec/data.md', 'Example')) ?? [];
  return hexOf(block);
}

function particleSignature(): Uint8Array {
  return signer('alice').sign(particleMessage(TWO_HOPS));
}

function run(name: string, prevData: Uint8Array, currentData: Uint8Array, result?: string): Uint8Array {
  const { id, timestamp, ttl, script } = TWO_HOPS;
  const outcome = execute({
    air: script,
    prevData,
    currentData,
    callResults: new Map(result === undefined ? [] : [[1, { retCode: 0, resultJson: result }]]),
    params: {
      initPeerId: idOf('alice'),
      currentPeerId: idOf(name),
      secretKey: seedOf(name),
      timestamp,
      ttl,
      particleId: id,
      particleSignature: particleSignature(),
    },
  });
  expect(outcome.errorMessage).toBe('');
  return outcome.data;
}

function sha256(bytes: Uint8Array | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** As cborg gives byte strings. */
function bytesOf(buffer: Buffer): Uint8Array {
  return Uint8Array.from(buffer);
}

/** RFC 8410: the fixed beginning of an Ed25519 key in PKCS #8, then the seed. */
function privateKey(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** Base58 of `00 24 08 01 12 20` and the key. The first byte is 0: one leading `1`. */
function peerIdByHand(publicKey: Buffer): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = BigInt(`0x2408011220${publicKey.toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = `${alphabet[Number(number % 58n)]}${text}`;
  return `1${text}`;
}

function messageByHand(id: string, timestamp: number, ttl: number, script: string): Buffer {
  const time = Buffer.alloc(12);
  time.writeBigUInt64LE(BigInt(timestamp));
  time.writeUInt32LE(ttl, 8);
  return Buffer.concat([Buffer.from('beryl/particle/2'), Buffer.from(id), time, Buffer.from(script)]);
}

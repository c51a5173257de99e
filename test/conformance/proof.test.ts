import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../base/bytes.ts';
import {
  decodeData,
  exportProof,
  verifyProof,
  type ProofClaims,
  type ProofError,
} from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import {
  ADD,
  posted,
  proofOf,
  proofOfOtherArguments,
  PUBLISH,
  put,
  recordsOf,
  take,
  type Parts,
} from '../support/proof-parts.ts';
import { SignedBench } from '../support/signed-bench.ts';

const FILE = join(import.meta.dirname, 'vectors/proof.json');

interface Vectors {
  proofs: { name: string; proof: string; claims: ProofClaims }[];
  refused: { name: string; code: string; bytes: string }[];
}

/** A canon of two elements of a stream, and a fold over it. */
function folded(): SignedBench {
  const bench = new SignedBench(
    `(seq (par (call "bob" ("s" "a") [] $s) (call "bob" ("s" "b") [] $s))
      (seq (canon "bob" $s #c) (seq (fold #c i (seq (call "bob" ("s" "item") [i #c.length]) (next i))) (null))))`,
    { particleId: 'proofs', init: 'bob' },
  );
  bench.run('bob');
  bench.run('bob', { results: { 1: '"p"', 2: '"q"' } });
  bench.run('bob', { results: { 3: 'true' } });
  bench.run('bob', { results: { 4: 'false' } });
  return bench;
}

function make(): Vectors {
  const bench = folded();
  const { logs } = decodeData(bench.data('bob'), bench.particle.signature, 'test');
  const site = logs.get(idOf('bob'))?.records.at(-1)?.record.site.key as string;
  const inFold = exportProof(bench.data('bob'), bench.particle, { peerId: idOf('bob'), site }).proof;
  const proofs: [string, Uint8Array][] = [
    ['needed values only: a note is sealed', proofOf(posted(), ADD, 'needed')],
    ['with the values of the call', proofOf(posted())],
    ['with all values', proofOf(posted(), PUBLISH, 'all')],
    ['in a fold over a canon', inFold],
  ];
  const honest = (proofs[0] as [string, Uint8Array])[1];
  const changed = (change: (parts: Parts) => void): Uint8Array => {
    const parts = take(honest);
    change(parts);
    return put(parts);
  };
  const refused: [string, Uint8Array][] = [
    ['cut off', honest.subarray(0, honest.length - 1)],
    [
      'of another version',
      encode(['beryl/proof/2', ...(decode(honest) as unknown[]).slice(1)], rfc8949EncodeOptions),
    ],
    ['of another script', changed(({ particle }) => (particle[4] = `${particle[4] as string} `))],
    ['with an altered value', changed(({ data }) => (data[5] = [utf8('{"is_admin":false,"since":2019}')]))],
    ['with a foreign value', changed(({ data }) => void data[5].push(utf8('"foreign"')))],
    ['without a record', changed(({ data }) => void recordsOf(data).pop())],
    ['without a value that the script looks into', changed(({ data }) => (data[5] = []))],
    ['of a site that the script does not have', changed(parts => (parts.site = '77'))],
    ['of other arguments than the script gives', proofOfOtherArguments()],
    ['of another peer', changed(parts => (parts.peerId = idOf('bob')))],
  ];
  return {
    proofs: proofs.map(([name, bytes]) => ({ name, proof: toHex(bytes), claims: verifyProof(bytes) })),
    refused: refused.map(([name, bytes]) => ({ name, code: codeOf(bytes), bytes: toHex(bytes) })),
  };
}

function codeOf(bytes: Uint8Array): string {
  try {
    verifyProof(bytes);
    return '';
  } catch (failure) {
    return (failure as ProofError).code;
  }
}

describe('proof vectors', () => {
  const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors;
  const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

  it('are what this implementation makes', async () => {
    await expect(`${JSON.stringify(make(), null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it.each(vectors.proofs)('hold: $name', ({ proof, claims }) => {
    // Claims that are sealed are not in JSON.
    expect(JSON.parse(JSON.stringify(verifyProof(bytesOf(proof))))).toEqual(claims);
  });

  it.each(vectors.proofs)(
    'a reader of CBOR finds the values that are not sealed: $name',
    ({ proof, claims }) => {
      const { data, particle } = take(bytesOf(proof));
      expect(put(take(bytesOf(proof)))).toEqual(bytesOf(proof));
      const hashes = data[5].map(bytes => createHash('sha256').update(bytes).digest('hex'));
      expect(hashes.filter(hash => claims.sealed.includes(hash))).toEqual([]);
      expect(particle[4]).toBe(claims.script);
      for (const { valueJson, valueHash } of claims.origins)
        if (valueJson !== undefined)
          expect(createHash('sha256').update(valueJson).digest('hex')).toBe(valueHash);
    },
  );

  it.each(vectors.refused)('refused with $code: $name', ({ bytes, code }) => {
    expect(codeOf(bytesOf(bytes))).toBe(code);
    expect(code).toMatch(/^ERR_PROOF_/);
  });

  it('every kind of refusal is among them', () => {
    // Size would need 256 MiB; unknown is of the export.
    expect([...new Set(vectors.refused.map(({ code }) => code))].toSorted()).toEqual([
      'ERR_PROOF_DATA',
      'ERR_PROOF_MALFORMED',
      'ERR_PROOF_PARTICLE',
      'ERR_PROOF_RUN',
      'ERR_PROOF_SEALED',
      'ERR_PROOF_UNREACHED',
      'ERR_PROOF_VERSION',
    ]);
  });
});

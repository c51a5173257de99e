import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../base/bytes.ts';
import {
  decodeData,
  exportProof,
  ProofError,
  verifyProof,
  type ProofClaims,
} from '../../interpreter/index.ts';
import { idOf, signer } from '../support/cast.ts';
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
import { codeOf } from '../support/code-of.ts';

// Goal:    a stranger believes that a call of carol had other arguments, or that they came from somebody else.
// Means:   mallory holds an honest proof, all public values, her own key; she changes bytes and mixes parts of proofs.
// Refused: by verifyProof, each kind with its code.

const refusalOf = (act: () => unknown): string => codeOf(ProofError, act);

let honest: Uint8Array;
let claims: ProofClaims;
beforeAll(() => {
  honest = proofOf(posted(), ADD, 'needed');
  claims = verifyProof(honest);
});
const forged = (change: (parts: Parts) => void): Uint8Array => {
  const parts = take(honest);
  change(parts);
  return put(parts);
};

describe('an honest proof', () => {
  it('honest twin: shows what the script looks into, and seals what it passes on', () => {
    expect(put(take(honest))).toEqual(new Uint8Array(honest));
    const [note, isAdmin] = claims.arguments.map(at => claims.origins[at]);
    expect(note).toMatchObject({ kind: 'service', tetraplet: { peerId: idOf('bob'), serviceId: 'notes' } });
    expect(note?.valueJson).toBeUndefined();
    expect(claims.sealed).toContain(note?.valueHash);
    expect(isAdmin).toMatchObject({ valueJson: 'true', tetraplet: { getter: '.$.is_admin' } });
    const [name] = note?.arguments ?? [];
    expect(claims.origins[name as number]).toMatchObject({ kind: 'literal', valueJson: '"n1"' });
    expect(Buffer.from(honest).includes('a private note')).toBe(false);
  });

  it('shows arguments and answer unless they are sealed', () => {
    const shown = verifyProof(proofOf(posted()));
    expect(shown.sealed).toEqual([]);
    expect(shown.valueJson).toBe('17');
    expect(shown.origins[shown.arguments[0] as number]?.valueJson).toBe('"a private note"');
  });

  it('names the call that it proves', () => {
    expect(verifyProof(proofOf(posted(), PUBLISH)).functionName).toBe('publish');
    expect(claims).toMatchObject({ functionName: 'add_post', site: ADD, peerId: idOf('carol') });
  });

  it('is not made of a call without answer, or of one that is not there', () => {
    expect(refusalOf(() => proofOf(posted(), '99'))).toBe('ERR_PROOF_UNKNOWN');
  });
});

describe('what an error register held, and what streams hold', () => {
  it('honest twin: a told argument is a hash, and the word of its peer alone', () => {
    const bench = new SignedBench(
      `(seq (ap "text" t) (xor (ap t.$.no n)
        (seq (call "bob" ("s" "f") ["x" %last_error%.$.peer_id] r) (call "carol" ("s" "use") [r]))))`,
    );
    bench.run('alice');
    bench.deliver('alice', 'bob');
    bench.run('bob', { results: { 1: '"done"' } });
    bench.deliver('bob', 'carol');
    bench.run('carol', { results: { 1: '1' } });
    const { logs } = decodeData(bench.data('carol'), bench.particle.signature, 'test');
    const site = logs.get(idOf('carol'))?.at(0).record.site.key as string;
    const { claims: found } = exportProof(
      bench.data('carol'),
      bench.particle,
      { peerId: idOf('carol'), site },
      { show: 'all' },
    );
    const result = found.origins[found.arguments[0] as number];
    const told = found.origins[result?.arguments[1] as number];
    expect(told).toMatchObject({ kind: 'error', toldBy: idOf('bob'), arguments: [] });
    expect(told?.valueHash).toMatch(/^[0-9a-f]{64}$/);
    expect(told?.valueJson).toBeUndefined();
  });
});

describe('mallory changes a proof', () => {
  it('every changed bit: refused, or the claims are the same', () => {
    const unsigned = new Set<number>();
    for (let bit = 0; bit < honest.length * 8; bit += 3) {
      const changed = honest.with(bit >> 3, (honest[bit >> 3] as number) ^ (1 << (bit & 7)));
      let found: ProofClaims | undefined;
      if (refusalOf(() => (found = verifyProof(changed))) !== '') continue;
      expect(found).toEqual(claims);
      unsigned.add(bit >> 3);
    }
    // Generations of streams, and the unsigned number of the last request.
    expect(unsigned.size).toBeLessThan(2);
  });

  it('truncated at any byte, or with a byte more', () => {
    for (let size = 0; size < honest.length; size++)
      expect(refusalOf(() => verifyProof(honest.subarray(0, size)))).not.toBe('');
    expect(refusalOf(() => verifyProof(concat(honest, Uint8Array.of(0))))).toBe('ERR_PROOF_MALFORMED');
  });

  it.each<[name: string, code: string, change: (parts: Parts) => void]>([
    [
      'an altered value',
      'ERR_PROOF_DATA',
      ({ data }) => (data[5][0] = utf8('{"is_admin":false,"since":2019}')),
    ],
    [
      'a value in other spelling',
      'ERR_PROOF_DATA',
      ({ data }) => (data[5][0] = utf8('{"since":2019,"is_admin":true}')),
    ],
    ['a value that no record names', 'ERR_PROOF_DATA', ({ data }) => data[5].push(utf8('"foreign"'))],
    ['a needed value left out', 'ERR_PROOF_SEALED', ({ data }) => (data[5] = [])],
    ['a record dropped', 'ERR_PROOF_DATA', ({ data }) => recordsOf(data).pop()],
    ['two records swapped', 'ERR_PROOF_DATA', ({ data }) => recordsOf(data).unshift(recordsOf(data).pop())],
    [
      'a log left out, and its values',
      'ERR_PROOF_UNREACHED',
      ({ data }) => void (data[4].shift(), (data[5] = [])),
    ],
    [
      'another script',
      'ERR_PROOF_PARTICLE',
      ({ particle }) => (particle[4] = (particle[4] as string).replace('n1', 'n2')),
    ],
    ['another init peer', 'ERR_PROOF_PARTICLE', ({ particle }) => (particle[1] = idOf('mallory'))],
    [
      'a script under mallory’s signature',
      'ERR_PROOF_PARTICLE',
      parts => (parts.particle[5] = signer('mallory').sign(utf8('x'))),
    ],
    ['a call that this peer has not made', 'ERR_PROOF_UNREACHED', parts => (parts.peerId = idOf('bob'))],
    ['a site that the script does not have', 'ERR_PROOF_UNREACHED', parts => (parts.site = '77')],
    ['another version', 'ERR_PROOF_VERSION', () => undefined],
  ])('%s: %s', (name, code, change) => {
    let bytes = forged(change);
    if (name === 'another version')
      bytes = encode(['beryl/proof/2', ...(decode(honest) as unknown[]).slice(1)], rfc8949EncodeOptions);
    expect(refusalOf(() => verifyProof(bytes))).toBe(code);
  });

  it('presents the proof of one call as that of another: it names the other, with its own arguments', () => {
    const turned = forged(parts => (parts.site = PUBLISH));
    expect(verifyProof(turned)).toMatchObject({ functionName: 'publish', site: PUBLISH });
  });

  it('signs, as carol, that the call had other arguments: the script says what they were', () => {
    expect(refusalOf(() => verifyProof(proofOfOtherArguments()))).toBe('ERR_PROOF_RUN');
  });

  it('takes the logs of another particle', () => {
    const other = take(proofOf(posted({ particleId: 'p2' }), ADD, 'needed'));
    expect(refusalOf(() => verifyProof(forged(parts => (parts.data = other.data))))).toBe('ERR_PROOF_DATA');
  });

  it('gives the sealed value of another particle: no record names it', () => {
    const other = take(proofOf(posted({ note: '"another note"' })));
    const foreign = other.data[5].find(bytes => Buffer.from(bytes).includes('another note')) as Uint8Array;
    expect(refusalOf(() => verifyProof(forged(({ data }) => data[5].push(foreign))))).toBe('ERR_PROOF_DATA');
  });

  it('opens the sealed value with its true content: that is what an honest full proof is', () => {
    const full = forged(({ data }) => void data[5].push(utf8('"a private note"')));
    expect(verifyProof(full).sealed).not.toContain(claims.origins[claims.arguments[0] as number]?.valueHash);
  });
});

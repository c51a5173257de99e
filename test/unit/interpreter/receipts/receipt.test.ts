import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeData,
  exportEquivocation,
  exportReceipt,
  particleMessage,
  ReceiptError,
  verifyEquivocation,
  verifyReceipt,
  type RecordReference,
  type SignedParticle,
} from '../../../../interpreter/index.ts';
import { verifySignedParticle } from '../../../../interpreter/receipts/signed-particle.ts';
import { atInstruction, Forgery } from '../../../support/forge.ts';
import { idOf, signer } from '../../../support/cast.ts';
import { answeredMany } from '../../../support/receipt-parts.ts';
import { SignedBench } from '../../../support/signed-bench.ts';
import { codeOf as codeOfError } from '../../../support/code-of.ts';

const answered = (count: number): SignedBench => answeredMany(count, ' "x"');

const codeOf = (act: () => unknown): string => codeOfError(ReceiptError, act);

const site = (index: number): RecordReference => ({ peerId: idOf('alice'), site: String(2 * index + 1) });

describe('exportReceipt and verifyReceipt', () => {
  it('a receipt names the peer, the result, the call, its site, and the init peer', () => {
    const bench = answered(3);
    const receipt = exportReceipt(bench.data('alice'), bench.particle, site(1), { argumentsJson: '[1,"x"]' });
    const record = decodeData(bench.data('alice'), bench.particleSignature, 'test').logs.get(idOf('alice'))
      ?.records[1]?.record;
    expect(verifyReceipt(receipt)).toEqual({
      particleId: 'p1',
      initPeerId: idOf('alice'),
      timestamp: 1111,
      ttl: 2222,
      script: bench.air,
      kind: 'call',
      site: '3',
      peerId: idOf('alice'),
      serviceId: 's',
      functionName: 'f1',
      argsHash: record?.argsHash,
      outcome: 'ok',
      responseHash: record?.responseHash,
      told: [],
      index: 1,
      size: 3,
      record: expect.stringMatching(/^[0-9a-f]{64}$/),
      valueJson: '{"answer":1}',
      argumentsJson: '[1,"x"]',
    });
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 9])('of each record of a log of %i', count => {
    const bench = answered(count);
    for (let i = 0; i < count; i++) {
      const receipt = exportReceipt(bench.data('alice'), bench.particle, site(i));
      expect(verifyReceipt(receipt)).toMatchObject({ functionName: `f${i}`, valueJson: `{"answer":${i}}` });
    }
  });

  it('of a record of a later run, from what another peer knows', () => {
    const bench = new SignedBench(
      `(seq (call "alice" ("s" "f") [] a) (seq (call "alice" ("s" "g") [a] b) (call "bob" ("s" "h") [b])))`,
    );
    bench.run('alice');
    bench.run('alice', { results: { 1: '1' } });
    bench.run('alice', { results: { 2: '2' } });
    bench.deliver('alice', 'bob');
    const receipt = exportReceipt(bench.data('bob'), bench.particle, { peerId: idOf('alice'), site: '3' });
    expect(verifyReceipt(receipt)).toMatchObject({ functionName: 'g', valueJson: '2' });
  });

  it('of a failure, which is code and message', () => {
    const bench = new SignedBench(`(call "alice" ("s" "f") [])`);
    bench.run('alice');
    bench.run('alice', { results: { 1: { retCode: 7, resultJson: '"no"' } } });
    const receipt = exportReceipt(bench.data('alice'), bench.particle, { peerId: idOf('alice'), site: '0' });
    const claims = verifyReceipt(receipt);
    expect(claims.outcome).toBe('failed');
    expect(JSON.parse(claims.valueJson ?? '')).toEqual([7, expect.stringContaining('no')]);
  });

  it('of a canon', () => {
    const bench = new SignedBench(`(seq (ap 1 $s) (canon "alice" $s #c))`);
    bench.run('alice');
    const receipt = exportReceipt(bench.data('alice'), bench.particle, { peerId: idOf('alice'), site: '2' });
    expect(verifyReceipt(receipt)).toMatchObject({ kind: 'canon', serviceId: '', functionName: '' });
  });

  it('finds a record by the hash that origins name', () => {
    const bench = answered(3);
    const { record } = verifyReceipt(exportReceipt(bench.data('alice'), bench.particle, site(2)));
    expect(exportReceipt(bench.data('alice'), bench.particle, { record })).toEqual(
      exportReceipt(bench.data('alice'), bench.particle, site(2)),
    );
  });

  it('leaves value and arguments out, and does not claim them', () => {
    const bench = answered(1);
    const claims = verifyReceipt(
      exportReceipt(bench.data('alice'), bench.particle, site(0), { withValue: false }),
    );
    expect(claims.valueJson).toBeUndefined();
    expect(claims.argumentsJson).toBeUndefined();
    expect(claims.responseHash).toHaveLength(64);
  });

  it('makes nothing that does not verify', () => {
    const bench = answered(2);
    const take = (particle: SignedParticle, name = site(0), argumentsJson?: string) =>
      codeOf(() =>
        exportReceipt(bench.data('alice'), particle, name, {
          ...(argumentsJson !== undefined && { argumentsJson }),
        }),
      );
    const other = new SignedBench(bench.air, { particleId: 'p2' });
    expect(take(bench.particle)).toBe('');
    expect(take(bench.particle, site(9))).toBe('ERR_RECEIPT_UNKNOWN');
    expect(take(bench.particle, { record: '00' })).toBe('ERR_RECEIPT_UNKNOWN');
    expect(take(bench.particle, site(0), '[0,"y"]')).toBe('ERR_RECEIPT_ARGUMENTS');
    expect(take({ ...bench.particle, id: 'p2' })).toBe('ERR_RECEIPT_PARTICLE_SIGNATURE');
    expect(take(other.particle)).toBe('ERR_RECEIPT_SIGNATURE');
  });

  it('any bytes give claims or a ReceiptError', () => {
    const receipt = exportReceipt(answered(3).data('alice'), answered(3).particle, site(1));
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.nat(receipt.length), fc.uint8Array({ maxLength: 8 }), fc.nat(20))
        .map(([at, bytes, skip]) =>
          Uint8Array.from([...receipt.subarray(0, at), ...bytes, ...receipt.subarray(at + skip)]),
        ),
    );
    fc.assert(
      fc.property(anything, bytes => {
        codeOf(() => verifyReceipt(bytes));
        codeOf(() => verifyEquivocation(bytes));
      }),
      { seed: 20261124, numRuns: 2000 },
    );
    for (let length = 0; length < receipt.length; length++) {
      expect(codeOf(() => verifyReceipt(receipt.subarray(0, length)))).toBe('ERR_RECEIPT_MALFORMED');
    }
  });

  it('refuses more than 256 MiB unread', () => {
    const bytes = new Uint8Array(256 * 1024 * 1024 + 1);
    expect(() => verifyReceipt(bytes)).toThrow(expect.objectContaining({ code: 'ERR_RECEIPT_SIZE' }));
    expect(() => verifyReceipt(bytes.subarray(1))).toThrow(
      expect.objectContaining({ code: 'ERR_RECEIPT_MALFORMED' }),
    );
  });

  it('distinguishes another version, evidence, and other files', () => {
    const bench = answered(1);
    const receipt = exportReceipt(bench.data('alice'), bench.particle, site(0));
    const text = Buffer.from(receipt).toString('latin1');
    const as = (name: string) => Buffer.from(text.replace('beryl/receipt/2', name), 'latin1');
    expect(codeOf(() => verifyReceipt(as('beryl/receipt/1')))).toBe('ERR_RECEIPT_VERSION');
    expect(codeOf(() => verifyReceipt(as('beryl/reseipt/2')))).toBe('ERR_RECEIPT_MALFORMED');
    expect(codeOf(() => verifyReceipt(as('beryl/receipt/x')))).toBe('ERR_RECEIPT_MALFORMED');
    expect(codeOf(() => verifyEquivocation(receipt))).toBe('ERR_RECEIPT_MALFORMED');
    expect(codeOf(() => verifyReceipt(bench.data('alice')))).toBe('ERR_RECEIPT_MALFORMED');
    expect(() => verifyReceipt('text' as never)).toThrow(TypeError);
  });
});

describe('a particle’s signature', () => {
  const sign = (header: Omit<SignedParticle, 'initPeerId' | 'signature'>): SignedParticle => ({
    ...header,
    initPeerId: idOf('mallory'),
    signature: signer('mallory').sign(particleMessage(header)),
  });
  const verdict = (particle: SignedParticle) => codeOf(() => verifySignedParticle(particle));

  it.each<[name: string, code: string, header: Parameters<typeof sign>[0]]>([
    ['a particle of today', '', { id: 'p1', timestamp: 1_790_000_000_000, ttl: 7000, script: '(null)' }],
    ['of the beginning of time', '', { id: 'p1', timestamp: 0, ttl: 7000, script: '\n  ; why\n ( null)' }],
    [
      'of the end of time',
      '',
      { id: 'p', timestamp: Number.MAX_SAFE_INTEGER, ttl: 0xffff_ffff, script: '(null)' },
    ],
    ['an id of 257', 'ERR_RECEIPT_PARTICLE', { id: 'x'.repeat(257), timestamp: 0, ttl: 0, script: '(null)' }],
    ['an id with a blank', 'ERR_RECEIPT_PARTICLE', { id: 'a b', timestamp: 0, ttl: 0, script: '(null)' }],
    ['no script', 'ERR_RECEIPT_PARTICLE', { id: 'p1', timestamp: 0, ttl: 0, script: '' }],
    ['a comment only', 'ERR_RECEIPT_PARTICLE', { id: 'p1', timestamp: 0, ttl: 0, script: '; (null)' }],
  ])('%s: %s', (_, code, header) => expect(verdict(sign(header))).toBe(code));

  it('counts for one particle only: of two with the same signed bytes, for the one with the shorter id', () => {
    // The last character of the longer id is the first byte of the shorter one's timestamp.
    const long = { id: 'idA', timestamp: 0x0163_4567_89ab, ttl: 0x0a00_1234, script: '(null)' };
    const short = {
      id: 'id',
      timestamp: long.timestamp * 256 + 0x41,
      ttl: 0x0012_3400,
      script: '\n(null)',
    };
    expect(particleMessage(short)).toEqual(particleMessage(long));
    expect(verdict(sign(short))).toBe('');
    expect(verdict(sign(long))).toBe('ERR_RECEIPT_PARTICLE');
  });

  it('is of a key', () => {
    const particle = sign({ id: 'p1', timestamp: 0, ttl: 0, script: '(null)' });
    expect(verdict({ ...particle, initPeerId: 'nobody' })).toBe('ERR_RECEIPT_KEY');
    expect(verdict({ ...particle, initPeerId: idOf('bob') })).toBe('ERR_RECEIPT_PARTICLE_SIGNATURE');
  });
});

describe('evidence of equivocation', () => {
  const SCRIPT = `(seq (call "mallory" ("s" "vote") [] v) (seq (call "mallory" ("s" "why") [] w) (call "bob" ("s" "got") [v])))`;

  function votes(...answers: string[]): SignedBench {
    const bench = new SignedBench(SCRIPT);
    bench.run('mallory');
    for (const [i, answer] of answers.entries()) bench.run('mallory', { results: { [i + 1]: answer } });
    return bench;
  }
  const evidenceOf = (...benches: SignedBench[]) =>
    exportEquivocation(
      benches.map(bench => bench.data('mallory')),
      (benches[0] as SignedBench).particle,
    );

  it('two answers for one site', () => {
    const evidence = evidenceOf(votes('"yes"'), votes('"no"')) as Uint8Array;
    const claims = verifyEquivocation(evidence);
    expect(claims).toMatchObject({ peerId: idOf('mallory'), conflict: 'site', particleId: 'p1' });
    expect(claims.statements.map(({ site: at, functionName }) => [at, functionName])).toEqual([
      ['1', 'vote'],
      ['1', 'vote'],
    ]);
    expect(claims.statements[0].responseHash).not.toBe(claims.statements[1].responseHash);
  });

  it('two records of one site inside one log', () => {
    const bench = votes('"yes"');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const record = forgery.record('mallory');
    forgery.sign('mallory', [record, { ...record, responseHash: '11'.repeat(32) }]);
    const evidence = exportEquivocation([forgery.bytes], bench.particle) as Uint8Array;
    expect(verifyEquivocation(evidence).conflict).toBe('site');
  });

  it('a record at another place, although its content is the same', () => {
    const bench = votes('"yes"', '"because"');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const [first, second] = [forgery.record('mallory', 0), forgery.record('mallory', 1)];
    forgery.sign('mallory', [second, first]);
    const evidence = exportEquivocation([bench.data('mallory'), forgery.bytes], bench.particle) as Uint8Array;
    const claims = verifyEquivocation(evidence);
    expect(claims.conflict).toBe('site');
    expect(claims.statements[0].record).toBe(claims.statements[1].record);
    expect(claims.statements[0].index).not.toBe(claims.statements[1].index);
  });

  it('two records at one place, of two sites', () => {
    const bench = votes('"yes"', '"because"');
    const forgery = new Forgery(bench, bench.data('mallory'));
    const record = forgery.record('mallory', 1);
    forgery.sign('mallory', [forgery.record('mallory', 0), { ...record, site: atInstruction(9) }]);
    const evidence = exportEquivocation([bench.data('mallory'), forgery.bytes], bench.particle) as Uint8Array;
    const claims = verifyEquivocation(evidence);
    expect(claims.conflict).toBe('history');
    expect(claims.statements.map(({ index }) => index)).toEqual([1, 1]);
    expect(claims.statements[0].head).not.toBe(claims.statements[1].head);
  });

  it('is found for any order of three logs, the shortest of which begins both others', () => {
    const [none, yes, no] = [votes('"yes"'), votes('"yes"', '"a"'), votes('"yes"', '"b"')];
    for (const benches of [
      [none, yes, no],
      [yes, none, no],
      [no, yes, none],
    ])
      expect(verifyEquivocation(evidenceOf(...benches) as Uint8Array).conflict).toBe('site');
  });

  it('an older part of a log is not evidence', () => {
    expect(evidenceOf(votes('"yes"'), votes('"yes"', '"because"'))).toBeUndefined();
    expect(evidenceOf(votes('"yes"', '"because"'), votes('"yes"'), votes())).toBeUndefined();
  });

  it('records that a carrier forged in her name are not evidence, and hide none', () => {
    const forgery = new Forgery(votes('"yes"'), votes('"yes"').data('mallory'));
    forgery.sign('mallory', [{ ...forgery.record('mallory'), responseHash: '11'.repeat(32) }], 'bob');
    const { particle } = votes();
    const [yes, no] = [votes('"yes"').data('mallory'), votes('"no"').data('mallory')] as const;
    expect(exportEquivocation([forgery.bytes, yes], particle)).toBeUndefined();
    expect(
      verifyEquivocation(exportEquivocation([forgery.bytes, yes, no], particle) as Uint8Array),
    ).toBeDefined();
  });

  it('is taken of one particle: another one’s data gives none', () => {
    const other = new SignedBench(SCRIPT, { particleId: 'p2' });
    other.run('mallory');
    other.run('mallory', { results: { 1: '"no"' } });
    expect(
      exportEquivocation([votes('"yes"').data('mallory'), other.data('mallory')], votes().particle),
    ).toBeUndefined();
  });

  it('needs a particle that its init peer signed', () => {
    const particle = { ...votes().particle, id: 'p' };
    expect(
      codeOf(() => exportEquivocation([votes('1').data('mallory'), votes('2').data('mallory')], particle)),
    ).toBe('ERR_RECEIPT_PARTICLE_SIGNATURE');
  });
});

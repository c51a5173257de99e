import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource, replay, verifyRecordings } from '../../audit/index.ts';
import { fromHex, toHex, utf8 } from '../../base/bytes.ts';
import {
  decodeData,
  encodeData,
  execute,
  RetCode,
  verifyEquivocation,
  verifyProof,
  verifyReceipt,
} from '../../interpreter/index.ts';
import { idOf, seedOf } from '../support/cast.ts';
import { RECORDER } from '../support/recording.ts';
import { fixtures, type Fixtures } from './fixtures.ts';

const NEWEST = 'version-2.json';
const files = readdirSync(import.meta.dirname).filter(name => name.endsWith('.json'));
const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;
/** As it stands in a file: what is `undefined` is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('what this release writes is the newest version, to the byte', async () => {
  await expect(`${JSON.stringify(await fixtures(), null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, NEWEST),
  );
});

describe.each(files)('%s', file => {
  const { data, receipts, evidence, proofs, recordings } = JSON.parse(
    readFileSync(join(import.meta.dirname, file), 'utf8'),
  ) as Fixtures;

  it('has something of each kind', () => {
    for (const list of [data, receipts, evidence, proofs, recordings]) expect(list.length).toBeGreaterThan(0);
  });

  it.each(data)('data is read, verified and used: $name', fixture => {
    const bytes = bytesOf(fixture.bytes);
    const particleSignature = bytesOf(fixture.particleSignature);
    const outcome = execute({
      air: fixture.script,
      prevData: new Uint8Array(0),
      currentData: bytes,
      callResults: new Map(),
      params: {
        initPeerId: idOf('alice'),
        currentPeerId: fixture.peer,
        secretKey: seedOf('carol'),
        timestamp: 1111,
        ttl: 2222,
        particleId: 'p1',
        particleSignature,
      },
    });
    expect(outcome).toMatchObject({ retCode: RetCode.success, errorMessage: '' });
    expect([...outcome.callRequests.values()].map(({ argumentsJson }) => argumentsJson)).toEqual(
      fixture.arguments,
    );
    expect(fixture.arguments.length).toBeGreaterThan(0);
    if (file === NEWEST)
      expect(toHex(encodeData(decodeData(bytes, particleSignature, 'fixture')))).toBe(fixture.bytes);
  });

  it.each(receipts)('a receipt proves what it proved', ({ bytes, claims }) =>
    expect(plain(verifyReceipt(bytesOf(bytes)))).toEqual(claims),
  );

  it.each(evidence)('evidence convicts the same peers as before', ({ bytes, claims }) =>
    expect(plain(verifyEquivocation(bytesOf(bytes)))).toEqual(claims),
  );

  it.each(proofs)('a proof proves what it proved', ({ bytes, claims }) =>
    expect(plain(verifyProof(bytesOf(bytes)))).toEqual(claims),
  );

  it.each(recordings)('a recording is verified, and runs again to the same bytes', ({ text, runs }) => {
    const source = memorySource(utf8(text));
    expect(replay(source)).toMatchObject({ equal: true, runs });
    const trust = { peers: new Map(), recorders: [RECORDER.peerId] };
    expect(verifyRecordings([source], { trust }).recordings).toMatchObject([
      { content: 'unknown-key', completeness: 'complete' },
    ]);
  });
});

import { beforeAll, expect, test } from 'vitest';
import { memorySource, verifyFile, type FileSigner } from '../../audit/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { sha256, signerOf } from '../../interpreter/index.ts';
import { Forgery, RECORDER, recordWorld, TRUST } from '../support/recording.ts';

// Goal:    another recorder is held to account for a recording.
// Means:   a trusted recorder signs it, and the file names the other one, whom the auditor trusts, too.
// Refused: by the verification of files, which names the keys that have signed.
const OTHER = signerOf(sha256('other recorder'));
let honest: string;
beforeAll(async () => {
  honest = await recordWorld();
});

function recordersOf(text: string, recorders: readonly string[]): readonly FileSigner[] {
  const { verdict, signers } = verifyFile(memorySource(utf8(text)), { trust: { ...TRUST, recorders } });
  expect(verdict).toBe(recorders.length > 0 ? 'valid' : 'unproven');
  return signers.filter(({ role }) => role === 'recorder');
}
const BOTH = [RECORDER.peerId, OTHER.peerId];

test('a recorder who names another one is shown as the signer', () => {
  const text = new Forgery(honest).resign(OTHER).text;
  expect(recordersOf(text, BOTH)).toEqual([{ role: 'recorder', peerId: OTHER.peerId, name: OTHER.peerId }]);
});

test('the honest twin: a recorder who names itself; for an auditor who trusts neither, a name that proves nothing', () => {
  const own = { role: 'recorder', peerId: RECORDER.peerId };
  expect(recordersOf(honest, BOTH)).toEqual([{ ...own, name: RECORDER.peerId }]);
  expect(recordersOf(honest, [])).toEqual([{ ...own, name: null }]);
});

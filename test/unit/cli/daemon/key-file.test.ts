import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newSecrets, passphraseOf, readKeyFile, writeKeyFile } from '../../../../cli/daemon/key-file.ts';
import { toHex } from '../../../../base/bytes.ts';
import { signerOf } from '../../../../interpreter/index.ts';
import { folderOf } from '../../../support/cli.ts';

const wrong = (message: RegExp) =>
  expect.objectContaining({
    code: 'ERR_CLI_KEY',
    message: expect.stringMatching(message) as string,
  }) as Error;
const place = (): string => join(folderOf({}), 'peer.key');

describe('a key file', () => {
  it('is readable by its owner only, and gives back what was written', () => {
    const [path, secrets] = [place(), newSecrets()];
    writeKeyFile(path, secrets, {});
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = readKeyFile(path);
    expect([file.peerId, file.isEncrypted]).toEqual([signerOf(secrets.seed).peerId, false]);
    expect(file.open(undefined)).toEqual(secrets);
  });

  it('is not written over', () => {
    const path = place();
    writeKeyFile(path, newSecrets(), {});
    expect(() => writeKeyFile(path, newSecrets(), {})).toThrow(wrong(/exists already/));
    const other = newSecrets();
    writeKeyFile(path, other, { isReplaced: true });
    expect([readKeyFile(path).open(undefined), statSync(path).mode & 0o777]).toEqual([other, 0o600]);
  });

  it('with a passphrase holds no secret in plain, and opens with that passphrase only', () => {
    const [path, secrets] = [place(), newSecrets()];
    writeKeyFile(path, secrets, { passphrase: 'correct horse' });
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(toHex(secrets.seed));
    const file = readKeyFile(path);
    expect(file.isEncrypted).toBe(true);
    expect(file.open('correct horse')).toEqual(secrets);
    expect(() => file.open('wrong')).toThrow(wrong(/passphrase is wrong/));
    expect(() => file.open(undefined)).toThrow(wrong(/BERYL_PASSPHRASE/));
    // The peer id is under the seal: a file cannot be passed off as another peer's.
    const other = signerOf(newSecrets().seed).peerId;
    writeFileSync(path, text.replace(file.peerId, other), { mode: 0o600 });
    expect(() => readKeyFile(path).open('correct horse')).toThrow(wrong(/passphrase is wrong/));
  });

  it('that others may read is refused', () => {
    const path = place();
    writeKeyFile(path, newSecrets(), {});
    chmodSync(path, 0o644);
    expect(() => readKeyFile(path)).toThrow(wrong(/chmod 600/));
  });

  it.each([
    ['no JSON', 'key'],
    ['another format', '{"format": "beryl/key/2"}'],
    [
      'secrets of another peer',
      JSON.stringify({
        format: 'beryl/key/1',
        peerId: signerOf(newSecrets().seed).peerId,
        identity: ['AA=='],
        secrets: { seed: '11'.repeat(32), nextSeed: '22'.repeat(32) },
      }),
    ],
  ])('with %s is refused', (_, text) => {
    const path = place();
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => readKeyFile(path).open(undefined)).toThrow(wrong(/key file/));
  });

  it('takes the passphrase from the environment, or from a file', () => {
    const file = join(folderOf({ phrase: 'secret\n' }), 'phrase');
    expect(passphraseOf({})).toBeUndefined();
    expect(passphraseOf({ BERYL_PASSPHRASE: 'a' })).toBe('a');
    expect(passphraseOf({ BERYL_PASSPHRASE_FILE: file })).toBe('secret');
  });
});

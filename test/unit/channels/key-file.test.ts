import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keyFile, scryptVault } from '../../../channels/index.ts';
import { createKeyService } from '../../../services/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-key-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of keys', () => {
  it('is empty at first, keeps what was saved last, and only its owner reads it', async () => {
    const path = join(folder, 'keys');
    const file = keyFile(path);
    expect(await file.load()).toBeUndefined();
    await file.save(Uint8Array.of(1, 2));
    await file.save(Uint8Array.of(3));
    expect([...((await keyFile(path).load()) ?? [])]).toEqual([3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keys']);
  });

  it('keeps the keys of a key service under a pass phrase', async () => {
    const store = keyFile(join(folder, 'service'));
    const vault = scryptVault('correct horse battery', { cost: 1024 });
    const keys = await createKeyService({ store, vault });
    await keys.confirm('a', (await keys.next('a')).id);
    expect((await createKeyService({ store, vault })).status('a')).toEqual(keys.status('a'));
    const other = scryptVault('another pass phrase', { cost: 1024 });
    await expect(createKeyService({ store, vault: other })).rejects.toMatchObject({
      code: 'ERR_CHANNEL_KEPT_KEYS',
    });
  });

  it('reports what is not a file of keys', async () => {
    const path = join(folder, 'large');
    await keyFile(path).save(Uint8Array.of(1));
    truncateSync(path, 5 * 1024 * 1024);
    await expect(keyFile(path).load()).rejects.toThrow('too large');
    await expect(keyFile(folder).load()).rejects.toThrow('EISDIR');
    expect(() => keyFile('')).toThrow(TypeError);
  });
});

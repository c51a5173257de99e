import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyStore } from '../services/index.ts';

/** A key file holds some kilobytes. */
const SIZE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Keeps sealed keys in a file that only its owner can read. It is replaced as a whole: a crash leaves the old one or the new one.
 *
 * @example const store = keyFile('/var/lib/beryl/channel-keys');
 */
export function keyFile(path: string): KeyStore {
  if (typeof path !== 'string' || path === '') throw new TypeError('keyFile: expected the path of a file');
  return {
    async load() {
      try {
        const bytes = await readFile(path);
        if (bytes.length > SIZE_MAX_BYTES) throw new TypeError(`\`${path}\` is too large for a file of keys`);
        return bytes;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(sealed) {
      const next = `${path}.new`;
      await written(next, sealed);
      await rename(next, path);
      await synced(dirname(path));
    },
  };
}

async function written(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the new name of the file survives a crash, too. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

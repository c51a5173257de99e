import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { fromBase64, fromHex, toBase64, toHex } from '../../base/bytes.ts';
import { printable } from '../../base/printable.ts';
import { signerOf, type Signer } from '../../interpreter/index.ts';
import { signHostBinding } from '../../peer/index.ts';
import { CliError } from '../errors.ts';
import { readText } from '../files.ts';

const FORMAT = 'beryl/host-key/1';
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  host: z.string(),
  peerId: z.string(),
  seed: z.string(),
  binding: z.string(),
});
const DAY_MS = 24 * 60 * 60 * 1000;

/** A host's key, and what its peer has signed for it. */
export interface HostFile {
  readonly host: string;
  readonly hostKey: Uint8Array;
  readonly binding: Uint8Array;
}

/**
 * Makes a key for a host, has the peer bind it, and writes both: the key for the host only, the binding for the server.
 *
 * @throws {CliError} `ERR_CLI_KEY` if there is a file already.
 */
export async function writeHostFile(path: string, peer: Signer, days: number): Promise<HostFile> {
  const hostKey = new Uint8Array(randomBytes(32));
  const signer = signerOf(hostKey);
  const now = Date.now();
  const binding = await signHostBinding(peer, signer, { fromMs: now - DAY_MS, untilMs: now + days * DAY_MS });
  const host = signer.peerId;
  const content = {
    format: FORMAT,
    host,
    peerId: peer.peerId,
    seed: toHex(hostKey),
    binding: toBase64(binding),
  };
  try {
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    writeFileSync(`${path}.binding`, `${toBase64(binding)}\n`);
  } catch (cause) {
    const why = `cannot write \`${path}\`: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new CliError('ERR_CLI_KEY', printable(why), { path }, { cause });
  }
  return { host, hostKey, binding };
}

/** @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_KEY` if it is not the file of a host, or others may read it. */
export function readHostFile(path: string): HostFile {
  const text = readText(path, 'network');
  const { mode } = statSync(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw wrong(path, `others may read it (mode ${(mode & 0o777).toString(8)}): run \`chmod 600 ${path}\``);
  const parsed = fileSchema.safeParse(parse(text));
  const hostKey = parsed.success ? fromHex(parsed.data.seed) : undefined;
  const binding = parsed.success ? fromBase64(parsed.data.binding) : undefined;
  if (!parsed.success || hostKey?.length !== 32 || binding === undefined)
    throw wrong(path, 'it is not what `beryl bus host` writes');
  return { host: parsed.data.host, hostKey, binding };
}

/** @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_KEY`. */
export function readBinding(path: string): Uint8Array {
  const bytes = fromBase64(readText(path, 'network').trim());
  if (bytes === undefined) throw wrong(path, 'it is not the binding that `beryl bus host` writes');
  return bytes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const wrong = (path: string, why: string): CliError =>
  new CliError('ERR_CLI_KEY', printable(`\`${path}\` cannot be used for a host: ${why}`), { path });

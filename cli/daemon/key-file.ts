import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { chmodSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { fromHex, toBase64, toHex } from '../../base/bytes.ts';
import { duplicateKey, twiceText } from '../../base/duplicate-key.ts';
import { printable } from '../../base/printable.ts';
import { signerOf } from '../../interpreter/index.ts';
import { signInception } from '../../peer/index.ts';
import { CliError } from '../errors.ts';
import { readText } from '../files.ts';
import { reasonOf } from '../reasons.ts';

/** The secrets of a peer. */
export interface KeySecrets {
  /** 32 bytes: of the key that signs now. */
  readonly seed: Uint8Array;
  /** 32 bytes: of the key that follows at the next rotation. */
  readonly nextSeed: Uint8Array;
}

const FORMAT = 'beryl/key/1';
/** As OWASP advises for scrypt: 128 MiB of memory for each guess. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
const MEMORY_MAX_BYTES = 256 * 1024 * 1024;
const CIPHER = 'aes-256-gcm';

const hex = z.string().regex(/^([0-9a-f]{2})+$/);
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  peerId: z.string(),
  /** Statements of identity, base64: who followed whom. */
  identity: z.array(z.string()).min(1),
  secrets: z.union([
    z.strictObject({ seed: hex, nextSeed: hex }),
    z.strictObject({
      N: z.literal(COST.N),
      r: z.literal(COST.r),
      p: z.literal(COST.p),
      salt: hex,
      iv: hex,
      tag: hex,
      data: hex,
    }),
  ]),
});

/** What a key file shows without its passphrase. */
export interface KeyFile {
  readonly peerId: string;
  readonly identity: readonly string[];
  readonly isEncrypted: boolean;
  /** @throws {CliError} `ERR_CLI_KEY` if a passphrase is missing or wrong. */
  open(passphrase: string | undefined): KeySecrets;
}

/** The first statement of a name. */
const inceptionOf = ({ seed, nextSeed }: KeySecrets): string =>
  toBase64(signInception(signerOf(seed), signerOf(nextSeed).peerId, Date.now()));

export const newSecrets = (): KeySecrets => ({ seed: bytes(32), nextSeed: bytes(32) });

/**
 * Writes a key file that only its owner can read.
 *
 * @param passphrase Encrypts the secrets, by scrypt and AES-256-GCM.
 * @throws {CliError} `ERR_CLI_KEY` if there is a file already and `isReplaced` is not set.
 */
export function writeKeyFile(
  path: string,
  secrets: KeySecrets,
  {
    passphrase,
    identity = [inceptionOf(secrets)],
    isReplaced = false,
  }: { passphrase?: string | undefined; identity?: readonly string[]; isReplaced?: boolean },
): void {
  const { peerId } = signerOf(secrets.seed);
  const plain = { seed: toHex(secrets.seed), nextSeed: toHex(secrets.nextSeed) };
  const kept = passphrase === undefined ? plain : encrypted(JSON.stringify(plain), passphrase, peerId);
  const text = `${JSON.stringify({ format: FORMAT, peerId, identity, secrets: kept }, null, 2)}\n`;
  try {
    if (!isReplaced) {
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
      return;
    }
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    chmodSync(`${path}.new`, 0o600);
    renameSync(`${path}.new`, path);
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === 'EEXIST'
        ? 'it exists already, and is not written over'
        : reasonOf(cause);
    throw new CliError(
      'ERR_CLI_KEY',
      printable(`cannot write the key file \`${path}\`: ${why}`),
      { path },
      { cause },
    );
  }
}

/** @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_KEY` if it is not a key file, or others may read it. */
export function readKeyFile(path: string): KeyFile {
  const text = readText(path, 'network');
  const { mode } = statSync(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw wrong(path, `others may read it (mode ${(mode & 0o777).toString(8)}): run \`chmod 600 ${path}\``);
  const parsed = fileSchema.safeParse(parse(text, path));
  if (!parsed.success) throw wrong(path, `it is not a \`${FORMAT}\` file`);
  const { peerId, identity, secrets } = parsed.data;
  return {
    peerId,
    identity,
    isEncrypted: 'data' in secrets,
    open(passphrase) {
      const plain = 'data' in secrets ? decrypted(secrets, passphrase, path, peerId) : secrets;
      const [seed, nextSeed] = [fromHex(plain.seed), fromHex(plain.nextSeed)];
      if (seed?.length !== 32 || nextSeed?.length !== 32 || signerOf(seed).peerId !== peerId)
        throw wrong(path, 'its secrets are not those of its peer id');
      return { seed, nextSeed };
    },
  };
}

type Sealed = Extract<z.infer<typeof fileSchema>['secrets'], { data: string }>;

function encrypted(text: string, passphrase: string, peerId: string): Sealed {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv(CIPHER, keyOf(passphrase, salt), iv).setAAD(Buffer.from(peerId));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { ...COST, salt: toHex(salt), iv: toHex(iv), tag: toHex(cipher.getAuthTag()), data: toHex(data) };
}

function decrypted(
  { salt, iv, tag, data }: Sealed,
  passphrase: string | undefined,
  path: string,
  peerId: string,
): { seed: string; nextSeed: string } {
  if (passphrase === undefined)
    throw wrong(
      path,
      'it is encrypted: give the passphrase in BERYL_PASSPHRASE, or its file in BERYL_PASSPHRASE_FILE',
    );
  try {
    const key = keyOf(passphrase, Buffer.from(salt, 'hex'));
    const cipher = createDecipheriv(CIPHER, key, Buffer.from(iv, 'hex')).setAAD(Buffer.from(peerId));
    cipher.setAuthTag(Buffer.from(tag, 'hex'));
    const text = Buffer.concat([cipher.update(Buffer.from(data, 'hex')), cipher.final()]).toString('utf8');
    return JSON.parse(text) as { seed: string; nextSeed: string };
  } catch (cause) {
    throw new CliError(
      'ERR_CLI_KEY',
      printable(`\`${path}\`: the passphrase is wrong, or the file was changed`),
      { path },
      { cause },
    );
  }
}

const keyOf = (passphrase: string, salt: Uint8Array): Buffer =>
  scryptSync(passphrase.normalize('NFKC'), salt, 32, { ...COST, maxmem: MEMORY_MAX_BYTES });

/** The passphrase that the environment gives, if any. */
export function passphraseOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { BERYL_PASSPHRASE: text, BERYL_PASSPHRASE_FILE: file } = environment;
  if (text !== undefined && text !== '') return text;
  return file === undefined || file === '' ? undefined : readText(file, 'network').replace(/\r?\n$/, '');
}

function parse(text: string, path: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw wrong(path, 'it is not JSON');
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw wrong(path, twiceText(twice));
  return content;
}

const bytes = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

const wrong = (path: string, why: string): CliError =>
  new CliError('ERR_CLI_KEY', printable(`\`${path}\` cannot be used as a key file: ${why}`), { path });

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { checkOptions, isCount } from '../base/options.ts';
import { ChannelError, type KeyVault } from '../services/index.ts';

/** How much work a pass phrase costs: see RFC 7914. */
export interface ScryptOptions {
  /** A power of two. Left out: 2^17, which takes 128 MiB and some tenths of a second. */
  readonly cost?: number;
}

const MAGIC = Buffer.from('BKV1');
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HEAD_BYTES = MAGIC.length + 1 + SALT_BYTES + NONCE_BYTES;
const COST_BITS = 17;
const [COST_BITS_MIN, COST_BITS_MAX] = [10, 20];
const BLOCK_SIZE = 8;
const PASS_PHRASE_MIN = 12;

/**
 * Encrypts keys under a pass phrase: scrypt, then AES-256-GCM with a new salt and nonce each time.
 *
 * @param passPhrase At least 12 characters; not from the same file or folder as the keys.
 * @throws {TypeError} If the pass phrase is short, or the cost is not a power of two from 2^10 to 2^20.
 * @example const keys = await createKeyService({ store: keyFile('/var/lib/beryl/channels'), vault: scryptVault(passPhrase) });
 */
export function scryptVault(passPhrase: string, options: ScryptOptions = {}): KeyVault {
  checkOptions('scryptVault', options, { cost: isCount });
  if (typeof passPhrase !== 'string' || passPhrase.length < PASS_PHRASE_MIN)
    throw new TypeError(
      `scryptVault: the pass phrase must be a text of at least ${PASS_PHRASE_MIN} characters`,
    );
  const costBits = Math.log2(options.cost ?? 2 ** COST_BITS);
  if (!Number.isInteger(costBits) || costBits < COST_BITS_MIN || costBits > COST_BITS_MAX)
    throw new TypeError('scryptVault: `cost` must be a power of two from 2^10 to 2^20');
  return {
    async seal(plain) {
      const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
      const head = Buffer.concat([MAGIC, Uint8Array.of(costBits), salt, nonce]);
      const cipher = createCipheriv('aes-256-gcm', await keyOf(passPhrase, salt, costBits), nonce);
      cipher.setAAD(head);
      return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed);
      const head = bytes.subarray(0, HEAD_BYTES);
      const bits = head[MAGIC.length] ?? 0;
      const isOurs = bytes.length >= HEAD_BYTES + TAG_BYTES && head.subarray(0, MAGIC.length).equals(MAGIC);
      // The cost is read before anything is proven: a file of a stranger must not ask for all memory.
      if (!isOurs || bits < COST_BITS_MIN || bits > COST_BITS_MAX) throw refused();
      const salt = head.subarray(MAGIC.length + 1, MAGIC.length + 1 + SALT_BYTES);
      const nonce = head.subarray(MAGIC.length + 1 + SALT_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', await keyOf(passPhrase, salt, bits), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(head);
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch {
        throw refused();
      }
    },
  };
}

const refused = (): ChannelError =>
  new ChannelError('ERR_CHANNEL_KEPT_KEYS', 'the pass phrase is another one, or the file was changed');

function keyOf(passPhrase: string, salt: Uint8Array, costBits: number): Promise<Buffer> {
  const N = 2 ** costBits;
  const options = { N, r: BLOCK_SIZE, p: 1, maxmem: 2 * 128 * N * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    scrypt(passPhrase.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

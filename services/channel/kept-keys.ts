import { z } from 'zod';
import { fromHex, textOf, toHex, utf8 } from '../../base/bytes.ts';
import { messageOf, oneLine } from '../text.ts';
import { BOOTSTRAPS_MAX, CHANNELS_MAX, KEYS_MAX } from './limits.ts';
import { ChannelError } from './errors.ts';

/** Where sealed keys are kept: a file, a row of a database. */
export interface KeyStore {
  /** What was saved last; `undefined` if nothing was. */
  load(): Promise<Uint8Array | undefined>;
  /** Replaces it as a whole. Resolves when it would survive a crash. */
  save(sealed: Uint8Array): Promise<void>;
}

/** What encrypts keys before they are kept: a pass phrase (`scryptVault` of `beryl/channels`), or a key management service. */
export interface KeyVault {
  seal(plain: Uint8Array): Promise<Uint8Array>;
  /** Rejects for bytes that `seal` has not made, or that were changed since. */
  open(sealed: Uint8Array): Promise<Uint8Array>;
}

/** Both, or neither: keys are not kept in the clear. */
export interface Keeping {
  readonly store: KeyStore;
  readonly vault: KeyVault;
}

const hexOf = (bytes: number) =>
  z.string().transform((text, context) => {
    const read = fromHex(text);
    if (read?.length === bytes) return read;
    context.addIssue(`expected ${bytes} bytes as hex`);
    return z.NEVER;
  });
const ms = z.number().min(0);
const keyState = z.enum(['pending', 'current', 'retired']);

const keptKey = z.strictObject({
  id: hexOf(8),
  secret: hexOf(32),
  createdAtMs: ms,
  expiresAtMs: ms,
  state: keyState,
});
const keptBootstrap = z.strictObject({ id: hexOf(8), secret: hexOf(32), expiresAtMs: ms });
const keptChannel = z.strictObject({
  name: z.string().min(1),
  keys: z.array(keptKey).max(KEYS_MAX),
  bootstraps: z.array(keptBootstrap).max(BOOTSTRAPS_MAX),
});
const keptChannels = z.strictObject({
  format: z.literal('beryl/channel-keys/1'),
  channels: z.array(keptChannel).max(CHANNELS_MAX),
});
const keptServiceKey = z.strictObject({
  format: z.literal('beryl/service-key/1'),
  id: hexOf(8),
  secret: hexOf(32),
});

/** A key of a channel, as the key service keeps it. */
export type KeptKey = z.output<typeof keptKey>;
/** A one-time key that is not used yet. */
export type KeptBootstrap = z.output<typeof keptBootstrap>;
export type KeptChannel = z.output<typeof keptChannel>;
export type KeptServiceKey = Omit<z.output<typeof keptServiceKey>, 'format'>;

export const loadChannels = async (keeping: Keeping): Promise<readonly KeptChannel[]> =>
  (await load(keeping, keptChannels))?.channels ?? [];

export async function loadServiceKey(keeping: Keeping): Promise<KeptServiceKey | undefined> {
  const kept = await load(keeping, keptServiceKey);
  return kept && { id: kept.id, secret: kept.secret };
}

export const saveChannels = (keeping: Keeping, channels: readonly KeptChannel[]): Promise<void> =>
  save(keeping, { format: 'beryl/channel-keys/1', channels });

export const saveServiceKey = (keeping: Keeping, { id, secret }: KeptServiceKey): Promise<void> =>
  save(keeping, { format: 'beryl/service-key/1', id, secret });

async function save({ store, vault }: Keeping, value: object): Promise<void> {
  const text = JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? toHex(part) : part));
  await store.save(await vault.seal(utf8(text)));
}

async function load<T>({ store, vault }: Keeping, shape: z.ZodType<T>): Promise<T | undefined> {
  const sealed = await store.load();
  if (sealed === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(textOf(await vault.open(sealed)) ?? ''));
  } catch (cause) {
    // A mistake of the shape would quote what was read; that is left out.
    const what =
      cause instanceof z.ZodError || cause instanceof SyntaxError
        ? 'they have another form'
        : messageOf(cause);
    throw new ChannelError(
      'ERR_CHANNEL_KEPT_KEYS',
      `kept keys cannot be read: ${oneLine(what)}; give the pass phrase with which they were kept, or remove them and make new one-time keys`,
    );
  }
}

import { equalBytes, utf8Size } from '../../base/bytes.ts';
import { checkOptions, hasMethods, isFunction, isPositive, shown } from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import type { Clock } from '../clock.ts';
import { bootstrapText } from './bootstrap.ts';
import { KEY_BYTES, keyName } from './channel-key.ts';
import type { ChannelKey } from './channel-key.ts';
import { ChannelError } from './errors.ts';
import { KEY_ID_BYTES } from './frame.ts';
import { loadChannels, saveChannels } from './kept-keys.ts';
import type { Keeping, KeptBootstrap, KeptChannel, KeptKey, KeyStore, KeyVault } from './kept-keys.ts';
import { BOOTSTRAPS_MAX, CHANNELS_MAX, KEYS_MAX, NAME_BYTES_MAX } from './limits.ts';
import { systemClock, systemRandom } from './system.ts';

/** What {@link createKeyService} is given. */
export interface KeyServiceOptions {
  /** Where keys are kept over a restart. Needs `vault`. Left out: in memory only. */
  readonly store?: KeyStore;
  /** What encrypts them before they are kept: `scryptVault(…)` of `beryl/channels`, or a key management service. */
  readonly vault?: KeyVault;
  /** Life of a one-time key, milliseconds. Left out: a minute. */
  readonly bootstrapMs?: number;
  /** A key is replaced when it is so old, milliseconds. Left out: a day. */
  readonly rotateMs?: number;
  /** How long a replaced key still counts, milliseconds. Left out: five minutes. */
  readonly overlapMs?: number;
  /** No key counts for longer, milliseconds; a service that was away for so long needs a new one-time key. Left out: a week. */
  readonly lifeMs?: number;
  /** Left out: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Makes that many random bytes, of cryptographic quality. Left out: the platform's. */
  readonly random?: (count: number) => Uint8Array;
}

const OPTIONS: Shape<KeyServiceOptions> = {
  store: hasMethods('load', 'save'),
  vault: hasMethods('seal', 'open'),
  bootstrapMs: isPositive,
  rotateMs: isPositive,
  overlapMs: isPositive,
  lifeMs: isPositive,
  clock: hasMethods('now'),
  random: isFunction,
};
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A key of a channel without its secret. */
export interface KeyStatus {
  /** Hex. */
  readonly id: string;
  /** `pending`: made, and not yet taken by the service. `retired`: replaced, and still accepted for the time of the overlap. */
  readonly state: 'pending' | 'current' | 'retired';
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Makes, hands out, rotates and revokes the keys of channels. One serves all channels of a host. See {@link createKeyService}. */
export interface KeyService {
  /**
   * Makes a one-time key, with which a service asks for a key of the channel. It counts once, and for a short time. Hand it over in a way that
   * others cannot read: the first to use it counts as the service.
   *
   * @throws {ChannelError} `ERR_CHANNEL_BUSY` if too many one-time keys wait to be used.
   */
  invite(channel: string): Promise<string>;
  /** Has the key of a channel replaced: at once if the service is connected, else as soon as it is. */
  rotate(channel: string): Promise<void>;
  /** Makes all keys and one-time keys of a channel worthless, and ends its connections: for keys that may be stolen. */
  revoke(channel: string): Promise<void>;
  /** Keys that count now. */
  status(channel: string): readonly KeyStatus[];

  /** For channels: a key that counts now. */
  find(channel: string, keyId: Uint8Array): FoundKey | undefined;
  /** For channels: uses a one-time key up. Resolves with `false` if that has happened before. */
  redeem(channel: string, keyId: Uint8Array): Promise<boolean>;
  /** For channels: whether the key in use should be replaced. */
  isDue(channel: string): boolean;
  /** For channels: the key that replaces the one in use. */
  next(channel: string): Promise<ChannelKey>;
  /** For channels: the service has taken that key, or uses it. */
  confirm(channel: string, keyId: Uint8Array): Promise<void>;
  /** For channels: `listener` is called after `rotate` and `revoke`. Returns how to end that. */
  watch(channel: string, listener: () => void): () => void;
}

/** A key that counts now, and what it may be used for: a one-time key gets a key of the channel, and nothing else. */
export interface FoundKey extends ChannelKey {
  readonly isBootstrap: boolean;
}

/**
 * Makes a key service, with the keys that its store has kept.
 *
 * @throws {TypeError} If an option is misspelt or of the wrong kind, or a store has no vault.
 * @throws {ChannelError} `ERR_CHANNEL_KEPT_KEYS` if kept keys cannot be read.
 * @example
 * const keys = await createKeyService({ overlapMs: 60_000 });
 * const oneTimeKey = await keys.invite('orders');
 */
export async function createKeyService(options: KeyServiceOptions = {}): Promise<KeyService> {
  checkOptions('createKeyService', options, OPTIONS);
  const keeping = keepingOf('createKeyService', options);
  const channels = keeping === undefined ? [] : await loadChannels(keeping);
  return new Keys(options, keeping, channels);
}

/** @throws {TypeError} If there is only one of both. */
export function keepingOf(
  where: string,
  { store, vault }: { readonly store?: KeyStore; readonly vault?: KeyVault },
): Keeping | undefined {
  if (store === undefined && vault === undefined) return undefined;
  if (vault === undefined)
    throw new TypeError(
      `${where}: \`store\` needs a \`vault\`, such as scryptVault(…): keys are not kept in the clear`,
    );
  if (store === undefined) throw new TypeError(`${where}: \`vault\` needs a \`store\`, such as keyFile(…)`);
  return { store, vault };
}

/** @throws {TypeError} If no channel can have that name. */
export function assertChannelName(where: string, name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '' || !name.isWellFormed() || utf8Size(name) > NAME_BYTES_MAX)
    throw new TypeError(
      `${where}: the name of a channel must be a text of 1 to ${NAME_BYTES_MAX} bytes, found ${shown(name)}`,
    );
}

class Keys implements KeyService {
  readonly #channels = new Map<string, KeptChannel>();
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #keeping: Keeping | undefined;
  readonly #times: Required<Pick<KeyServiceOptions, 'bootstrapMs' | 'rotateMs' | 'overlapMs' | 'lifeMs'>>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: (count: number) => Uint8Array;
  #saved: Promise<void> = Promise.resolve();

  constructor(options: KeyServiceOptions, keeping: Keeping | undefined, kept: readonly KeptChannel[]) {
    const {
      bootstrapMs = MINUTE_MS,
      rotateMs = DAY_MS,
      overlapMs = 5 * MINUTE_MS,
      lifeMs = 7 * DAY_MS,
    } = options;
    this.#times = { bootstrapMs, rotateMs, overlapMs, lifeMs };
    this.#keeping = keeping;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    for (const channel of kept) this.#channels.set(channel.name, channel);
  }

  async invite(name: string): Promise<string> {
    assertChannelName('invite', name);
    const channel = this.#of(name);
    if (channel.bootstraps.length >= BOOTSTRAPS_MAX)
      throw new ChannelError(
        'ERR_CHANNEL_BUSY',
        `${BOOTSTRAPS_MAX} one-time keys of channel \`${name}\` wait to be used; use one, or wait until they are out of date`,
      );
    const key = this.#make();
    channel.bootstraps.push({ ...key, expiresAtMs: this.#clock.now() + this.#times.bootstrapMs });
    await this.#save();
    return bootstrapText(key);
  }

  async rotate(name: string): Promise<void> {
    assertChannelName('rotate', name);
    await this.next(name);
    this.#tell(name);
  }

  async revoke(name: string): Promise<void> {
    assertChannelName('revoke', name);
    this.#channels.delete(name);
    this.#tell(name);
    await this.#save();
  }

  status(name: string): readonly KeyStatus[] {
    const keys = this.#valid(name)?.keys ?? [];
    return keys.map(({ id, state, createdAtMs, expiresAtMs }) => ({
      id: keyName(id),
      state,
      createdAtMs,
      expiresAtMs,
    }));
  }

  find(name: string, keyId: Uint8Array): FoundKey | undefined {
    const channel = this.#valid(name);
    const isIt = ({ id }: ChannelKey): boolean => equalBytes(id, keyId);
    const key = channel?.keys.find(isIt);
    if (key !== undefined) return { id: key.id, secret: key.secret, isBootstrap: false };
    const once = channel?.bootstraps.find(isIt);
    return once && { id: once.id, secret: once.secret, isBootstrap: true };
  }

  async redeem(name: string, keyId: Uint8Array): Promise<boolean> {
    const bootstraps: KeptBootstrap[] = this.#valid(name)?.bootstraps ?? [];
    const at = bootstraps.findIndex(({ id }) => equalBytes(id, keyId));
    if (at === -1) return false;
    bootstraps.splice(at, 1);
    // Kept before it has an effect: after a crash it must not count again.
    await this.#save();
    return true;
  }

  isDue(name: string): boolean {
    const keys = this.#valid(name)?.keys ?? [];
    const current = keys.find(({ state }) => state === 'current');
    if (current === undefined || keys.some(({ state }) => state === 'pending')) return true;
    return current.createdAtMs + this.#times.rotateMs <= this.#clock.now();
  }

  async next(name: string): Promise<ChannelKey> {
    const channel = this.#of(name);
    let key = channel.keys.find(({ state }) => state === 'pending');
    if (key === undefined) {
      const nowMs = this.#clock.now();
      key = {
        ...this.#make(),
        createdAtMs: nowMs,
        expiresAtMs: nowMs + this.#times.lifeMs,
        state: 'pending',
      };
      // The oldest retired one goes first: the list is in the order of making.
      const retired = channel.keys.findIndex(({ state }) => state === 'retired');
      if (channel.keys.length >= KEYS_MAX && retired !== -1) channel.keys.splice(retired, 1);
      channel.keys.push(key);
      await this.#save();
    }
    return { id: key.id, secret: key.secret };
  }

  async confirm(name: string, keyId: Uint8Array): Promise<void> {
    const keys: KeptKey[] = this.#valid(name)?.keys ?? [];
    const taken = keys.find(({ id }) => equalBytes(id, keyId));
    if (taken?.state !== 'pending') return;
    const until = this.#clock.now() + this.#times.overlapMs;
    for (const key of keys) {
      if (key.state !== 'current') continue;
      key.state = 'retired';
      key.expiresAtMs = Math.min(key.expiresAtMs, until);
    }
    taken.state = 'current';
    await this.#save();
  }

  watch(name: string, listener: () => void): () => void {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name);
    };
  }

  /** The channel, without what is out of date. */
  #valid(name: string): KeptChannel | undefined {
    const channel = this.#channels.get(name);
    if (channel === undefined) return undefined;
    const nowMs = this.#clock.now();
    const counts = ({ expiresAtMs }: { readonly expiresAtMs: number }): boolean => expiresAtMs > nowMs;
    if (!channel.keys.every(counts)) channel.keys = channel.keys.filter(counts);
    if (!channel.bootstraps.every(counts)) channel.bootstraps = channel.bootstraps.filter(counts);
    return channel;
  }

  #of(name: string): KeptChannel {
    const known = this.#valid(name);
    if (known !== undefined) return known;
    if (this.#channels.size >= CHANNELS_MAX)
      throw new ChannelError(
        'ERR_CHANNEL_BUSY',
        `this key service has ${CHANNELS_MAX} channels already; revoke those that are not used`,
      );
    const channel: KeptChannel = { name, keys: [], bootstraps: [] };
    this.#channels.set(name, channel);
    return channel;
  }

  #make(): ChannelKey {
    return { id: this.#random(KEY_ID_BYTES), secret: this.#random(KEY_BYTES) };
  }

  #tell(name: string): void {
    for (const listener of this.#watchers.get(name) ?? []) listener();
  }

  /** One after the other: a later state must not be overwritten by an earlier one. */
  #save(): Promise<void> {
    const keeping = this.#keeping;
    if (keeping === undefined) return Promise.resolve();
    const save = (): Promise<void> => saveChannels(keeping, [...this.#channels.values()]);
    const done = this.#saved.then(save, save);
    this.#saved = done.catch(() => undefined);
    return done;
  }
}

import { checkOptions, hasMethods, isString } from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import { readBootstrap } from './bootstrap.ts';
import type { ChannelKey } from './channel-key.ts';
import { ChannelError } from './errors.ts';
import { keepingOf } from './key-service.ts';
import { loadServiceKey, saveServiceKey } from './kept-keys.ts';
import type { KeyStore, KeyVault } from './kept-keys.ts';

/** What {@link createServiceKeys} is given. */
export interface ServiceKeysOptions {
  /** A one-time key that the host's `invite` made. It counts before a kept key. */
  readonly bootstrap?: string;
  /** Where the key is kept over a restart of the service. Needs `vault`. Left out: in memory only. */
  readonly store?: KeyStore;
  /** What encrypts it before it is kept. */
  readonly vault?: KeyVault;
}

const OPTIONS: Shape<ServiceKeysOptions> = {
  bootstrap: isString,
  store: hasMethods('load', 'save'),
  vault: hasMethods('seal', 'open'),
};

/** The key of a service. See {@link createServiceKeys}. */
export interface ServiceKeys {
  /** The key with which it says hello. */
  current(): ChannelKey;
  /** Replaces it; resolves when it is kept. */
  take(key: ChannelKey): Promise<void>;
}

/**
 * The key with which a service speaks to its host: one-time at first, then what the host hands out.
 *
 * @throws {ChannelError} `ERR_CHANNEL_BOOTSTRAP` if there is neither a one-time key nor a kept one, or it is none;
 *   `ERR_CHANNEL_KEPT_KEYS` if the kept one cannot be read.
 * @example const serviceKeys = await createServiceKeys({ bootstrap: await keys.invite('orders') });
 */
export async function createServiceKeys(options: ServiceKeysOptions): Promise<ServiceKeys> {
  checkOptions('createServiceKeys', options, OPTIONS);
  const { bootstrap } = options;
  const keeping = keepingOf('createServiceKeys', options);
  const first =
    bootstrap === undefined ? keeping && (await loadServiceKey(keeping)) : readBootstrap(bootstrap);
  if (first === undefined)
    throw new ChannelError(
      'ERR_CHANNEL_BOOTSTRAP',
      'this service has no key; start it with a one-time key, which the host makes with `invite`',
    );
  let current: ChannelKey = first;
  return {
    current: () => current,
    async take(key) {
      if (keeping !== undefined) await saveServiceKey(keeping, key);
      current = key;
    },
  };
}

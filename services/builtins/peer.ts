import { z } from 'zod';
import { checkOptions, hasMethods, isFunction, isString, required } from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import type { Clock } from '../clock.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';

/** What the builtin service `peer` needs to know. */
export interface PeerServiceOptions {
  readonly clock: Clock;
  /** Returned by `peer.identify`. Left out: `beryl`. */
  readonly version?: string;
  /** Addresses at which the peer can be reached; called at each `peer.identify`. Left out: none. */
  readonly externalAddresses?: () => readonly string[];
}

const OPTIONS: Shape<PeerServiceOptions> = {
  clock: required(hasMethods('now', 'after')),
  version: isString,
  externalAddresses: isFunction,
};

/** Milliseconds; other peers accept them as text too. */
const duration = z.union([z.int().min(0), z.string().regex(/^\d{1,15}$/)]);

/** `peer`: who and when. `timestamp_sec` is the clock that guards trust: `expectOrigin(hostPeer, 'peer', 'timestamp_sec', '')`. */
export function peer(options: PeerServiceOptions): ServiceDefinition<undefined> {
  checkOptions('builtins', options, OPTIONS);
  const { clock, version = 'beryl', externalAddresses = () => [] } = options;
  return defineService({
    id: 'peer',
    functions: {
      identify: {
        arguments: {},
        guards: {},
        handler: () => ({ external_addresses: [...externalAddresses()], node_version: version }),
      },
      timestamp_ms: { arguments: {}, guards: {}, handler: (_, call) => Math.floor(call.now()) },
      timestamp_sec: { arguments: {}, guards: {}, handler: (_, call) => Math.floor(call.now() / 1000) },
      timeout: {
        arguments: { duration_ms: duration, message: z.string().optional() },
        guards: {},
        handler: ({ duration_ms, message = '' }, { signal }) =>
          new Promise<string>(resolve => {
            const cancel = clock.after(Number(duration_ms), () => resolve(message));
            signal.addEventListener('abort', cancel, { once: true });
          }),
      },
    },
  });
}

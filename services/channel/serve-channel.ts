import {
  checkOptions,
  hasMethods,
  hasShape,
  isAnything,
  isFunction,
  isPositive,
  required,
  shown,
} from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import type { Clock } from '../clock.ts';
import { isDefinition } from '../declaration.ts';
import type { ServiceDefinition } from '../define-service.ts';
import type { Logger } from '../logger.ts';
import { startService } from '../service-instance.ts';
import { CHANNEL_LIMITS } from './channel.ts';
import type { ChannelLimits } from './channel.ts';
import { ChannelError } from './errors.ts';
import { assertChannelName } from './key-service.ts';
import {
  CALLS_MAX,
  CONNECTIONS_MAX,
  FRAME_BYTES_MAX,
  HANDSHAKE_MS,
  WAITING_BYTES_MAX,
  WINDOW_MS,
} from './limits.ts';
import type { ChannelLink } from './link.ts';
import { isChannelMode } from './mode.ts';
import type { ChannelMode } from './mode.ts';
import { Rejects } from './rejects.ts';
import type { RejectCounts } from './rejects.ts';
import type { ServiceKeys } from './service-keys.ts';
import { ServiceSession } from './service-session.ts';
import { systemClock } from './system.ts';

/** What {@link serveChannel} is given. */
export interface ServeOptions {
  /** Name of the channel, as the host calls it. */
  readonly channel: string;
  /** From `createServiceKeys`. May be left out with mode `off` only. */
  readonly keys?: ServiceKeys;
  /** Left out: `enforce`. */
  readonly mode?: ChannelMode;
  readonly limits?: Pick<ChannelLimits, 'frameBytesMax' | 'callsMax' | 'windowMs' | 'handshakeMs'>;
  /** Connections at a time. Left out: 8. */
  readonly connectionsMax?: number;
  /** Left out: the system's. */
  readonly clock?: Clock;
  /** Left out: nothing is logged. */
  readonly logger?: Logger;
  /** Called when a connection has ended, with the reason. */
  readonly onEnd?: (reason: ChannelError) => void;
}

const OPTIONS: Shape<ServeOptions> = {
  channel: required(isAnything),
  keys: hasMethods('current', 'take'),
  mode: isChannelMode,
  limits: hasShape(CHANNEL_LIMITS),
  connectionsMax: isPositive,
  clock: hasMethods('now', 'after'),
  logger: hasMethods('warn'),
  onEnd: isFunction,
};

/** A service that answers over channels. See {@link serveChannel}. */
export interface ChannelServer {
  /**
   * Serves one connection. One too many takes the place of the oldest that no host has welcomed: who connects and is silent keeps no host out.
   * Without such a one it is closed at once.
   */
  accept(link: ChannelLink): void;
  readonly status: RejectCounts & { readonly connections: number };
  /** Ends all connections. */
  close(): void;
}

/**
 * Serves a definition in its own process, for a host that runs it with `remoteService`. Handlers, schemas, time-outs and state are those of the
 * definition; guards are not asked here: the host has asked them, and a message that is not the host's is rejected.
 *
 * `serveStdio` and `serveSocket` of `beryl/channels` call it with the links of a process.
 *
 * @throws {TypeError} If this is not a definition, or an option is missing, misspelt or of the wrong kind.
 * @example
 * const serviceKeys = await createServiceKeys({ bootstrap });
 * const server = serveChannel(blog({ authPeer }), { channel: 'blog', keys: serviceKeys });
 * server.accept(link);
 */
export function serveChannel(definition: ServiceDefinition, options: ServeOptions): ChannelServer {
  if (!isDefinition(definition))
    throw new TypeError(`serveChannel: expected what defineService(…) gives, found ${shown(definition)}`);
  checkOptions('serveChannel', options, OPTIONS);
  const { channel: name, keys, mode = 'enforce', clock = systemClock, logger, limits, onEnd } = options;
  const { connectionsMax = CONNECTIONS_MAX } = options;
  assertChannelName('serveChannel', name);
  if (keys === undefined && mode === 'enforce')
    throw new TypeError(
      'serveChannel: option `keys` is missing; make them with createServiceKeys(…), or set `mode` to `off`',
    );
  const instance = startService(definition);
  const rejects = new Rejects(name, clock, logger);
  const sessions = new Set<ServiceSession>();
  return {
    get status() {
      return { connections: sessions.size, ...rejects.counts };
    },
    accept(link) {
      if (sessions.size >= connectionsMax) {
        const busy = new ChannelError('ERR_CHANNEL_BUSY', `${connectionsMax} connections are open already`);
        rejects.add(busy, 'enforce');
        [...sessions].find(({ isWelcome }) => !isWelcome)?.end(busy);
      }
      if (sessions.size >= connectionsMax) {
        link.close();
        return;
      }
      const session = new ServiceSession(link, {
        windowMs: WINDOW_MS,
        handshakeMs: HANDSHAKE_MS,
        frameBytesMax: FRAME_BYTES_MAX,
        callsMax: CALLS_MAX,
        waitingBytesMax: WAITING_BYTES_MAX,
        ...limits,
        name,
        mode,
        keys,
        instance,
        clock,
        logger,
        rejects,
        ended(reason) {
          sessions.delete(session);
          onEnd?.(reason);
        },
      });
      sessions.add(session);
    },
    close() {
      const reason = new ChannelError('ERR_CHANNEL_CLOSED', `channel \`${name}\` is closed`);
      for (const session of sessions) session.end(reason);
    },
  };
}

import { checkOptions, hasMethods, hasShape, isAnything, isPositive, required } from '../../base/options.ts';
import type { Shape } from '../../base/options.ts';
import type { Clock } from '../clock.ts';
import { DropLog } from '../drop-log.ts';
import type { Logger } from '../logger.ts';
import { messageOf, oneLine } from '../text.ts';
import type { AnswerAsk } from './answer-ask.ts';
import type { ChannelAnswer, ChannelCall } from './call-message.ts';
import { ChannelError } from './errors.ts';
import { HostSession } from './host-session.ts';
import { assertChannelName } from './key-service.ts';
import type { KeyService } from './key-service.ts';
import {
  BACK_OFF_MS,
  CALLS_MAX,
  CONNECT_WAIT_MS,
  FRAME_BYTES_MAX,
  HANDSHAKE_MS,
  REJECTS_LOGGED_MAX,
  SOUND_MS,
  WAITING_BYTES_MAX,
  WINDOW_MS,
} from './limits.ts';
import type { ChannelConnector } from './link.ts';
import { isChannelMode } from './mode.ts';
import type { ChannelMode } from './mode.ts';
import { Rejects } from './rejects.ts';
import type { RejectCounts } from './rejects.ts';
import { systemClock } from './system.ts';

/** Bounds of a channel. */
export interface ChannelLimits {
  /** Bytes of one message. Left out: 4 MiB. */
  readonly frameBytesMax?: number;
  /** Calls that wait for their answers. Left out: 256. */
  readonly callsMax?: number;
  /** Bytes that the service has not taken yet. Left out: 16 MiB. */
  readonly waitingBytesMax?: number;
  /** How far the time of a message may be from this side's clock, milliseconds. Left out: 30 s. */
  readonly windowMs?: number;
  /** How long the first messages of a connection may take, milliseconds; a child process starts meanwhile. Left out: 30 s. */
  readonly handshakeMs?: number;
  /** How long a call waits for a connection, milliseconds. Left out: 5 s. */
  readonly connectWaitMs?: number;
  /** The first wait before another attempt to connect, doubled each time, milliseconds. Left out: 100. */
  readonly backOffMs?: number;
  /** The longest such wait, milliseconds. Left out: 30 s. */
  readonly backOffMaxMs?: number;
}

/** The limits of a channel, checked. */
export const CHANNEL_LIMITS: Shape<ChannelLimits> = {
  frameBytesMax: isPositive,
  callsMax: isPositive,
  waitingBytesMax: isPositive,
  windowMs: isPositive,
  handshakeMs: isPositive,
  connectWaitMs: isPositive,
  backOffMs: isPositive,
  backOffMaxMs: isPositive,
};

/** What {@link createChannel} is given. */
export interface ChannelOptions {
  /** Names the channel to both sides, and in the log: 1 to 128 bytes. */
  readonly name: string;
  /** How the service is reached: `childProcess(…)` or `socket(…)` of `beryl/channels`. */
  readonly connector: ChannelConnector;
  /** May be left out with mode `off` only. */
  readonly keys?: KeyService;
  /** Left out: `enforce`. */
  readonly mode?: ChannelMode;
  readonly limits?: ChannelLimits;
  /** Left out: the system's. */
  readonly clock?: Clock;
  /** Left out: nothing is logged. */
  readonly logger?: Logger;
}

const OPTIONS: Shape<ChannelOptions> = {
  name: required(isAnything),
  connector: required(hasMethods('open')),
  keys: hasMethods('find', 'redeem', 'next', 'confirm', 'watch'),
  mode: isChannelMode,
  limits: hasShape(CHANNEL_LIMITS),
  clock: hasMethods('now', 'after'),
  logger: hasMethods('warn'),
};

/** What a channel has done and seen. */
export interface ChannelStatus extends RejectCounts {
  readonly state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';
  /** Connections that were opened. */
  readonly connections: number;
  /** Calls that wait for their answers. */
  readonly calls: number;
}

/** The host's end of a channel to one service. See {@link createChannel}. */
export interface Channel {
  readonly name: string;
  /**
   * Connects now, rather than at the first call.
   *
   * @throws {ChannelError} `ERR_CHANNEL_DOWN` if there is no connection within `connectWaitMs`. Attempts go on.
   */
  open(): Promise<void>;
  /**
   * Makes one call. `remoteService` does.
   *
   * @param answerAsk Answers what the service asks for meanwhile. Left out: it may call no other services.
   * @throws {ChannelError} If the call cannot be made, or gets no answer.
   */
  call(call: ChannelCall, signal: AbortSignal, answerAsk?: AnswerAsk): Promise<ChannelAnswer>;
  readonly status: ChannelStatus;
  /** Ends it: a child process ends, calls fail with `ERR_CHANNEL_CLOSED`. */
  close(): void;
}

/**
 * Makes the host's end of a channel. It connects at the first call, or with `open`, and connects again when the connection ends: a child
 * process that dies is started anew, with a back-off.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @example
 * const channel = createChannel({ name: 'orders', keys, connector: childProcess({ command: 'python3', args: ['orders.py'] }) });
 * const peer = createPeer({ secretKey, transport, services: [remoteService(orders, channel)] });
 */
export function createChannel(options: ChannelOptions): Channel {
  checkOptions('createChannel', options, OPTIONS);
  assertChannelName('createChannel', options.name);
  if (options.keys === undefined && options.mode !== 'off')
    throw new TypeError(
      'createChannel: option `keys` is missing; make them with createKeyService(…), or set `mode` to `off`',
    );
  return new HostChannel(options);
}

interface Waiter {
  opened(session: HostSession): void;
  failed(error: ChannelError): void;
}

class HostChannel implements Channel {
  readonly name: string;
  readonly #options: ChannelOptions;
  readonly #mode: ChannelMode;
  readonly #clock: Clock;
  readonly #limits: Required<ChannelLimits>;
  readonly #rejects: Rejects;
  readonly #downLog: DropLog;
  readonly #waiters = new Set<Waiter>();
  #state: ChannelStatus['state'] = 'idle';
  #session: HostSession | undefined;
  #connections = 0;
  /** Attempts since the last sound connection. */
  #attempts = 0;
  #openedAtMs: number | undefined;
  #cancelRetry: () => void = () => undefined;

  constructor(options: ChannelOptions) {
    const { name, mode = 'enforce', clock = systemClock, logger, limits } = options;
    this.#options = options;
    this.name = name;
    this.#mode = mode;
    this.#clock = clock;
    this.#limits = { ...DEFAULTS, ...limits };
    this.#rejects = new Rejects(name, clock, logger);
    this.#downLog = new DropLog(logger, 'a channel has no connection', REJECTS_LOGGED_MAX);
  }

  get status(): ChannelStatus {
    const calls = (this.#session?.callCount ?? 0) + this.#waiters.size;
    return { state: this.#state, connections: this.#connections, calls, ...this.#rejects.counts };
  }

  async open(): Promise<void> {
    await this.#connected();
  }

  async call(call: ChannelCall, signal: AbortSignal, answerAsk?: AnswerAsk): Promise<ChannelAnswer> {
    const { callsMax } = this.#limits;
    if (this.status.calls >= callsMax)
      throw new ChannelError('ERR_CHANNEL_BUSY', `${callsMax} calls wait for the service; try again later`);
    const session = this.#openSession() ?? (await this.#connected(signal));
    if (signal.aborted) throw new ChannelError('ERR_CHANNEL_CANCELLED', 'the call was given up');
    return session.call(call, signal, answerAsk);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelRetry();
    const error = new ChannelError('ERR_CHANNEL_CLOSED', `channel \`${this.name}\` is closed`);
    this.#session?.end(error);
    for (const waiter of this.#waiters) waiter.failed(error);
  }

  #openSession(): HostSession | undefined {
    return this.#state === 'open' ? this.#session : undefined;
  }

  #connected(signal?: AbortSignal): Promise<HostSession> {
    const { connectWaitMs } = this.#limits;
    const session = this.#openSession();
    if (session !== undefined) return Promise.resolve(session);
    if (this.#state === 'closed')
      return Promise.reject(new ChannelError('ERR_CHANNEL_CLOSED', `channel \`${this.name}\` is closed`));
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#waiters.delete(waiter);
        cancel();
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        opened: opened => (done(), resolve(opened)),
        failed: error => (done(), reject(error)),
      };
      const abort = (): void =>
        waiter.failed(new ChannelError('ERR_CHANNEL_CANCELLED', 'the call was given up'));
      const cancel = this.#clock.after(connectWaitMs, () =>
        waiter.failed(
          new ChannelError(
            'ERR_CHANNEL_DOWN',
            `channel \`${this.name}\` has no connection; see the log of this peer`,
          ),
        ),
      );
      signal?.addEventListener('abort', abort);
      this.#waiters.add(waiter);
      if (this.#state === 'idle') void this.#connect();
    });
  }

  async #connect(): Promise<void> {
    const { connector, keys } = this.#options;
    this.#state = 'connecting';
    try {
      const isKeyed = this.#mode !== 'off' && keys !== undefined;
      const bootstrap = connector.needsBootstrap && isKeyed ? await keys.invite(this.name) : undefined;
      const link = await connector.open(bootstrap);
      if (this.#isClosed()) return link.close();
      this.#session = new HostSession(link, {
        ...this.#limits,
        name: this.name,
        mode: this.#mode,
        keys: isKeyed ? keys : undefined,
        clock: this.#clock,
        logger: this.#options.logger,
        rejects: this.#rejects,
        opened: () => this.#opened(),
        ended: reason => this.#retry(reason),
      });
    } catch (failure) {
      this.#retry(failure);
    }
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #opened(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#state = 'open';
    this.#connections += 1;
    this.#openedAtMs = this.#clock.now();
    for (const waiter of this.#waiters) waiter.opened(session);
  }

  #retry(reason: unknown): void {
    this.#session = undefined;
    if (this.#isClosed()) return;
    const { backOffMs, backOffMaxMs } = this.#limits;
    const nowMs = this.#clock.now();
    if (this.#openedAtMs !== undefined && nowMs - this.#openedAtMs >= SOUND_MS) this.#attempts = 0;
    this.#openedAtMs = undefined;
    const waitMs = Math.min(backOffMaxMs, backOffMs * 2 ** Math.min(this.#attempts, 32));
    this.#attempts += 1;
    this.#state = 'waiting';
    const code = reason instanceof ChannelError ? reason.code : 'ERR_CHANNEL_DOWN';
    const why = oneLine(messageOf(reason), 400);
    this.#downLog.add(nowMs, { channel: this.name, code, reason: why, nextAttemptMs: waitMs });
    this.#cancelRetry = this.#clock.after(waitMs, () => {
      if (!this.#isClosed()) void this.#connect();
    });
  }
}

const DEFAULTS: Required<ChannelLimits> = {
  frameBytesMax: FRAME_BYTES_MAX,
  callsMax: CALLS_MAX,
  waitingBytesMax: WAITING_BYTES_MAX,
  windowMs: WINDOW_MS,
  handshakeMs: HANDSHAKE_MS,
  connectWaitMs: CONNECT_WAIT_MS,
  backOffMs: BACK_OFF_MS[0],
  backOffMaxMs: BACK_OFF_MS[1],
};

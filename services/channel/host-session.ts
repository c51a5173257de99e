import { equalBytes } from '../../base/bytes.ts';
import { NESTED_CALLS_MAX } from '../limits.ts';
import type { Logger } from '../logger.ts';
import { warn } from '../logger.ts';
import { messageOf, oneLine } from '../text.ts';
import { NO_ASKS } from './answer-ask.ts';
import type { AnswerAsk } from './answer-ask.ts';
import { cancelContent, callContent, readAnswer, readAsk, refusal, replyContent } from './call-message.ts';
import type { ChannelAnswer, ChannelCall } from './call-message.ts';
import { CancelledCalls } from './cancelled-calls.ts';
import { frameHmac, keyName, NO_NONCES, NONCE_BYTES, wrapped } from './channel-key.ts';
import type { ChannelKey, Nonces } from './channel-key.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { keyContent, nonceContent, readNonce, readTaken } from './control.ts';
import { ChannelError } from './errors.ts';
import { fits, FROM_HOST, FROM_SERVICE } from './frame.ts';
import type { RawFrame } from './frame.ts';
import type { Objection } from './gate.ts';
import type { Hmac } from './hmac.ts';
import type { KeyService } from './key-service.ts';
import { ASKS_MAX, ASKS_OF_CALL_SIZE_MAX, ASKS_SIZE_MAX } from './limits.ts';
import type { ChannelLink } from './link.ts';
import { systemRandom } from './system.ts';

export interface HostSessionOptions extends ConnectionOptions {
  /** Left out with mode `off` only. */
  readonly keys: KeyService | undefined;
  readonly logger: Logger | undefined;
  /** Calls can be made. */
  opened(): void;
}

interface Waiting {
  settle(answer: ChannelAnswer | ChannelError): void;
  /** Left out: the service may call nothing. */
  readonly answerAsk: AnswerAsk | undefined;
  /** How often the service has asked during this call. */
  asked: number;
  /** UTF-16 units of what it asked. */
  askedSize: number;
}

const REVOKED = (): ChannelError =>
  new ChannelError('ERR_CHANNEL_KEY', 'the keys of the channel were changed or revoked');

/**
 * The host's side of one connection. The service says hello with a key that it has; this side welcomes it with a number of its own; the
 * service shows with `ready` that it has derived the keys of the connection. Only then are keys handed out, and calls made.
 *
 * @spec docs/spec/channel.md#a-connection
 */
export class HostSession {
  readonly #options: HostSessionOptions;
  readonly #connection: Connection;
  readonly #waiting = new Map<number, Waiting>();
  readonly #cancelled = new CancelledCalls();
  readonly #hmacs = new Map<string, Hmac>();
  readonly #unwatch: () => void;
  #stage: 'hello' | 'ready' | 'key' | 'open' = 'hello';
  #nonces: Nonces = NO_NONCES;
  #offered: ChannelKey | undefined;
  #nextId = 0;
  #isBootstrapped = false;
  /** What the service has asked for and what is in progress: how many, and UTF-16 units. */
  #asks = 0;
  #asksSize = 0;

  constructor(link: ChannelLink, options: HostSessionOptions) {
    this.#options = options;
    const { keys, name } = options;
    this.#connection = new Connection(link, options, {
      direction: FROM_HOST,
      // A key counts only if it is proven, in every mode.
      provenType: 'taken',
      lateText: 'the service did not say hello',
      lostText: 'the connection to the service has ended',
      hmacOf: (keyId, frame) => this.#hmacOf(keyId, frame),
      // A connection that does not begin as it should never becomes one; one whose own key has ended cannot go on.
      isFatal: ({ code }, { keyId }) =>
        this.#stage === 'hello' || (code === 'ERR_CHANNEL_KEY' && this.#isOutletKey(keyId)),
      process: (frame, objection) => this.#process(frame, objection === undefined && options.mode !== 'off'),
      release: reason => this.#release(reason),
    });
    this.#unwatch = keys?.watch(name, () => this.#keysChanged()) ?? (() => undefined);
    this.#connection.begin();
  }

  get callCount(): number {
    return this.#waiting.size;
  }

  /** @throws {ChannelError} If the call cannot be made, or its answer does not come. */
  call(call: ChannelCall, signal: AbortSignal, answerAsk?: AnswerAsk): Promise<ChannelAnswer> {
    const { frameBytesMax, callsMax } = this.#options;
    const id = this.#nextId;
    const content = callContent(id, call);
    if (!fits(content, call.function, frameBytesMax))
      throw new ChannelError(
        'ERR_CHANNEL_FRAME',
        `a call is over the bound of ${frameBytesMax} bytes; pass less`,
      );
    if (this.#waiting.size >= callsMax || this.#connection.isFull)
      throw new ChannelError(
        'ERR_CHANNEL_BUSY',
        `${this.#waiting.size} calls wait for the service; try again later`,
      );
    this.#requireKey();
    this.#renew();
    this.#nextId = (id + 1) % 2 ** 32;
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#waiting.get(id)?.settle(new ChannelError('ERR_CHANNEL_CANCELLED', 'the call was given up'));
        this.#cancelled.add(id);
        this.#connection.send('cancel', call.function, cancelContent(id));
      };
      this.#waiting.set(id, {
        settle: answer => {
          this.#waiting.delete(id);
          signal.removeEventListener('abort', cancel);
          if (answer instanceof ChannelError) reject(answer);
          else resolve(answer);
        },
        answerAsk,
        asked: 0,
        askedSize: 0,
      });
      signal.addEventListener('abort', cancel);
      this.#connection.send('call', call.function, content);
    });
  }

  end(reason: ChannelError): void {
    this.#connection.end(reason);
  }

  #release(reason: ChannelError): void {
    this.#unwatch();
    for (const { settle } of this.#waiting.values()) settle(reason);
  }

  /** The key must count now: revoked and replaced ones stop to count while the connection lasts. */
  #hmacOf(keyId: Uint8Array, { type }: RawFrame): Hmac | undefined {
    const { keys, name } = this.#options;
    const found = keys?.find(name, keyId) ?? this.#usedBootstrap(keyId);
    if (found === undefined) return undefined;
    if (found.isBootstrap && (type === 'answer' || type === 'ask' || this.#stage === 'open'))
      return undefined;
    if (type === 'hello') return frameHmac(found, FROM_SERVICE, NO_NONCES);
    const text = keyName(keyId);
    const known = this.#hmacs.get(text);
    if (known !== undefined) return known;
    const hmac = frameHmac(found, FROM_SERVICE, this.#nonces);
    this.#hmacs.set(text, hmac);
    return hmac;
  }

  /** The one-time key of this connection: it is used up, and carries the connection until the service has its key. */
  #usedBootstrap(keyId: Uint8Array): (ChannelKey & { readonly isBootstrap: boolean }) | undefined {
    const { key } = this.#connection.outlet;
    const isIt = this.#isBootstrapped && this.#isOutletKey(keyId);
    return isIt && key !== undefined ? { ...key, isBootstrap: true } : undefined;
  }

  #isOutletKey(keyId: Uint8Array | undefined): boolean {
    const { key } = this.#connection.outlet;
    return key !== undefined && keyId !== undefined && equalBytes(key.id, keyId);
  }

  #process(frame: RawFrame, isProven: boolean): Promise<void> | undefined {
    const { type, content } = frame;
    if (type === 'hello' && this.#stage === 'hello') return this.#welcome(frame, isProven);
    if (type === 'ready' && this.#stage === 'ready') return this.#ready();
    if (type === 'taken' && this.#offered !== undefined) return this.#taken(readTaken(content));
    if (type === 'answer' && this.#stage === 'open') return this.#answered(frame);
    if (type === 'ask' && this.#stage === 'open') return this.#asked(frame);
    throw new ChannelError('ERR_CHANNEL_FRAME', `a \`${type}\` cannot come now`);
  }

  #answered(frame: RawFrame): undefined {
    const { id, answer } = readAnswer(frame.content);
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) waiting.settle(answer);
    else if (!this.#cancelled.answered(id)) this.#connection.reject(hasEnded(id), frame);
    return undefined;
  }

  /** The service calls another one, during a call that it performs. */
  #asked(frame: RawFrame): undefined {
    const { frameBytesMax } = this.#options;
    const ask = readAsk(frame.content);
    if (ask.function !== frame.name)
      throw new ChannelError('ERR_CHANNEL_FRAME', 'the name of an `ask` must be the function that it calls');
    const waiting = this.#waiting.get(ask.id);
    if (waiting === undefined) {
      if (!this.#cancelled.asked(ask.id, frame.content.length))
        this.#connection.reject(hasEnded(ask.id), frame);
      return undefined;
    }
    const refuse = (text: string): void =>
      this.#connection.refuse('reply', frame.name, replyContent(ask, refusal(text)));
    waiting.asked += 1;
    waiting.askedSize += frame.content.length;
    if (waiting.asked > NESTED_CALLS_MAX || waiting.askedSize > ASKS_OF_CALL_SIZE_MAX) {
      const message = `the service made more than ${NESTED_CALLS_MAX} calls during one, or with more than ${ASKS_OF_CALL_SIZE_MAX} characters`;
      refuse(message);
      this.#connection.reject({ code: 'ERR_CHANNEL_BUSY', message }, frame);
      return undefined;
    }
    const { answerAsk } = waiting;
    if (answerAsk === undefined) refuse(NO_ASKS);
    else if (this.#asks >= ASKS_MAX || this.#asksSize > ASKS_SIZE_MAX || this.#connection.isFull)
      refuse('too many calls of this service at a time; try again later');
    else {
      const size = frame.content.length;
      this.#asks += 1;
      this.#asksSize += size;
      void answerAsk(ask).then(answer => {
        this.#asks -= 1;
        this.#asksSize -= size;
        if (this.#waiting.get(ask.id) !== waiting) return;
        const content = replyContent(ask, answer);
        if (fits(content, frame.name, frameBytesMax)) this.#connection.send('reply', frame.name, content);
        else refuse(`the answer is over the channel's bound of ${frameBytesMax} bytes`);
      });
    }
    return undefined;
  }

  async #welcome({ content, keyId, name }: RawFrame, isProven: boolean): Promise<void> {
    const { keys } = this.#options;
    if (name !== this.#options.name)
      throw new ChannelError(
        'ERR_CHANNEL_FRAME',
        `the service speaks for channel \`${oneLine(name)}\`; give both sides the same name`,
      );
    const service = readNonce(content);
    if (isProven && keyId !== undefined && keys !== undefined) {
      const found = keys.find(name, keyId);
      if (found === undefined || (found.isBootstrap && !(await keys.redeem(name, keyId))))
        throw new ChannelError('ERR_CHANNEL_KEY', `key \`${keyName(keyId)}\` does not count any more`);
      if (this.#connection.isOver) return;
      this.#isBootstrapped = found.isBootstrap;
      this.#connection.outlet.use(found, { host: NO_NONCES.host, service });
    }
    const host = systemRandom(NONCE_BYTES);
    this.#connection.send('welcome', name, nonceContent(host));
    this.#nonces = { host, service };
    this.#stage = 'ready';
    this.#connection.outlet.use(this.#connection.outlet.key, this.#nonces);
  }

  async #ready(): Promise<void> {
    const { keys, name } = this.#options;
    const { key } = this.#connection.outlet;
    this.#connection.widen();
    if (key === undefined || keys === undefined) return this.#open();
    if (this.#isBootstrapped) {
      this.#stage = 'key';
      return this.#offer();
    }
    // It may have taken that key without this side learning of it.
    await keys.confirm(name, key.id);
    this.#open();
    this.#renew();
  }

  #open(): void {
    if (this.#connection.isOver) return;
    this.#stage = 'open';
    this.#connection.opened();
    this.#options.opened();
  }

  async #offer(): Promise<void> {
    const { keys, name } = this.#options;
    const { key } = this.#connection.outlet;
    if (keys === undefined || key === undefined || this.#offered !== undefined) return;
    const offered = await keys.next(name);
    if (this.#connection.isOver || this.#offered !== undefined) return;
    this.#offered = offered;
    this.#connection.send('key', name, keyContent(offered.id, wrapped(key, this.#nonces, offered)));
  }

  async #taken(id: Uint8Array): Promise<void> {
    const { keys, name } = this.#options;
    const offered = this.#offered;
    if (offered === undefined || !equalBytes(offered.id, id))
      throw new ChannelError('ERR_CHANNEL_FRAME', 'the service has taken a key that was not offered');
    await keys?.confirm(name, id);
    if (this.#connection.isOver) return;
    if (keys?.find(name, id) === undefined) return this.end(REVOKED());
    this.#offered = undefined;
    this.#isBootstrapped = false;
    this.#connection.outlet.use(offered, this.#nonces);
    if (this.#stage === 'key') this.#open();
  }

  /** A connection on which nothing came may outlive its key: nothing goes out under it either, and no new key is handed out under it. */
  #requireKey(): void {
    const { keys, name } = this.#options;
    const { key } = this.#connection.outlet;
    if (key === undefined || keys?.find(name, key.id) !== undefined) return;
    const error = new ChannelError('ERR_CHANNEL_KEY', `key \`${keyName(key.id)}\` is out of date`);
    this.end(error);
    throw error;
  }

  /** Has the key replaced when it is due, while calls go on. */
  #renew(): void {
    const { keys, name, logger } = this.#options;
    if (this.#stage !== 'open' || this.#connection.outlet.key === undefined || keys?.isDue(name) !== true)
      return;
    this.#offer().catch((failure: unknown) =>
      warn(logger, 'a key could not be replaced', { channel: name, reason: oneLine(messageOf(failure)) }),
    );
  }

  #keysChanged(): void {
    const { keys, name } = this.#options;
    const { key } = this.#connection.outlet;
    if (this.#stage === 'open' && key === undefined) return;
    // One that is not open yet begins anew, with what counts now.
    if (this.#stage !== 'open' || key === undefined || keys?.find(name, key.id) === undefined)
      this.end(REVOKED());
    else this.#renew();
  }
}

const hasEnded = (id: number): Objection => ({
  code: 'ERR_CHANNEL_ENDED',
  message: `a message is about call ${id}, which has ended`,
});

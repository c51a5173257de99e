import { equalBytes } from '../../base/bytes.ts';
import type { Logger } from '../logger.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { answerContent, readCall, readCancel, readReply, refusal } from './call-message.ts';
import type { ChannelAnswer } from './call-message.ts';
import { frameHmac, NO_NONCES, NONCE_BYTES, wrapped } from './channel-key.ts';
import type { ChannelKey, Nonces } from './channel-key.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { nonceContent, readKeyContent, readNonce, takenContent } from './control.ts';
import { ChannelError } from './errors.ts';
import { fits, FROM_HOST, FROM_SERVICE } from './frame.ts';
import type { RawFrame } from './frame.ts';
import type { Hmac } from './hmac.ts';
import type { ChannelLink } from './link.ts';
import { performCall } from './served-call.ts';
import { ServiceAsks } from './service-asks.ts';
import type { AskOutlet } from './service-asks.ts';
import type { ServiceKeys } from './service-keys.ts';
import { systemRandom } from './system.ts';

export interface ServiceSessionOptions extends ConnectionOptions {
  /** Left out: the service has no key. */
  readonly keys: ServiceKeys | undefined;
  readonly instance: ServiceInstance;
  readonly logger: Logger | undefined;
}

interface CallInProgress {
  stop: () => void;
  readonly asks: ServiceAsks;
}

/** The service's side of one connection. @spec docs/spec/channel.md#a-connection */
export class ServiceSession {
  readonly #options: ServiceSessionOptions;
  readonly #connection: Connection;
  readonly #calls = new Map<number, CallInProgress>();
  readonly #asks: AskOutlet;
  readonly #nonce: Uint8Array;
  #nonces: Nonces;
  #stage: 'welcome' | 'open' = 'welcome';
  /** The key in use, and while it is replaced the one before. */
  #accepted: readonly (ChannelKey & { readonly hmac: Hmac })[] = [];

  constructor(link: ChannelLink, options: ServiceSessionOptions) {
    this.#options = options;
    const { mode, frameBytesMax, keys, name } = options;
    this.#nonce = systemRandom(NONCE_BYTES);
    this.#nonces = { host: NO_NONCES.host, service: this.#nonce };
    this.#connection = new Connection(link, options, {
      direction: FROM_SERVICE,
      // A key counts only if it is proven, in every mode.
      provenType: 'key',
      lateText: 'the host gave no welcome',
      lostText: 'the connection to the host has ended',
      hmacOf: keyId => this.#keyOf(keyId)?.hmac,
      isFatal: () => this.#stage === 'welcome',
      process: (frame, objection) => {
        if (objection === undefined) this.#replaced(frame.keyId);
        return this.#process(frame);
      },
      release: () => {
        for (const id of this.#calls.keys()) this.#stop(id);
      },
    });
    this.#asks = {
      waiting: 0,
      frameBytesMax,
      send: (functionName, content) => this.#connection.send('ask', functionName, content),
    };
    const key = mode === 'off' ? undefined : keys?.current();
    this.#connection.outlet.use(key);
    if (key !== undefined) this.#accept(key);
    this.#connection.send('hello', name, nonceContent(this.#nonce));
    this.#connection.begin();
  }

  /** The host has welcomed it. Until then it may be anybody's connection. */
  get isWelcome(): boolean {
    return this.#stage === 'open' && !this.#connection.isOver;
  }

  end(reason: ChannelError): void {
    this.#connection.end(reason);
  }

  #accept(key: ChannelKey): void {
    const hmac = frameHmac(key, FROM_HOST, this.#nonces);
    this.#accepted = [{ ...key, hmac }, ...this.#accepted.filter(({ id }) => !equalBytes(id, key.id))].slice(
      0,
      2,
    );
  }

  #keyOf(keyId: Uint8Array | undefined): (ChannelKey & { readonly hmac: Hmac }) | undefined {
    return keyId && this.#accepted.find(({ id }) => equalBytes(id, keyId));
  }

  /** The host has switched to the new key: the one before is not needed any more. */
  #replaced(keyId: Uint8Array | undefined): void {
    const [newest] = this.#accepted;
    if (newest !== undefined && this.#keyOf(keyId) === newest) this.#accepted = [newest];
  }

  #process(frame: RawFrame): Promise<void> | undefined {
    const { type, content } = frame;
    if (type === 'welcome' && this.#stage === 'welcome') return this.#welcomed(frame);
    if (this.#stage === 'open') {
      if (type === 'call') return this.#call(frame);
      if (type === 'cancel') return this.#stop(readCancel(content));
      if (type === 'reply') return this.#replied(content);
      if (type === 'key') return this.#take(frame);
    }
    throw new ChannelError('ERR_CHANNEL_FRAME', `a \`${type}\` cannot come now`);
  }

  #welcomed({ keyId, content }: RawFrame): undefined {
    const { name } = this.#options;
    this.#nonces = { host: readNonce(content), service: this.#nonce };
    // A host that welcomes without a key checks none: in `monitor` this side then does not use one either.
    const key = keyId === undefined ? undefined : this.#connection.outlet.key;
    this.#connection.outlet.use(key, this.#nonces);
    this.#accepted = [];
    if (key !== undefined) this.#accept(key);
    this.#connection.send('ready', name, '{}');
    this.#stage = 'open';
    this.#connection.opened();
    this.#connection.widen();
    return undefined;
  }

  #call({ name, content }: RawFrame): undefined {
    const { callsMax, instance, clock, logger, frameBytesMax } = this.#options;
    const { id, call } = readCall(content);
    if (this.#calls.has(id)) throw new ChannelError('ERR_CHANNEL_FRAME', `call ${id} is in progress already`);
    if (this.#calls.size >= callsMax || this.#connection.isFull) {
      const text = `this process has too much to do (${this.#calls.size} calls); try again later`;
      this.#connection.refuse('answer', name, answerContent(id, refusal(text)));
      return undefined;
    }
    const asks = new ServiceAsks(id, this.#asks);
    const inProgress: CallInProgress = { stop: () => undefined, asks };
    this.#calls.set(id, inProgress);
    const onStop = (callback: () => void): (() => void) => {
      inProgress.stop = callback;
      return () => undefined;
    };
    const { callService } = asks;
    const answer = (given: ChannelAnswer): void => {
      asks.end();
      if (this.#calls.get(id) !== inProgress) return;
      this.#calls.delete(id);
      const text = answerContent(id, given);
      const large = refusal(`the answer is over the channel's bound of ${frameBytesMax} bytes`);
      const sent = fits(text, name, frameBytesMax) ? text : answerContent(id, large);
      this.#connection.send('answer', name, sent);
    };
    void performCall({ call, instance, clock, logger, callService, onStop }).then(answer);
    return undefined;
  }

  #replied(content: string): undefined {
    const { id, ask, answer } = readReply(content);
    this.#calls.get(id)?.asks.reply(ask, answer);
    return undefined;
  }

  /** The host waits for this call no longer. */
  #stop(id: number): undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.asks.end();
    // Once to end its work, once more to wait no longer.
    call?.stop();
    call?.stop();
    return undefined;
  }

  async #take({ content, keyId }: RawFrame): Promise<void> {
    const { keys, name } = this.#options;
    const under = this.#keyOf(keyId);
    if (keys === undefined || under === undefined)
      throw new ChannelError('ERR_CHANNEL_FRAME', 'a key came to a service that uses none');
    const { id, wrapped: hidden } = readKeyContent(content);
    const secret = wrapped(under, this.#nonces, { id, secret: hidden });
    await keys.take({ id, secret });
    if (this.#connection.isOver) return;
    this.#connection.send('taken', name, takenContent(id));
    this.#connection.outlet.use({ id, secret }, this.#nonces);
    this.#accept({ id, secret });
  }
}

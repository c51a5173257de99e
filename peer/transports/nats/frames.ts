import { toHex } from '../../../base/bytes.ts';
import { messageOf } from '../../../services/index.ts';
import { systemClock, systemRandom } from '../../system.ts';
import type { LinkHost, LinkReply } from '../link.ts';
import { UnderWay } from '../under-way.ts';
import { Assembly, piecesOf, type Piece } from './chunks.ts';
import type { Bus } from './connection.ts';
import type { NatsBounds } from './options.ts';
import { answerSubject, frameStream, frameSubject, partitionOfFrame } from './subjects.ts';

/** A frame is worthless once its envelope has expired: it lives 30 s, and clocks may differ by 60 s. */
const QUEUED_MS = 90_000;
/** A message that was delivered and neither acknowledged nor called in work for so long is delivered again. */
const ACK_WAIT_MS = 3000;
const WORKING_MS = 1000;
const MS = 1_000_000;

/** How the answer finds its way: `<host that asked> <number of the request>`. */
const ASKED = 'Beryl-Asked';
const PIECE = 'Beryl-Piece';
const ANSWER_TO = /^([1-9A-HJ-NP-Za-km-z]{52}) ([\da-z]{1,40})$/;
const PIECE_IS = /^([\da-z]{1,40}) (\d{1,5}) (\d{1,5})$/;
/** What servers answer when a stream is full, by code: messages, bytes, of one subject. */
const FULL = /maximum (messages|bytes|message) ?(per subject)? ?exceeded|insufficient resources/i;

/** Publishes frames for other peers, with acknowledgement, and waits for their answers. */
export class FrameSender {
  readonly #bus: Bus;
  readonly #peerId: string;
  readonly #bounds: NatsBounds;
  readonly #waiting = new Map<string, { from: string; settle: (reply: LinkReply) => void }>();
  readonly #underWay = new UnderWay();
  readonly #subscription: { unsubscribe(): void };
  /** Requests of an earlier life must not be mistaken for those of this one. */
  readonly #life = toHex(systemRandom.bytes(8));
  #count = 0;

  constructor(bus: Bus, peerId: string, bounds: NatsBounds) {
    this.#bus = bus;
    this.#peerId = peerId;
    this.#bounds = bounds;
    this.#subscription = bus.connection.subscribe(answerSubject(peerId, bus.host, '*', '*'), {
      callback: (failure, message) => {
        if (failure !== null) return;
        const [, , , , by, id = ''] = message.subject.split('.');
        const asked = this.#waiting.get(id);
        // The server lets a host publish answers of its own peer only.
        if (asked?.from === by) asked?.settle({ ok: true, frame: plain(message.data) });
      },
    });
  }

  /** Never rejects. */
  async request(to: string, frame: Uint8Array): Promise<LinkReply> {
    const { frameBytesMax, answerWaitMs } = this.#bounds;
    if (frame.length > frameBytesMax)
      return {
        ok: false,
        kind: 'too-large',
        reason: `a frame of ${frame.length} bytes is over the link’s ${frameBytesMax}`,
      };
    const end = this.#underWay.begin(this.#peerId, to, frame.length);
    if (end === undefined) return transient(`too much is on its way to \`${to}\` already`);
    const id = `${this.#life}${(++this.#count).toString(36)}`;
    try {
      const answered = new Promise<LinkReply>(resolve => {
        const late = transient(`\`${to}\` did not answer within ${answerWaitMs} ms`);
        const cancel = systemClock.after(answerWaitMs, () => resolve(late));
        const settle = (reply: LinkReply): void => {
          cancel();
          resolve(reply);
        };
        this.#waiting.set(id, { from: to, settle });
      });
      await this.#publish(to, frame, id);
      return await answered;
    } catch (failure) {
      this.#waiting.get(id)?.settle(transient('not sent'));
      return transient(reasonOf(failure, to));
    } finally {
      this.#waiting.delete(id);
      end();
    }
  }

  async #publish(to: string, frame: Uint8Array, id: string): Promise<void> {
    const { streams, packages, host } = this.#bus;
    const subject = frameSubject(to, partitionOfFrame(frame) ?? 0, this.#peerId);
    const pieces = piecesOf(frame);
    await Promise.all(
      pieces.map((piece, index) => {
        const headers = packages.core.headers();
        headers.set(ASKED, `${host} ${id}`);
        if (pieces.length > 1) headers.set(PIECE, `${id} ${index} ${pieces.length}`);
        return streams.publish(subject, piece, { headers, retries: 0 });
      }),
    );
  }

  stop(): void {
    this.#subscription.unsubscribe();
    for (const { settle } of this.#waiting.values()) settle(transient('the link was stopped'));
  }
}

/** Reads the frames of one peer, or of one of its partitions, and answers them. */
export class FrameReceiver {
  readonly #bus: Bus;
  readonly #host: LinkHost;
  readonly #bounds: NatsBounds;
  readonly #partition: number | undefined;
  readonly #pieces = new Assembly(systemClock);
  readonly #onLost: () => void;
  #messages: { close(): Promise<void | Error> } | undefined;
  #isStopped = false;

  /**
   * @param partition Left out: all of them.
   * @param onLost    Another worker reads this partition now.
   */
  constructor(
    bus: Bus,
    host: LinkHost,
    bounds: NatsBounds,
    partition?: number,
    onLost: () => void = () => undefined,
  ) {
    this.#bus = bus;
    this.#host = host;
    this.#bounds = bounds;
    this.#partition = partition;
    this.#onLost = onLost;
  }

  /** @throws What the server says. */
  async start(): Promise<void> {
    const { manager, streams, packages } = this.#bus;
    const { peerId } = this.#host;
    const { AckPolicy } = packages.jetstream;
    const stream = frameStream(peerId);
    const isOne = this.#partition !== undefined;
    const name = isOne ? `p${this.#partition}` : 'all';
    const max = this.#bounds.underWayMax * (isOne ? 1 : 16);
    // What the owner before has read and not acknowledged is delivered again, at once and only here.
    if (isOne) await manager.consumers.delete(stream, name).catch(() => undefined);
    const info = await manager.consumers.add(stream, {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT_MS * MS,
      max_ack_pending: max,
      ...(isOne && { filter_subject: frameSubject(peerId, this.#partition as number, '*') }),
    });
    const consumer = streams.consumers.getConsumerFromInfo(info);
    const messages = await consumer.consume({
      max_messages: max,
      expires: 30_000,
      callback: message => void this.#take(message),
    });
    this.#messages = messages;
    if (isOne) void this.#watch(messages);
  }

  async #watch(messages: { status(): AsyncIterable<{ readonly type: string }> }): Promise<void> {
    for await (const { type } of messages.status()) {
      if (this.#isStopped) return;
      if (type === 'consumer_deleted' || type === 'consumer_not_found') return this.#onLost();
    }
  }

  stop(): void {
    this.#isStopped = true;
    // Nothing is waited for: what arrives from now on is ignored here, and delivered again to the next reader.
    void this.#messages?.close();
  }

  /** Never rejects. */
  async #take(message: Arrived): Promise<void> {
    if (this.#isStopped) return;
    const { subject, headers } = message;
    const [, , , , from = ''] = subject.split('.');
    const asked = ANSWER_TO.exec(headers?.get(ASKED) ?? '');
    // Every honest frame has it, and without it there is no address to answer.
    if (asked === null || this.#host.isDenied(from)) return message.term();
    const frame = this.#whole(message, from, headers?.get(PIECE));
    if (frame === undefined) return message.ack();
    if (this.#partition !== undefined && partitionOfFrame(frame) !== this.#partition) return message.term();
    const end = this.#keepWorking(message);
    const answer = await this.#host.answer(frame, from);
    end();
    if (this.#isStopped) return;
    const [, host = '', id = ''] = asked;
    this.#bus.connection.publish(answerSubject(from, host, this.#host.peerId, id), answer);
    message.ack();
  }

  /** Tells the server that a message is under way, as long as its sender waits for the answer. */
  #keepWorking(message: Arrived): () => void {
    const until = systemClock.now() + this.#bounds.answerWaitMs;
    const timer = setInterval(() => {
      if (systemClock.now() < until && !this.#isStopped) return message.working();
      clearInterval(timer);
      message.term();
    }, WORKING_MS);
    return () => clearInterval(timer);
  }

  /** Pieces are acknowledged as they come: a frame whose pieces are lost with this process is sent again. */
  #whole(message: Arrived, from: string, header: string | undefined): Uint8Array | undefined {
    if (header === undefined || header === '') return plain(message.data);
    const [, frame = '', index = '', count = ''] = PIECE_IS.exec(header) ?? [];
    if (frame === '') return undefined;
    const piece: Piece = { frame, index: Number(index), count: Number(count) };
    return this.#pieces.push(from, piece, message.data.slice());
  }
}

interface Arrived {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: { get(name: string): string } | undefined;
  ack(): void;
  term(): void;
  working(): void;
}

/** Makes sure that the stream of a peer's frames is there, and that no consumer of another kind reads it. @throws What the server says. */
export async function openFrameStream(
  { manager, packages }: Bus,
  peerId: string,
  bounds: NatsBounds,
  isShared: boolean,
): Promise<void> {
  const { RetentionPolicy, DiscardPolicy } = packages.jetstream;
  const name = frameStream(peerId);
  const settings = {
    name,
    subjects: [frameSubject(peerId, '*', '*')],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs: bounds.queuedMax,
    max_bytes: bounds.queuedBytesMax,
    max_msgs_per_subject: bounds.queuedPerSender,
    max_age: QUEUED_MS * MS,
    duplicate_window: 1000 * MS,
  };
  await manager.streams.add(settings).catch(async (failure: unknown) => {
    // It is there with other bounds.
    if (!(failure instanceof packages.jetstream.JetStreamApiError)) throw failure;
    await manager.streams.update(name, settings);
  });
  for await (const { name: consumer } of manager.consumers.list(name))
    if ((consumer === 'all') === isShared) await manager.consumers.delete(name, consumer);
}

/** Node’s `Buffer` is a `Uint8Array` whose `slice` does not copy. */
const plain = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function reasonOf(failure: unknown, to: string): string {
  const text = messageOf(failure);
  if (FULL.test(text)) return `\`${to}\` is busy: its queue on the bus is full (${text})`;
  if (/no responders/i.test(text))
    return `\`${to}\` has no queue on the bus: it has never been started there`;
  return `cannot reach \`${to}\`: ${text}`;
}

const transient = (reason: string): LinkReply => ({ ok: false, kind: 'transient', reason });

import { utf8 } from '../../base/bytes.ts';
import { messageOf } from '../../services/index.ts';
import { StoreError } from '../stores/store.ts';
import type { Bus } from '../transports/nats/connection.ts';
import { stateStream, stateSubject } from '../transports/nats/subjects.ts';

/** One value that the partition holds. */
export interface LogEntry {
  /** What stands after the partition in the subject. */
  readonly name: string;
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** A write under way. */
export interface LogWrite {
  /** Its place, if it takes place at all. */
  readonly sequence: number;
  readonly done: Promise<void>;
}

/** Another worker may claim the same partition at the same time: each tries so often. */
const CLAIM_TRIES = 5;
const CLAIM = 'claim';
const READ_AT_A_TIME = 256;
/** What a server says when a write does not follow the one that it names. */
const WRONG_SEQUENCE = 10071;
const NO_STREAM = 10059;

/**
 * The values of one partition, in a stream of its own that keeps the last one of each name. Only one worker can write: each write names
 * the sequence that it follows, and the claim of the next worker takes the place that the writes of the last one would follow. So a
 * worker that has lost its partition without knowing writes nothing any more, whatever its clock says.
 */
export class PartitionLog {
  readonly #bus: Bus;
  readonly #peerId: string;
  readonly #partition: number;
  #last = 0;
  #claim = 0;
  #failure: StoreError | undefined;

  constructor(bus: Bus, peerId: string, partition: number) {
    this.#bus = bus;
    this.#peerId = peerId;
    this.#partition = partition;
  }

  /** Why nothing can be written any more. */
  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** The place of this worker's claim: a later claim holds instead. */
  get claimed(): number {
    return this.#claim;
  }

  /**
   * Takes the partition from its present owner, and reads it.
   *
   * @throws {StoreError} `ERR_STORE_CONFLICT` if others claim it as well; `ERR_STORE_FAILED`.
   */
  async claim(): Promise<readonly LogEntry[]> {
    for (let tries = 1; ; tries++) {
      try {
        this.#failure = undefined;
        this.#last = await this.#lastSequence();
        const { sequence, done } = this.write(CLAIM, utf8(this.#bus.host));
        await done;
        this.#claim = sequence;
        return await this.#read(sequence);
      } catch (failure) {
        const known = storeError(failure);
        if (known.code !== 'ERR_STORE_CONFLICT' || tries >= CLAIM_TRIES) throw known;
      }
    }
  }

  /**
   * Writes a value after everything that was written before. `done` rejects with a {@link StoreError}. `ERR_STORE_CONFLICT`: another worker
   * has the partition. `ERR_STORE_FAILED`: it is not known whether it was written. Either way nothing can be written any more.
   */
  write(name: string, bytes: Uint8Array): LogWrite {
    const lastSequence = this.#last;
    this.#last += 1;
    const subject = stateSubject(this.#peerId, this.#partition, name);
    const publish = async (): Promise<void> => {
      if (this.#failure !== undefined) throw this.#failure;
      try {
        await this.#bus.streams.publish(subject, bytes, { expect: { lastSequence }, retries: 0 });
      } catch (failure) {
        this.#failure ??= storeError(failure);
        throw this.#failure;
      }
    };
    return { sequence: this.#last, done: publish() };
  }

  /** Deletes a value that nothing needs any more. Best effort: what stays is deleted by the next owner. */
  async remove(sequence: number): Promise<void> {
    if (this.#failure !== undefined) return;
    await this.#bus.manager.streams
      .deleteMessage(stateStream(this.#peerId, this.#partition), sequence, false)
      .catch(() => undefined);
  }

  async #lastSequence(): Promise<number> {
    const { manager, packages } = this.#bus;
    const name = stateStream(this.#peerId, this.#partition);
    try {
      return (await manager.streams.info(name)).state.last_seq;
    } catch (failure) {
      if (codeOf(failure) !== NO_STREAM) throw failure;
    }
    const { state } = await manager.streams.add({
      name,
      subjects: [stateSubject(this.#peerId, this.#partition, '>')],
      max_msgs_per_subject: 1,
      discard: packages.jetstream.DiscardPolicy.Old,
    });
    return state.last_seq;
  }

  async #read(until: number): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = [];
    const consumer = await this.#bus.streams.consumers.get(stateStream(this.#peerId, this.#partition));
    const prefix = stateSubject(this.#peerId, this.#partition, '').length;
    const messages = await consumer.consume({ max_messages: READ_AT_A_TIME });
    for await (const { subject, seq, data } of messages) {
      const name = subject.slice(prefix);
      if (name !== CLAIM) entries.push({ name, sequence: seq, bytes: data.slice() });
      if (seq >= until) break;
    }
    void messages.close();
    return entries;
  }
}

function storeError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  return codeOf(cause) === WRONG_SEQUENCE
    ? new StoreError('ERR_STORE_CONFLICT', 'another worker has the partition', {}, { cause })
    : new StoreError(
        'ERR_STORE_FAILED',
        `the partition cannot be written: ${messageOf(cause)}`,
        {},
        { cause },
      );
}

const codeOf = (failure: unknown): unknown => (failure as { code?: unknown } | null)?.code;

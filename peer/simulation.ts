import type { Activity, Clock } from './ports.ts';
import { checkOptions } from '../base/options.ts';
import { SIMULATION_OPTIONS } from './option-shapes.ts';
import type { Peer, PeerOptions } from './options.ts';
import { createPeer } from './peer.ts';
import { seededRandom } from './seeded-random.ts';
import { MemoryNetwork } from './transports/memory.ts';
import { signerOf } from '../interpreter/index.ts';
import { systemClock, systemDefer } from './system.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A whole network in one process, on virtual time: equal seeds give equal runs. */
export interface Simulation {
  readonly clock: Clock;
  readonly network: MemoryNetwork;
  /** Creates and starts a peer on this network. A store that cannot be opened makes `settle` reject. */
  addPeer(
    options: Omit<PeerOptions, 'transport' | 'link' | 'envelopes' | 'clock' | 'random' | 'activity'>,
  ): Peer;
  /**
   * Runs until nothing is under way: no message, no call, and no timer except the deadlines of particles.
   *
   * @param signal When it fires, time no longer waits for handlers: it continues at once, so that they reach their time-outs.
   */
  settle(signal?: AbortSignal): Promise<void>;
  /** As `settle`, then continues until every particle has expired, so that all promises are settled. */
  runToEnd(signal?: AbortSignal): Promise<void>;
}

export interface SimulationOptions {
  /** The source of all randomness. */
  readonly seed: number;
  /** Virtual start time, milliseconds since 1970. */
  readonly startMs: number;
  /**
   * How long the clock waits for a piece of real work, in real milliseconds; 1 000 if left out. Then virtual time continues, so that a
   * handler that never answers reaches its time-out.
   */
  readonly realWorkMs?: number;
}

/**
 * Virtual time stands still while real work is under way: a handler that reads a file takes no virtual time at all.
 *
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  checkOptions('createSimulation', options, SIMULATION_OPTIONS);
  const { seed, startMs, realWorkMs = REAL_WORK_MS } = options;
  const clock = new VirtualClock(startMs);
  const random = seededRandom(seed);
  const network = new MemoryNetwork(clock, random);
  const work = new WorkCounter(realWorkMs);
  let startFailure: { failure: unknown } | undefined;

  const settleUntil = async (isBeyond: (due: number) => boolean, signal?: AbortSignal): Promise<void> => {
    for (;;) {
      await work.pause();
      if (startFailure !== undefined) throw startFailure.failure;
      if (await work.changesSoon(signal)) continue;
      const due = clock.nextDue;
      if (due !== undefined && !isBeyond(due)) clock.advance();
      else if (work.isBusy) await work.change();
      else return;
    }
  };

  return {
    clock,
    network,
    addPeer(options) {
      const signer =
        options.secretKey instanceof Uint8Array ? signerOf(options.secretKey) : options.secretKey;
      const transport = network.join(signer.peerId);
      const peer = createPeer({ ...options, secretKey: signer, transport, clock, random, activity: work });
      peer.start().catch((failure: unknown) => void (startFailure ??= { failure }));
      return peer;
    },
    settle: signal => settleUntil(due => due > work.earliestDeadline, signal),
    runToEnd: signal => settleUntil(() => false, signal),
  };
}

const REAL_WORK_MS = 1000;

/** Turns of the event loop that a handler needs at most if it waits only for promises. */
const PAUSE_TURNS = 8;

/** Calls and other work under way, and the deadlines of living particles. */
class WorkCounter implements Activity {
  readonly #realWorkMs: number;
  /** The real time at which each piece of work began. The end of work does not name which: the newest is removed, as most are short. */
  readonly #begun: number[] = [];
  #held = 0;
  #changed: (() => void)[] = [];
  readonly #deadlines: { at: number }[] = [];

  constructor(realWorkMs: number) {
    this.#realWorkMs = realWorkMs;
  }

  begin(): void {
    this.#begun.push(systemClock.now());
    this.#tell();
  }

  end(): void {
    this.#begun.pop();
    this.#tell();
  }

  hold(): () => void {
    this.#held += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#held -= 1;
      this.#tell();
    };
  }

  deadline(at: number): () => void {
    const entry = { at };
    this.#deadlines.push(entry);
    return () => void this.#deadlines.splice(this.#deadlines.indexOf(entry), 1);
  }

  get isBusy(): boolean {
    return this.#begun.length > 0;
  }

  get earliestDeadline(): number {
    return this.#deadlines.reduce((earliest, { at }) => Math.min(earliest, at), Infinity);
  }

  change(): Promise<void> {
    return new Promise(resolve => this.#changed.push(resolve));
  }

  /** Waits while some work is young enough to be waited for, until `signal` fires. @returns Whether any began or ended meanwhile. */
  async changesSoon(signal?: AbortSignal): Promise<boolean> {
    const newest = this.#begun.at(-1);
    const waitMs = newest === undefined ? 0 : newest + this.#realWorkMs - systemClock.now();
    if (waitMs <= 0 || signal?.aborted === true) return false;
    let cancel = (): void => undefined;
    const given = new Promise<false>(resolve => {
      const giveUp = (): void => resolve(false);
      const stop = systemClock.after(waitMs, giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      cancel = () => {
        stop();
        signal?.removeEventListener('abort', giveUp);
      };
    });
    const changed = await Promise.race([this.change().then(() => true), given]);
    cancel();
    return changed;
  }

  /**
   * Completes everything that needs no virtual time: always one turn, and more while calls are under way. It waits for real work, such
   * as a store's.
   */
  async pause(): Promise<void> {
    let turns = 0;
    do {
      await new Promise<void>(systemDefer);
      turns += 1;
      // Work that follows from it begins in the next turn.
      while (this.#held > 0) {
        await this.change();
        turns = 0;
      }
    } while (turns === 0 || (this.isBusy && turns < PAUSE_TURNS));
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

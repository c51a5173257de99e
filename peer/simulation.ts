import type { Activity, Clock } from './ports.ts';
import { checkOptions } from '../base/options.ts';
import { SIMULATION_OPTIONS } from './option-shapes.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';
import { seededRandom } from './seeded-random.ts';
import { MemoryNetwork } from './transports/memory.ts';
import { signerOf, type Signer } from '../interpreter/index.ts';
import { systemClock, systemDefer } from './system.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A whole network in one process, on virtual time: one seed, one run. */
export interface Simulation {
  readonly clock: Clock;
  readonly network: MemoryNetwork;
  /** Creates and starts a peer on this network. A store that cannot be opened makes `settle` reject. */
  addPeer(options: Omit<PeerOptions, 'transport' | 'clock' | 'random' | 'activity'>): Peer;
  /** Runs until nothing is under way: no message, no call, no timer but the ends of particles' lives. */
  settle(): Promise<void>;
  /** As `settle`, and on until every particle has expired, so that all promises are settled. */
  runToEnd(): Promise<void>;
}

export interface SimulationOptions {
  /** All chance comes from it. */
  readonly seed: number;
  /** Virtual time of the beginning, milliseconds since 1970. */
  readonly startMs: number;
  /**
   * How long the clock waits for a piece of real work, in real milliseconds; 1 000 if left out. Then it goes on, so that the time-out
   * of a handler that never answers comes.
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

  const settleUntil = async (isBeyond: (due: number) => boolean): Promise<void> => {
    for (;;) {
      await work.pause();
      if (startFailure !== undefined) throw startFailure.failure;
      if (await work.changesSoon()) continue;
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
      const signer: Signer =
        options.secretKey instanceof Uint8Array ? signerOf(options.secretKey) : options.secretKey;
      const transport = network.join(signer.peerId);
      const peer = createPeer({ ...options, secretKey: signer, transport, clock, random, activity: work });
      peer.start().catch((failure: unknown) => void (startFailure ??= { failure }));
      return peer;
    },
    settle: () => settleUntil(due => due > work.earliestDeadline),
    runToEnd: () => settleUntil(() => false),
  };
}

const REAL_WORK_MS = 1000;

/** Turns of the event loop in which a handler that waits for nothing but promises comes to its end. */
const PAUSE_TURNS = 8;

/** Calls and other work under way, and the deadlines of living particles. */
class WorkCounter implements Activity {
  readonly #realWorkMs: number;
  /** When each piece of work began, in real time. Which one ends is not known: the newest, as most are short. */
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

  /** Waits while some work is young enough to be waited for. @returns Whether any began or ended meanwhile. */
  async changesSoon(): Promise<boolean> {
    const newest = this.#begun.at(-1);
    const waitMs = newest === undefined ? 0 : newest + this.#realWorkMs - systemClock.now();
    if (waitMs <= 0) return false;
    let cancel = (): void => undefined;
    const given = new Promise<false>(resolve => (cancel = systemClock.after(waitMs, () => resolve(false))));
    const changed = await Promise.race([this.change().then(() => true), given]);
    cancel();
    return changed;
  }

  /**
   * Lets everything happen that needs no time: always one turn, and some more while calls are under way. Real work, such as a
   * store's, is waited for.
   */
  async pause(): Promise<void> {
    let turns = 0;
    do {
      await new Promise<void>(systemDefer);
      turns += 1;
      // What such work makes possible begins in the turn after it.
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

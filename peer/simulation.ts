import type { Activity, Clock } from './ports.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';
import { seededRandom } from './seeded-random.ts';
import { MemoryNetwork } from './transports/memory.ts';
import { signerOf, type Signer } from '../interpreter/index.ts';
import { systemDefer } from './system.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A whole network in one process, on virtual time: one seed, one run. */
export interface Simulation {
  readonly clock: Clock;
  readonly network: MemoryNetwork;
  /** Creates and starts a peer on this network. */
  addPeer(options: Omit<PeerOptions, 'transport' | 'clock' | 'random' | 'activity'>): Peer;
  /** Runs until nothing is under way: no message, no call, no timer but the ends of particles' lives. */
  settle(): Promise<void>;
  /** As `settle`, and on until every particle has expired, so that all promises are settled. */
  runToEnd(): Promise<void>;
}

/**
 * @param options.seed    All chance comes from it.
 * @param options.startMs Virtual time of the beginning, milliseconds since 1970.
 */
export function createSimulation({ seed, startMs }: { seed: number; startMs: number }): Simulation {
  const clock = new VirtualClock(startMs);
  const random = seededRandom(seed);
  const network = new MemoryNetwork(clock, random);
  const work = new WorkCounter();

  const settleUntil = async (isBeyond: (due: number) => boolean): Promise<void> => {
    for (;;) {
      await work.pause();
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
      peer.start();
      return peer;
    },
    settle: () => settleUntil(due => due > work.earliestDeadline),
    runToEnd: () => settleUntil(() => false),
  };
}

/** Turns of the event loop in which a handler that waits for nothing but promises comes to its end. */
const PAUSE_TURNS = 8;

/** Calls and sends under way, and the deadlines of living particles. */
class WorkCounter implements Activity {
  #busy = 0;
  #changed: (() => void)[] = [];
  readonly #deadlines: { at: number }[] = [];

  begin(): void {
    this.#busy += 1;
    this.#tell();
  }

  end(): void {
    this.#busy -= 1;
    this.#tell();
  }

  deadline(at: number): () => void {
    const entry = { at };
    this.#deadlines.push(entry);
    return () => void this.#deadlines.splice(this.#deadlines.indexOf(entry), 1);
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  get earliestDeadline(): number {
    return this.#deadlines.reduce((earliest, { at }) => Math.min(earliest, at), Infinity);
  }

  change(): Promise<void> {
    return new Promise(resolve => this.#changed.push(resolve));
  }

  /** Lets everything happen that needs no time: always one turn, and some more while work is under way. */
  async pause(): Promise<void> {
    for (let turn = 0; turn === 0 || (this.isBusy && turn < PAUSE_TURNS); turn++) {
      await new Promise<void>(systemDefer);
    }
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

import {
  createPeer,
  createSimulation,
  MemoryNetwork,
  type Activity,
  type Clock,
  type Interceptor,
  type ParticleRun,
  type Peer,
  type PeerOptions,
  type Random,
} from '../peer/index.ts';
import type { Signer } from '../interpreter/index.ts';
import { LiveClock } from './live-clock.ts';

/** Virtual time begins here, so that equal inputs give equal bytes on any day. */
const START_MS = Date.UTC(2026, 0, 1);

export interface WorldPeerOptions extends Omit<
  PeerOptions,
  'transport' | 'clock' | 'random' | 'activity' | 'secretKey'
> {
  readonly secretKey: Signer;
}

/** The peers of a session, in one process, and their time. */
export interface World {
  readonly clock: Clock;
  addPeer(options: WorldPeerOptions): Peer;
  /** Puts an interceptor on the wire. @returns Takes it off again. */
  intercept(interceptor: Interceptor): () => void;
  /** Waits until a run has settled and nothing is under way on any peer. */
  finish(run: ParticleRun): Promise<void>;
}

/** Equal seeds give equal bytes: for the demo, for examples and for tests. */
export function virtualWorld(seed: number): World {
  const simulation = createSimulation({ seed, startMs: START_MS });
  return {
    clock: simulation.clock,
    addPeer: options => simulation.addPeer(options),
    intercept: interceptor => simulation.network.intercept(interceptor),
    async finish() {
      await simulation.settle();
      await simulation.runToEnd();
    },
  };
}

/** Real time, and the platform's randomness. */
export function liveWorld(): World {
  const clock = new LiveClock();
  const random: Random = {
    bytes: count => crypto.getRandomValues(new Uint8Array(count)),
    next: () => Math.random(),
  };
  const network = new MemoryNetwork(clock, random);
  const work = new Work();

  /** Until nothing is under way and no timer is due before `untilMs`. */
  const rest = async (untilMs: number): Promise<void> => {
    for (;;) {
      await new Promise<void>(resolve => void setImmediate(resolve));
      const due = clock.nextDue;
      const isDue = due !== undefined && due <= clock.now();
      if (isDue || (!work.isBusy && due !== undefined && due <= untilMs)) clock.advance();
      else if (work.isBusy) await work.changeOr(clock);
      else return;
    }
  };

  return {
    clock,
    addPeer(options) {
      const transport = network.join(options.secretKey.peerId);
      const peer = createPeer({ ...options, transport, clock, random, activity: work });
      void peer.start();
      return peer;
    },
    intercept: interceptor => network.intercept(interceptor),
    async finish({ header, done }) {
      let isSettled = false;
      const settled = (): boolean => (isSettled = true);
      done.then(settled, settled);
      await rest(header.timestamp + header.ttl);
      // The run cannot make progress any more: the rest of its life is skipped.
      if (!isSettled) await rest(Infinity);
    },
  };
}

/** Calls, runs and stores under way. */
class Work implements Activity {
  #busy = 0;
  #changed: (() => void)[] = [];

  begin(): void {
    this.#busy += 1;
    this.#tell();
  }

  end(): void {
    this.#busy -= 1;
    this.#tell();
  }

  hold(): () => void {
    this.begin();
    return () => this.end();
  }

  deadline(): () => void {
    return () => undefined;
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** Waits until work begins or ends, or a timer is due. */
  async changeOr(clock: LiveClock): Promise<void> {
    const { reached, cancel } = clock.untilDue();
    await Promise.race([new Promise<void>(resolve => this.#changed.push(resolve)), reached]);
    cancel();
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

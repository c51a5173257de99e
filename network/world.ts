import {
  createPeer,
  createSimulation,
  MemoryNetwork,
  type Activity,
  type Clock,
  type StartedParticle,
  type Peer,
  type PeerOptions,
  type Random,
} from '../peer/index.ts';
import type { Signer } from '../interpreter/index.ts';
import { LiveClock } from './live-clock.ts';
import { reachPeer, type LinkMaker, type ReachedPeer } from './reach.ts';

/** Virtual time begins here, so that equal inputs give equal bytes on any day. */
const START_MS = Date.UTC(2026, 0, 1);

export interface WorldPeerOptions extends Omit<
  PeerOptions,
  'transport' | 'link' | 'envelopes' | 'clock' | 'random' | 'activity' | 'secretKey'
> {
  readonly secretKey: Signer;
}

/** The peers of a session, in one process, and their time. */
export interface World {
  readonly clock: Clock;
  addPeer(options: WorldPeerOptions): Peer;
  /** What joins the peers. */
  readonly network: MemoryNetwork;
  /**
   * Waits until a started particle has settled and nothing is under way on any peer.
   *
   * @param signal When it fires, the rest of its life is skipped: handlers under way reach their time-outs, and their signals fire.
   */
  finish(started: StartedParticle, signal?: AbortSignal): Promise<void>;
  /** Connects peers to a running peer. From then on no time is skipped. Left out where time is virtual. */
  reach?(address: string, seeds: readonly Uint8Array[], linkOf: LinkMaker): Promise<ReachedPeer>;
}

/** Equal seeds give equal bytes: for the demo, for examples and for tests. */
export function virtualWorld(seed: number): World {
  const simulation = createSimulation({ seed, startMs: START_MS });
  return {
    clock: simulation.clock,
    network: simulation.network,
    addPeer: options => simulation.addPeer(options),
    async finish(_, signal) {
      await simulation.settle(signal);
      await simulation.runToEnd(signal);
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

  /** Until nothing is under way and no timer is due before `untilMs`. Once `signal` has fired, timers do not wait for handlers. */
  const rest = async (untilMs: number, signal?: AbortSignal): Promise<void> => {
    for (;;) {
      await new Promise<void>(resolve => void setImmediate(resolve));
      const due = clock.nextDue;
      const isDue = due !== undefined && due <= clock.now();
      const isWaiting = work.isBusy && signal?.aborted !== true;
      // The time-out of a handler under way may be due some milliseconds after the end of the particle's life.
      const isAwaited = due !== undefined && (due <= untilMs || work.isBusy);
      if (isDue || (!isWaiting && isAwaited)) clock.advance();
      else if (work.isBusy) await work.changeOr(clock, signal);
      else return;
    }
  };

  const reachedIds = new Set<string>();
  let hasLeft = false;
  /** In real time: until the run has settled and nothing is under way here. What has left may still come back. */
  const wait = async ({ done }: StartedParticle, signal?: AbortSignal): Promise<void> => {
    hasLeft = false;
    let isSettled = false;
    const settled = (): boolean => (isSettled = true);
    done.then(settled, settled);
    let quietSince = performance.now();
    for (;;) {
      await new Promise<void>(resolve => void setImmediate(resolve));
      if (signal?.aborted === true) break;
      const due = clock.nextDue;
      const isDue = due !== undefined && due <= clock.now();
      if (isDue) clock.advance();
      const isUnderWay = isDue || !isSettled || work.isBusy || (due ?? Infinity) < work.earliestDeadline;
      if (isUnderWay) quietSince = performance.now();
      else if (performance.now() - quietSince >= (hasLeft ? RETURN_MS : 0)) return;
      if (!isDue) await work.changeOr(clock, signal, LOOK_MS);
    }
    await rest(Infinity, signal);
    clock.unskip();
  };

  return {
    clock,
    network,
    async reach(address, seeds, linkOf) {
      await rest(Infinity);
      clock.unskip();
      const reached = await reachPeer(address, {
        network,
        seeds,
        linkOf,
        isReached: peerId => reachedIds.has(peerId),
        left: () => (hasLeft = true),
      });
      reachedIds.add(reached.peerId);
      const stop = (): Promise<void> => {
        reachedIds.delete(reached.peerId);
        return reached.stop();
      };
      return { ...reached, stop };
    },
    addPeer(options) {
      const transport = network.join(options.secretKey.peerId);
      const peer = createPeer({ ...options, transport, clock, random, activity: work });
      void peer.start();
      return peer;
    },
    async finish(run, signal) {
      if (reachedIds.size > 0) return wait(run, signal);
      const { header, done } = run;
      let isSettled = false;
      const settled = (): boolean => (isSettled = true);
      done.then(settled, settled);
      await rest(header.timestamp + header.ttl, signal);
      // The particle cannot make progress any more: the rest of its life is skipped.
      if (!isSettled) await rest(Infinity, signal);
    },
  };
}

/** After so long without work here, what has left this process is not waited for, milliseconds. */
const RETURN_MS = 500;
/** How often a run of which parts are elsewhere is looked at, milliseconds. */
const LOOK_MS = 10;

/** Calls, runs and stores under way, and the deadlines of living particles. */
class Work implements Activity {
  #busy = 0;
  readonly #deadlines = new Set<{ readonly at: number }>();
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

  deadline(at: number): () => void {
    const entry = { at };
    this.#deadlines.add(entry);
    return () => void this.#deadlines.delete(entry);
  }

  get earliestDeadline(): number {
    return [...this.#deadlines].reduce((earliest, { at }) => Math.min(earliest, at), Infinity);
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** Waits until work begins or ends, a timer is due, or `signal` fires; no longer than `mostMs`, if that is given. */
  async changeOr(clock: LiveClock, signal: AbortSignal | undefined, mostMs?: number): Promise<void> {
    const { reached, cancel } = clock.untilDue();
    const changed = new Promise<void>(resolve => this.#changed.push(resolve));
    const tell = (): void => this.#tell();
    const timer = mostMs === undefined ? undefined : setTimeout(tell, mostMs);
    signal?.addEventListener('abort', tell, { once: true });
    await Promise.race([changed, reached]);
    signal?.removeEventListener('abort', tell);
    clearTimeout(timer);
    cancel();
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

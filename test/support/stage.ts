import { MemoryNetwork, seededRandom, VirtualClock } from '../../peer/index.ts';

/** Turns of the event loop in which runs, stores and handlers that wait for no time come to their ends. */
const TURNS = 30;

/** Virtual time and a network for peers that are started, stopped and killed by hand. */
export class Stage {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;

  constructor(seed = 1, startMs = 1_700_000_000_000) {
    this.clock = new VirtualClock(startMs);
    this.network = new MemoryNetwork(this.clock, seededRandom(seed));
  }

  /** Lets everything happen that needs no time. */
  async turns(count = TURNS): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise<void>(resolve => void setImmediate(resolve));
  }

  /** Lets time pass until something is so. @throws If nothing is left that could bring it about. */
  async until(isSo: () => boolean, what = 'what the test waits for'): Promise<void> {
    for (;;) {
      await this.turns();
      if (isSo()) return;
      if (!this.clock.advance()) throw new Error(`${what} never happened`);
    }
  }

  /** Lets time pass until a promise has settled. */
  async end<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    promise.then(settled, settled);
    await this.until(() => isSettled, 'the end of a promise');
    return promise;
  }

  /** Lets time pass, at most so long. */
  async pass(ms: number): Promise<void> {
    let isOver = false;
    this.clock.after(ms, () => (isOver = true));
    await this.until(() => isOver);
  }
}

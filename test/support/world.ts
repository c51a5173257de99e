import {
  createSimulation,
  type Peer,
  type PeerObserver,
  type PeerOptions,
  type RefusalEvent,
  type Simulation,
} from '../../peer/index.ts';
import type { CallEvent } from '../../services/index.ts';
import type { Step } from '../../interpreter/index.ts';
import { seedOf } from './cast.ts';

/** A simulated network with members of the cast, which keeps what happens. */
export class World {
  readonly simulation: Simulation;
  readonly steps: Step[] = [];
  readonly calls: CallEvent[] = [];
  readonly refusals: RefusalEvent[] = [];
  readonly expired: string[] = [];

  constructor(seed = 1) {
    this.simulation = createSimulation({ seed, startMs: 1_700_000_000_000 });
  }

  add(name: string, options: Omit<PeerOptions, 'secretKey' | 'transport' | 'observer'> = {}): Peer {
    const observer: PeerObserver = {
      step: step => void this.steps.push(step),
      call: event => void this.calls.push(event),
      refused: event => void this.refusals.push(event),
      expired: ({ peerId }) => void this.expired.push(peerId),
    };
    return this.simulation.addPeer({ ...options, secretKey: seedOf(name), observer });
  }
}

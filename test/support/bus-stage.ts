import {
  createPeer,
  MemoryBus,
  seededRandom,
  type Frame,
  type HopRefusalEvent,
  type Peer,
  type PeerOptions,
} from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, seedOf, withIds } from './cast.ts';
import { Stage } from './stage.ts';

/** What one host on the bus has refused and done. */
export interface Host {
  readonly peer: Peer;
  readonly refused: HopRefusalEvent[];
  /** Codes of refused frames, in order. */
  readonly codes: () => string[];
  /** How often its service was called. */
  readonly calls: () => number;
}

/** Peers on a bus that an attacker can write to, on virtual time. */
export class BusStage {
  readonly stage = new Stage();
  readonly bus: MemoryBus;
  /** All frames that travelled. */
  readonly frames: Frame[] = [];

  constructor(isAuthenticated = false) {
    this.bus = new MemoryBus({ clock: this.stage.clock, random: seededRandom(7), isAuthenticated });
    this.bus.tap(frame => {
      this.frames.push(frame);
      return frame.bytes;
    });
  }

  async host(name: string, options: Partial<PeerOptions> = {}): Promise<Host> {
    const refused: HopRefusalEvent[] = [];
    let calls = 0;
    const service = defineService({
      id: 'work',
      functions: { do: { arguments: {}, guards: {}, handler: () => `done ${++calls}` } },
    });
    const peer = createPeer({
      secretKey: seedOf(name),
      link: this.bus.join(),
      clock: this.stage.clock,
      services: [startService(service)],
      observer: { hopRefused: event => void refused.push(event) },
      ...options,
    });
    await peer.start();
    return { peer, refused, codes: () => refused.map(({ code }) => code), calls: () => calls };
  }

  /** Runs a call on another peer from here. */
  async call(from: Host, to: string, ttlMs = 60_000): Promise<unknown> {
    const script = `(seq (call "${to}" ("work" "do") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;
    const run = from.peer.run(withIds(script), { ttlMs });
    return this.stage.end(run.done);
  }

  /** The last request that this host sent there. */
  request(from: string, to: string): Frame {
    const found = this.frames.findLast(
      frame => frame.kind === 'request' && frame.from === idOf(from) && frame.to === idOf(to),
    );
    if (found === undefined) throw new Error('no such frame');
    return found;
  }
}

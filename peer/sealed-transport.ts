import type { Signer } from '../interpreter/index.ts';
import { DenyList } from './envelopes/deny-list.ts';
import { HopGate } from './envelopes/hop-gate.ts';
import { ReplayWindow } from './envelopes/replay-window.ts';
import { Hops } from './hops.ts';
import type { HopRefusalEvent } from './observer.ts';
import type { Clock, Random } from './ports.ts';
import { systemClock, systemRandom } from './system.ts';
import type { Link } from './transports/link.ts';
import type { Transport } from './transports/transport.ts';

/** What {@link sealedTransport} needs. */
export interface SealedTransportOptions {
  /** The key of the host: it signs the envelopes. */
  readonly signer: Signer;
  readonly link: Link;
  /** Left out: the system's. */
  readonly clock?: Clock;
  /** For nonces. Left out: the system's. */
  readonly random?: Random;
  /** Called for each frame that was refused for its envelope. */
  readonly hopRefused?: (event: HopRefusalEvent) => void;
}

/**
 * A transport over a link of bytes: each hop travels in a signed envelope, and is refused without one. `createPeer` makes the same of its
 * option `link`; this one is for a peer that has another transport beside it. Its memory of envelopes ends with the process.
 */
export function sealedTransport(options: SealedTransportOptions): Transport {
  const { signer, link, clock = systemClock, random = systemRandom, hopRefused } = options;
  const denied = new DenyList();
  const window = new ReplayWindow();
  return new Hops({
    peerId: signer.peerId,
    link,
    mode: 'enforce',
    gate: new HopGate({ signer, clock, random, window, denied, keep: () => undefined }),
    denied,
    clock,
    notify: (event, ...args) => {
      if (event === 'hopRefused') hopRefused?.(args[0] as HopRefusalEvent);
    },
  });
}

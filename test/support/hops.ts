import { DenyList } from '../../peer/envelopes/deny-list.ts';
import { HopGate } from '../../peer/envelopes/hop-gate.ts';
import { ReplayWindow } from '../../peer/envelopes/replay-window.ts';
import { Hops } from '../../peer/hops.ts';
import type { Clock, EnvelopeMode, HopRefusalEvent, Link, Random } from '../../peer/index.ts';
import { systemClock, systemRandom } from '../../peer/system.ts';
import { signer } from './cast.ts';

export interface HopOptions {
  readonly mode?: EnvelopeMode;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly denied?: DenyList;
  readonly window?: ReplayWindow;
}

/** One host's end of a link, as a peer builds it, and what it has refused. */
export function hopsOver(name: string, link: Link, options: HopOptions = {}) {
  const {
    mode = 'enforce',
    clock = systemClock,
    random = systemRandom,
    denied = new DenyList(),
    window = new ReplayWindow(),
  } = options;
  const refused: HopRefusalEvent[] = [];
  const gate = new HopGate({
    signer: signer(name),
    clock,
    random,
    window,
    denied,
    keep: () => undefined,
  });
  const transport = new Hops({
    peerId: signer(name).peerId,
    link,
    mode,
    gate,
    denied,
    clock,
    notify: (event, ...args) => {
      if (event === 'hopRefused') refused.push(args[0] as HopRefusalEvent);
    },
  });
  return { transport, gate, denied, refused };
}

import { DEFAULT_LIMITS, type Step } from '../../interpreter/index.ts';
import { RecentEntries } from '../recent.ts';
import type { RecordedPeer } from './options.ts';
import { rulesText } from './rules.ts';
import type { RecordingWriter } from './writer.ts';

/** Peers remembered; one that was forgotten is written out again. */
const PEERS_MAX = 65_536;

interface KnownPeer {
  readonly n: number;
  readonly limits: string;
  /** The object that stated them: the same one needs no second look. */
  readonly stated: object | undefined;
}

/** Writes who the peers are, by what limits they run and by what rules they decide: again when that changes. */
export class PeerEntries {
  readonly #writer: RecordingWriter;
  readonly #now: () => number;
  readonly #described = new Map<string, RecordedPeer>();
  readonly #known = new RecentEntries<KnownPeer>(PEERS_MAX);

  constructor(writer: RecordingWriter, now: () => number) {
    this.#writer = writer;
    this.#now = now;
  }

  describe(peer: RecordedPeer): void {
    this.#described.set(peer.peerId, peer);
  }

  /** Writes a peer that runs by the usual limits. */
  write(peerId: string): number {
    return this.#write(peerId, JSON.stringify(DEFAULT_LIMITS));
  }

  /** Entry of a peer in force; its limits are part of it. */
  of(peerId: string): number {
    return this.#known.get(peerId)?.n ?? this.write(peerId);
  }

  ofRun({ currentPeerId, limits }: Step['input']['params']): number {
    const known = this.#known.get(currentPeerId);
    if (known !== undefined && known.stated === limits) return known.n;
    const complete = JSON.stringify({ ...DEFAULT_LIMITS, ...limits });
    if (known?.limits !== complete) return this.#write(currentPeerId, complete, limits);
    this.#known.set(currentPeerId, { ...known, stated: limits });
    return known.n;
  }

  #write(peerId: string, limits: string, stated?: object): number {
    const { name, rules } = this.#described.get(peerId) ?? {};
    const n = this.#writer.entry('peer', {
      time: this.#now(),
      peerId,
      ...(name !== undefined && { name }),
      limits: JSON.parse(limits) as Record<string, number | null>,
      ...(rules && { rules: this.#writer.text(rulesText(rules)) }),
    });
    this.#known.set(peerId, { n, limits, stated });
    return n;
  }
}

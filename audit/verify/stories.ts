import { fromHex, toHex } from '../../base/bytes.ts';
import {
  decodeData,
  exportEquivocation,
  ReceiptError,
  RunError,
  verifyEquivocation,
  type Data,
  type SignedParticle,
} from '../../interpreter/index.ts';
import type { EntryOf } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';
import type { Finding } from './finding.ts';
import type { Rerun } from './rerun.ts';

/** Data of a particle, and where it was recorded. */
export interface Told {
  readonly data: Uint8Array;
  /** Number of the run, and the recording it is in. */
  readonly entry: number;
  readonly recording: number;
}

type Log = Data['logs'] extends ReadonlyMap<string, infer L> ? L : never;

/** Data that peers refused, which may prove something all the same; of one particle. */
const REFUSED_MAX = 16;

/**
 * What the peers of one particle signed, as all runs of all recordings have it. An honest peer only ever adds to its log, so of two
 * logs of one peer one begins the other.
 */
export class Stories {
  readonly #longest = new Map<string, { readonly log: Log; readonly told: Told }>();
  #refused: Told[] = [];
  readonly #convicted = new Set<string>();

  /** Peers against which there is evidence. */
  get convicted(): ReadonlySet<string> {
    return this.#convicted;
  }

  /** Adds data that a run gave: its logs are verified. */
  add(told: Told, particle: SignedParticle): StoryFinding[] {
    return this.#compare(told, particle, true);
  }

  /** Adds data that no run took over; it is held against the others by {@link resolve}. */
  addRefused(told: Told): void {
    if (this.#refused.length < REFUSED_MAX) this.#refused.push(told);
  }

  resolve(particle: SignedParticle): StoryFinding[] {
    return this.#refused.flatMap(told => this.#compare(told, particle, false));
  }

  #compare(told: Told, particle: SignedParticle, isVerified: boolean): StoryFinding[] {
    const found: StoryFinding[] = [];
    for (const [peerId, log] of logsOf(told.data, particle)) {
      const known = this.#longest.get(peerId);
      const isConflict =
        known !== undefined && known.log.commonWith(log) < Math.min(known.log.count, log.count);
      if (isConflict && !this.#convicted.has(peerId)) {
        const evidence = evidenceOf([known.told.data, told.data], particle);
        if (evidence !== undefined) {
          this.#convicted.add(evidence.peerId);
          found.push({ ...evidence, told, other: known.told });
        }
      }
      if (isVerified && (known === undefined || log.count > known.log.count))
        this.#longest.set(peerId, { log, told });
    }
    return found;
  }
}

interface StoryFinding {
  readonly peerId: string;
  readonly bytes: Uint8Array;
  readonly statements: readonly [string, string];
  readonly told: Told;
  readonly other: Told;
}

/** Evidence that is put into a finding; a script of a megabyte is in it whole. */
const EVIDENCE_BYTES_MAX = 0x1_0000;

function storyFinding({ peerId, bytes, statements, told, other }: StoryFinding): Finding {
  const place =
    told.recording === other.recording
      ? `entries ${other.entry} and ${told.entry}`
      : `entry ${other.entry} of recording ${other.recording} and entry ${told.entry} of recording ${told.recording}`;
  return {
    content: 'equivocation',
    name: 'two-stories',
    message: `${place}: peer ${peerId} signed conflicting records`,
    recording: told.recording,
    entry: told.entry,
    peerId,
    expected: statements[0],
    actual: statements[1],
    ...(bytes.length <= EVIDENCE_BYTES_MAX && { evidence: toHex(bytes) }),
  };
}

/** The particle of a recording, as evidence holds it. `undefined` if its script is withheld. */
export function signedParticle(
  recording: Recording,
  { id, initPeerId, timestamp, ttl, script, signature }: EntryOf<'particle'>,
): SignedParticle | undefined {
  const text = recording.text(script);
  const air = text === undefined ? undefined : parseText(text);
  if (typeof air !== 'string') return undefined;
  return { id, initPeerId, timestamp, ttl, script: air, signature: fromHex(signature) as Uint8Array };
}

/**
 * Collects what one recording has of a particle: of each peer the last data, since every run continues the one before it, and
 * whatever was refused.
 */
export class StoryCollector {
  readonly #last = new Map<string, Told & { readonly run: number }>();
  readonly #told: Told[] = [];
  readonly #refused: Told[] = [];
  readonly #recording: Recording;
  readonly #at: number;

  constructor(recording: Recording, at: number) {
    this.#recording = recording;
    this.#at = at;
  }

  visit(again: Rerun): void {
    const { run } = again;
    const place = { entry: run.n, recording: this.#at };
    const isRefused = again.hindrance !== undefined || again.outcome.retCode !== 0;
    if (isRefused && typeof run.current === 'string') {
      const data = this.#recording.bytes(run.current);
      if (data !== undefined) this.#refused.push({ data, ...place });
    }
    if (again.hindrance !== undefined || again.outcome.data.length === 0) return;
    const peerId = this.#recording.peerIdOf(run.peer);
    const before = this.#last.get(peerId);
    if (before !== undefined && run.prev !== before.run) this.#told.push(before);
    this.#last.set(peerId, { data: again.outcome.data, ...place, run: run.n });
  }

  /** Holds all of it against what is known. */
  finish(stories: Stories, particle: SignedParticle, isLast: boolean): Finding[] {
    const told = [...this.#told, ...this.#last.values()];
    // One source alone has been checked by its run.
    if (isLast && told.length + this.#refused.length < 2) return [];
    for (const one of this.#refused) stories.addRefused(one);
    return [...told.flatMap(one => stories.add(one, particle)), ...stories.resolve(particle)].map(
      storyFinding,
    );
  }
}

function logsOf(data: Uint8Array, { signature }: SignedParticle): Data['logs'] {
  try {
    return data.length === 0 ? new Map() : decodeData(data, signature, 'recorded').logs;
  } catch (failure) {
    if (failure instanceof RunError) return new Map();
    throw failure;
  }
}

function evidenceOf(
  sources: readonly Uint8Array[],
  particle: SignedParticle,
): Pick<StoryFinding, 'peerId' | 'bytes' | 'statements'> | undefined {
  try {
    const bytes = exportEquivocation(sources, particle);
    if (bytes === undefined) return undefined;
    const { peerId, statements } = verifyEquivocation(bytes);
    const [a, b] = statements.map(({ site, index, record }) => `site ${site}, record ${index}: ${record}`);
    return { peerId, bytes, statements: [a as string, b as string] };
  } catch (failure) {
    // The particle is not signed, or a log is not: nothing is proven to a third party.
    if (failure instanceof ReceiptError || failure instanceof RunError) return undefined;
    throw failure;
  }
}

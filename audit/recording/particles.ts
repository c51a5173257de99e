import type { Entry, EntryKind } from './entry.ts';
import { NumberList } from './number-list.ts';
import type { Placed, Recording } from './recording.ts';

/** A reference to an entry that is not there, comes later, or is of another kind. */
export interface BadReference {
  readonly placed: Placed;
  readonly field: string;
  readonly to: number;
  readonly wanted: EntryKind;
}

const NONE = 0xffff_ffff;

/** Which entries belong to which particle, made while a recording is read. */
export class ParticleIndex {
  /** Places of runs, requests, decisions, sends and ends of life, by the number of the particle's entry. */
  readonly places = new Map<number, number[]>();
  readonly badReferences: BadReference[] = [];
  readonly #particleAt = new NumberList(Uint32Array);

  /** Adds the entry that the recording has read last. */
  add(placed: Placed, recording: Recording): void {
    const { entry, at } = placed;
    const isGood = this.#checkReferences(placed, recording);
    const particle = isGood ? this.#particleOf(placed, recording) : undefined;
    this.#particleAt.push(particle ?? NONE);
    if (particle === undefined) return;
    if (entry.kind === 'particle') this.places.set(particle, []);
    else this.places.get(particle)?.push(at);
  }

  /** Number of the particle that the entry at a place belongs to. */
  particleAt(at: number): number | undefined {
    const particle = this.#particleAt.at(at);
    return particle === NONE ? undefined : particle;
  }

  #particleOf({ entry, at }: Placed, recording: Recording): number | undefined {
    if ('particle' in entry) return entry.particle;
    // A number that is taken stands for the entry that had it first.
    if (entry.kind === 'particle') return recording.placeOf(entry.n) === at ? entry.n : undefined;
    if (entry.kind !== 'decision') return undefined;
    const request = recording.placeOf(entry.request);
    return request === undefined ? undefined : this.particleAt(request);
  }

  #checkReferences(placed: Placed, recording: Recording): boolean {
    let isGood = true;
    for (const [field, to, wanted] of referencesOf(placed.entry)) {
      const place = recording.placeOf(to);
      if (place !== undefined && place < placed.at && recording.kindAt(place) === wanted) continue;
      this.badReferences.push({ placed, field, to, wanted });
      isGood = false;
    }
    return isGood;
  }
}

type Reference = readonly [field: string, to: number, wanted: EntryKind];

function referencesOf(entry: Entry): Reference[] {
  const all: Reference[] = [];
  if ('peer' in entry) all.push(['peer', entry.peer, 'peer']);
  if ('particle' in entry) all.push(['particle', entry.particle, 'particle']);
  if (entry.kind === 'request' && entry.run !== null) all.push(['run', entry.run, 'run']);
  if (entry.kind === 'decision') all.push(['request', entry.request, 'request']);
  if (entry.kind === 'run') {
    for (const field of ['prev', 'current'] as const) {
      const to = entry[field];
      if (typeof to === 'number') all.push([field, to, 'run']);
    }
    for (const [id, answer] of entry.results)
      if (typeof answer === 'number') all.push([`results[${id}]`, answer, 'decision']);
  }
  return all;
}

import type { New, StreamMapName, StreamName } from '../../air-grammar/index.ts';
import { invariant } from '../../base/assert.ts';
import type { Site } from '../provenance/site.ts';
import { Stream } from './stream.ts';

interface Instance {
  /** The whole script for the global instance. */
  readonly start: number;
  readonly end: number;
  readonly stream: Stream;
}

const isAround = (instance: Instance, name: StreamName | StreamMapName): boolean =>
  instance.start < name.start && name.end < instance.end;

/** All streams and stream maps of a run, by name and scope. */
export class Streams {
  readonly #sizeMax: number;
  readonly #spend: (scanned: number) => void;
  /** Global instance first, then one per `new` in progress. */
  #instances: Map<string, Instance[]> | undefined;

  /** @param spend Told how many instances a search has gone through, beyond the first. */
  constructor(sizeMax: number, spend: (scanned: number) => void) {
    this.#sizeMax = sizeMax;
    this.#spend = spend;
  }

  /** The instance that a name means at its place in the script: the innermost `new` around it that is in progress. */
  find(name: StreamName | StreamMapName): Stream | undefined {
    const instances = this.#instances?.get(name.name);
    if (instances === undefined) return undefined;
    let at = instances.length - 1;
    while (at >= 0 && !isAround(instances[at] as Instance, name)) at -= 1;
    // A `new` of another iteration is not a scope of this place: there can be as many as iterations.
    if (at !== instances.length - 1) this.#spend(instances.length - at);
    return instances[at]?.stream;
  }

  /** As {@link find}; the first write makes the global instance. */
  forWriting(name: StreamName | StreamMapName): Stream {
    const found = this.find(name);
    if (found !== undefined) return found;
    const stream = new Stream(name.name, this.#sizeMax);
    this.#ofName(name.name).unshift({ start: -1, end: Infinity, stream });
    return stream;
  }

  open(node: New, site: Site): void {
    const name = node.variable.name;
    const { start, end } = node;
    this.#ofName(name).push({ start, end, stream: new Stream(name, this.#sizeMax, `${name} ${site.key}`) });
  }

  close(node: New): void {
    const closed = this.#instances?.get(node.variable.name)?.pop();
    invariant(closed !== undefined, 'a private stream is closed once');
    closed.stream.compact();
  }

  /** At the end of a run: whatever is still there. */
  compactAll(): void {
    for (const instances of this.#instances?.values() ?? [])
      for (const { stream } of instances) stream.compact();
  }

  #ofName(name: string): Instance[] {
    this.#instances ??= new Map();
    const known = this.#instances.get(name);
    if (known !== undefined) return known;
    const instances: Instance[] = [];
    this.#instances.set(name, instances);
    return instances;
  }
}

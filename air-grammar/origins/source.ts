import { extendPattern, lengthPattern, stepOf, type GetterPattern } from './getter-pattern.ts';
import type { Accessor, Lens } from '../ast.ts';
import type { StaticName, StaticOrigin } from './static-origin.ts';

/** All that a variable, or a member of one, can hold. Grows until nothing changes. */
export class Cell {
  readonly sources = new Set<Source>();

  /** @returns Whether it has grown. */
  add(sources: Iterable<Source>): boolean {
    const before = this.sources.size;
    for (const source of sources) {
      if (this.sources.size >= SOURCES_MAX) {
        if (this.sources.has(ANYWHERE)) break;
        this.sources.add(ANYWHERE);
        break;
      }
      this.sources.add(source);
    }
    return this.sources.size > before;
  }
}

/** More origins of one variable are not listed: `any` stands for the rest. */
const SOURCES_MAX = 1024;

/** Who made a value. */
export interface Maker {
  /** Unique among the makers of a script. */
  readonly id: string;
  readonly kind: StaticOrigin['kind'];
  readonly peer: StaticName;
  readonly service: StaticName;
  readonly functionName: StaticName;
  readonly call: number | undefined;
}

const NO_NAME: StaticName = { kind: 'text', text: '' };
const ANY_NAME: StaticName = { kind: 'any' };

const makerOf = (id: string, kind: Maker['kind'], peer: StaticName): Maker => ({
  id,
  kind,
  peer,
  service: NO_NAME,
  functionName: NO_NAME,
  call: undefined,
});

export const LITERAL = makerOf('literal', 'literal', { kind: 'initPeer' });
export const ERROR = makerOf('error', 'error', ANY_NAME);
export const composedBy = (peer: StaticName): Maker =>
  makerOf(`composed ${JSON.stringify(peer)}`, 'composed', peer);
/** By whichever peer runs the script there. */
export const COMPOSED_ANYWHERE = composedBy(ANY_NAME);

/** What a value was put together from. */
export interface Composition {
  /** Unique among those of a script. */
  readonly id: string;
  /** Of a whole canon: as an argument, it shows the origins of its elements. */
  readonly elements?: Cell;
  /** What a first step leads to: each member keeps its own origin. Without it, members are parts of the value. */
  readonly members?: (accessor: Accessor) => readonly Cell[];
  readonly parts: readonly Cell[];
}

/** One way in which a value can have come about: an origin, and what the value was put together from. Interned: equal ones are identical. */
export class Source implements StaticOrigin {
  readonly maker: Maker;
  readonly getter: GetterPattern;
  readonly composition: Composition | undefined;

  constructor(maker: Maker, getter: GetterPattern, composition: Composition | undefined) {
    this.maker = maker;
    this.getter = getter;
    this.composition = composition;
  }

  get kind(): StaticOrigin['kind'] {
    return this.maker.kind;
  }

  get peer(): StaticName {
    return this.maker.peer;
  }

  get service(): StaticName {
    return this.maker.service;
  }

  get functionName(): StaticName {
    return this.maker.functionName;
  }

  get call(): number | undefined {
    return this.maker.call;
  }

  get parts(): StaticOrigin[] {
    return (this.composition?.parts ?? []).flatMap(({ sources }) => [...sources]);
  }
}

const ANYWHERE = new Source(makerOf('any', 'any', ANY_NAME), '', undefined);

/** Makes sources, each once. */
export class Sources {
  readonly #known = new Map<string, Source>();

  of(maker: Maker, getter: GetterPattern = '', composition?: Composition): Source {
    const key = `${maker.id} ${composition?.id ?? ''} ${getter}`;
    let source = this.#known.get(key);
    if (source === undefined) this.#known.set(key, (source = new Source(maker, getter, composition)));
    return source;
  }

  /** What a lens takes of a value. */
  lens(base: Iterable<Source>, lens: Lens | undefined): Iterable<Source> {
    if (lens === undefined) return base;
    if (lens.kind === 'length')
      return [...base].map(source => this.of(source.maker, lengthPattern(source.getter), partsOf(source)));
    return this.path(base, lens.accessors);
  }

  path(base: Iterable<Source>, accessors: readonly Accessor[]): Iterable<Source> {
    let reached = base;
    for (const accessor of accessors) reached = this.#step(reached, accessor);
    return reached;
  }

  #step(base: Iterable<Source>, accessor: Accessor): Set<Source> {
    const reached = new Set<Source>();
    for (const source of base) {
      const members = source.composition?.members;
      if (source === ANYWHERE) reached.add(source);
      else if (members === undefined)
        reached.add(this.of(source.maker, extendPattern(source.getter, [stepOf(accessor)])));
      else for (const cell of members(accessor)) for (const member of cell.sources) reached.add(member);
    }
    return reached;
  }

  /** As a variable keeps it: a literal is a literal, whatever part of it was taken, and a whole canon has one origin. */
  *stored(sources: Iterable<Source>): Iterable<Source> {
    for (const source of sources) {
      const { maker, getter, composition } = source;
      if (maker === LITERAL && getter !== '') yield this.of(maker, '', composition);
      else if (composition?.elements === undefined) yield source;
      else {
        const { elements: _, ...kept } = composition;
        yield this.of(maker, getter, { ...kept, id: `${composition.id} stored` });
      }
    }
  }
}

const partsOf = ({ composition }: Source): Composition | undefined =>
  composition && { id: `${composition.id} length`, parts: composition.parts };

import type { Random } from '../../peer/index.ts';
import { idOf } from '../support/cast.ts';
import { PEERS } from './services.ts';

/** A script as a tree of texts, so that it can be shrunk. `head` is all up to the nested instructions. */
export interface Node {
  readonly head: string;
  readonly children: readonly Node[];
}

export const textOf = ({ head, children }: Node): string => `(${[head, ...children.map(textOf)].join(' ')})`;

type Kind = 'string' | 'number' | 'object' | 'array' | 'objects' | 'peers' | 'who' | 'any';

interface Scope {
  readonly scalars: readonly { readonly name: string; readonly kind: Kind }[];
  readonly streams: readonly string[];
  readonly maps: readonly string[];
  readonly canons: readonly string[];
  readonly canonMaps: readonly string[];
  /** Iterators whose `next` may still be placed here. */
  readonly nexts: readonly string[];
  readonly inStreamFold: boolean;
  readonly inFold: boolean;
  readonly inHandler: boolean;
}

const EMPTY: Scope = {
  scalars: [],
  streams: [],
  maps: [],
  canons: [],
  canonMaps: [],
  nexts: [],
  inStreamFold: false,
  inFold: false,
  inHandler: false,
};

interface Made {
  readonly node: Node;
  /** What is defined after it. */
  readonly scope: Scope;
}

/** Random programs of several peers: mostly valid, mostly well-typed, with everything the language has. */
export class ProgramGenerator {
  readonly #random: Random;
  #names = 0;
  #budget: number;

  constructor(random: Random, budget = 18) {
    this.#random = random;
    this.#budget = budget;
  }

  program(): Node {
    return this.#instruction(EMPTY, 6).node;
  }

  #instruction(scope: Scope, depth: number): Made {
    this.#budget -= 1;
    if (depth <= 0 || this.#budget <= 0) return this.#leaf(scope);
    const pick = this.#random.next();
    if (pick < 0.42) return this.#two('seq', scope, depth);
    if (pick < 0.54) return this.#two('par', scope, depth);
    if (pick < 0.63) return this.#xor(scope, depth);
    if (pick < 0.7) return this.#match(scope, depth);
    if (pick < 0.82) return this.#fold(scope, depth);
    if (pick < 0.87) return this.#new(scope, depth);
    return this.#leaf(scope);
  }

  #two(kind: 'seq' | 'par', scope: Scope, depth: number): Made {
    const left = this.#instruction({ ...scope, nexts: [] }, depth - 1);
    const right = this.#instruction({ ...left.scope, nexts: scope.nexts }, depth - 1);
    return {
      node: { head: kind, children: [left.node, right.node] },
      scope: { ...right.scope, nexts: scope.nexts },
    };
  }

  #xor(scope: Scope, depth: number): Made {
    const inner = { ...scope, nexts: [] };
    const left = this.#instruction(inner, depth - 1);
    const right = this.#instruction({ ...inner, inHandler: true }, depth - 1);
    return { node: { head: 'xor', children: [left.node, right.node] }, scope };
  }

  #match(scope: Scope, depth: number): Made {
    const kind = this.#chance(0.5) ? 'match' : 'mismatch';
    const head = `${kind} ${this.#value(scope)} ${this.#value(scope)}`;
    const body = this.#instruction({ ...scope, nexts: [] }, depth - 1);
    return { node: { head, children: [body.node] }, scope };
  }

  #fold(scope: Scope, depth: number): Made {
    const iterator = this.#name('i');
    const pick = this.#random.next();
    const overStream = pick < 0.35 && scope.streams.length > 0;
    const overMap = !overStream && pick < 0.45 && scope.maps.length > 0;
    const kind: Kind = overMap ? 'any' : overStream ? 'any' : 'number';
    const iterable = overStream
      ? this.#of(scope.streams)
      : overMap
        ? this.#of(scope.maps)
        : pick < 0.6 && scope.canons.length > 0
          ? this.#of(scope.canons)
          : this.#arrayOperand(scope);
    const isStream = overStream || overMap;
    const inner: Scope = {
      ...scope,
      scalars: [...scope.scalars, { name: iterator, kind }],
      nexts: [],
      inFold: true,
      inStreamFold: scope.inStreamFold || isStream,
      // A fold that feeds its own stream never ends, or depends on the reference's order of generations.
      streams: isStream ? [] : scope.streams,
      maps: isStream ? [] : scope.maps,
    };
    const body = this.#foldBody(inner, depth, iterator);
    const children = this.#chance(0.5) ? [body, this.#leaf({ ...inner, inFold: true }).node] : [body];
    return { node: { head: `fold ${iterable} ${iterator}`, children }, scope };
  }

  #foldBody(scope: Scope, depth: number, iterator: string): Node {
    const step = this.#instruction(scope, depth - 2).node;
    const next: Node = { head: `next ${iterator}`, children: [] };
    const pick = this.#random.next();
    if (pick < 0.45) return { head: 'seq', children: [step, next] };
    if (pick < 0.85) return { head: 'par', children: [step, next] };
    if (pick < 0.93 && !scope.inStreamFold) return { head: 'seq', children: [next, step] };
    return step;
  }

  #new(scope: Scope, depth: number): Made {
    const stream = this.#name('$p');
    const inner = this.#chance(0.7)
      ? { head: `new ${stream}`, scope: { ...scope, streams: [...scope.streams, stream] } }
      : { head: `new ${this.#name('v')}`, scope };
    const body = this.#instruction(inner.scope, depth - 1);
    return {
      node: { head: inner.head, children: [body.node] },
      scope: { ...body.scope, streams: scope.streams, nexts: scope.nexts },
    };
  }

  #leaf(scope: Scope): Made {
    const pick = this.#random.next();
    if (pick < 0.58) return this.#call(scope);
    if (pick < 0.78) return this.#ap(scope);
    if (pick < 0.88) return this.#canon(scope);
    if (pick < 0.92) return this.#fail(scope);
    if (pick < 0.94) return { node: { head: 'never', children: [] }, scope };
    return { node: { head: 'null', children: [] }, scope };
  }

  #call(scope: Scope): Made {
    const functions: Kind[] = ['string', 'number', 'object', 'array', 'objects', 'peers', 'who'];
    const mayFail = !scope.inStreamFold && this.#chance(0.12);
    const kind = this.#of(functions);
    const functionName = mayFail ? 'fail' : this.#chance(0.15) ? 'echo' : kind;
    const args = Array.from({ length: this.#below(4) }, () => this.#value(scope));
    const pick = this.#random.next();
    const head = `call ${this.#peer(scope)} ("s" "${functionName}") [${args.join(' ')}]`;
    if (pick < 0.2) return { node: { head, children: [] }, scope };
    if (pick < 0.4) {
      const stream =
        this.#chance(0.6) && scope.streams.length > 0 ? this.#of(scope.streams) : this.#name('$s');
      const streams =
        scope.inStreamFold || scope.streams.includes(stream) ? scope.streams : [...scope.streams, stream];
      return { node: { head: `${head} ${stream}`, children: [] }, scope: { ...scope, streams } };
    }
    const name = this.#name('v');
    const known = { name, kind: functionName === 'echo' ? 'any' : kind } as const;
    return {
      node: { head: `${head} ${name}`, children: [] },
      scope: { ...scope, scalars: [...scope.scalars, known] },
    };
  }

  #ap(scope: Scope): Made {
    const value = this.#value(scope, { wholeMaps: false });
    const pick = this.#random.next();
    if (pick < 0.4) {
      const stream =
        this.#chance(0.6) && scope.streams.length > 0 ? this.#of(scope.streams) : this.#name('$s');
      const streams =
        scope.inStreamFold || scope.streams.includes(stream) ? scope.streams : [...scope.streams, stream];
      return { node: { head: `ap ${value} ${stream}`, children: [] }, scope: { ...scope, streams } };
    }
    if (pick < 0.6) {
      const map = this.#chance(0.6) && scope.maps.length > 0 ? this.#of(scope.maps) : this.#name('%m');
      const key = this.#of(['"k"', '"l"', '7', '"7"']);
      const maps = scope.inStreamFold || scope.maps.includes(map) ? scope.maps : [...scope.maps, map];
      return { node: { head: `ap (${key} ${value}) ${map}`, children: [] }, scope: { ...scope, maps } };
    }
    const name = this.#name('v');
    const scalars = [...scope.scalars, { name, kind: 'any' as const }];
    return { node: { head: `ap ${value} ${name}`, children: [] }, scope: { ...scope, scalars } };
  }

  #canon(scope: Scope): Made {
    const peer = this.#peer(scope);
    if (scope.maps.length > 0 && this.#chance(0.4)) {
      const map = this.#of(scope.maps);
      if (this.#chance(0.3)) {
        const name = this.#name('v');
        const scalars = [...scope.scalars, { name, kind: 'any' as const }];
        return { node: { head: `canon ${peer} ${map} ${name}`, children: [] }, scope: { ...scope, scalars } };
      }
      const name = this.#name('#%c');
      return {
        node: { head: `canon ${peer} ${map} ${name}`, children: [] },
        scope: { ...scope, canonMaps: [...scope.canonMaps, name] },
      };
    }
    const stream = scope.streams.length > 0 ? this.#of(scope.streams) : this.#name('$s');
    const name = this.#name('#c');
    return {
      node: { head: `canon ${peer} ${stream} ${name}`, children: [] },
      scope: { ...scope, canons: [...scope.canons, name] },
    };
  }

  #fail(scope: Scope): Made {
    const objects = scope.scalars.filter(({ kind }) => kind === 'object');
    const forms = [
      'fail 1 "message"',
      ...(objects.length > 0 ? [`fail ${this.#of(objects).name}.$.e`] : []),
      ...(scope.inHandler ? ['fail :error:', 'fail %last_error%'] : []),
    ];
    return { node: { head: this.#of(forms), children: [] }, scope };
  }

  #value(scope: Scope, { wholeMaps = true } = {}): string {
    const pick = this.#random.next();
    const { scalars, canons, canonMaps } = scope;
    if (pick < 0.5 && scalars.length > 0) return this.#scalar(scope);
    if (pick < 0.62 && canons.length > 0) {
      const canon = this.#of(canons);
      return this.#of([
        canon,
        `${canon}.length`,
        `${canon}.$.[0]`,
        `${canon}.$.[0].a`,
        `${canon}.$.[1].list.[0]`,
      ]);
    }
    if (pick < 0.7 && canonMaps.length > 0) {
      const map = this.#of(canonMaps);
      return this.#of([
        ...(wholeMaps ? [map] : []),
        `${map}.length`,
        `${map}.$.k`,
        `${map}.$.k.[0]`,
        `${map}.$.[7].[0].a`,
        `${map}.$.absent.[0]`,
      ]);
    }
    if (pick < 0.76 && scope.inHandler) {
      return this.#of([
        ':error:',
        ':error:.$.error_code',
        ':error:.$.message',
        '%last_error%.$.error_code',
        '%last_error%.$.message',
      ]);
    }
    return this.#of(['"text"', '1', '2', 'true', '[]', '%init_peer_id%', '%timestamp%', '%ttl%', '1.5', '0']);
  }

  #scalar(scope: Scope): string {
    const { name, kind } = this.#of(scope.scalars);
    if (this.#chance(0.04)) return `${name}.$.nothing`;
    switch (kind) {
      case 'object': {
        const indexes = scope.scalars.filter(({ kind: other }) => other === 'number');
        return this.#of([
          name,
          `${name}.$.a`,
          `${name}.$.a.b.[1].c`,
          `${name}.$.list.[0]`,
          `${name}.$.k`,
          ...(indexes.length > 0 ? [`${name}.$.list.[${this.#of(indexes).name}]`] : []),
        ]);
      }
      case 'array':
        return this.#of([name, `${name}.$.[0]`, `${name}.length`, `${name}.$.[2]`]);
      case 'objects':
        return this.#of([name, `${name}.$.[0].a`, `${name}.$.[1].list`]);
      case 'peers':
        return this.#of([name, `${name}.$.[1]`]);
      default:
        return name;
    }
  }

  #arrayOperand(scope: Scope): string {
    const arrays = scope.scalars.flatMap(({ name, kind }) =>
      kind === 'array' || kind === 'peers' || kind === 'objects'
        ? [name]
        : kind === 'object'
          ? [`${name}.$.list`]
          : [],
    );
    if (arrays.length > 0) return this.#of(arrays);
    return scope.scalars.length > 0 && this.#chance(0.3) ? this.#of(scope.scalars).name : '[]';
  }

  #peer(scope: Scope): string {
    const peers = scope.scalars.filter(({ kind }) => kind === 'who');
    if (peers.length > 0 && this.#chance(0.25)) return this.#of(peers).name;
    return this.#chance(0.15) ? '%init_peer_id%' : `"${idOf(this.#of(PEERS))}"`;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${prefix.length > 1 ? '' : 'n'}${this.#names}`;
  }

  #of<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}

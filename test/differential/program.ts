import type { Random } from '../../peer/index.ts';
import type { InstructionKind } from '../../air-grammar/index.ts';
import type { Weighted } from './chances.ts';
import type { Form } from './forms.ts';
import { ap, apMap, call, canonMap, canonMapScalar, canonStream, fail } from './leaves.ts';
import { Making, type Makers } from './making.ts';
import { fold, match, newVariable, two, xor } from './nested.ts';
import { inSeq, leaf, type Made, type Node } from './node.ts';
import { deep, join, prelude, recursion, trouble } from './patterns.ts';
import { NOTHING, type Scope } from './scope.ts';

export { textOf, type Node } from './node.ts';

export interface ProgramOptions {
  /** Instructions, about. */
  readonly size?: number;
  /** A form that the program is to reach. */
  readonly focus?: Form;
  /** Whether the script may begin with definitions of every kind of variable. Default true. */
  readonly prelude?: boolean;
}

/** @param depth How many levels there may be below. */
type Make = (g: Making, scope: Scope, depth: number) => Made;

/** How each instruction is made. `next` comes with its fold. */
const MAKERS: Readonly<Record<InstructionKind, Make>> = {
  call,
  ap,
  apMap,
  canon: canonStream,
  canonMap,
  canonMapScalar,
  fail,
  never: (_, scope) => ({ node: leaf('never'), scope }),
  null: (_, scope) => ({ node: leaf('null'), scope }),
  seq: (g, scope, depth) => two(g, 'seq', scope, depth),
  par: (g, scope, depth) => two(g, 'par', scope, depth),
  xor,
  match: (g, scope, depth) => match(g, scope, depth, 'match'),
  mismatch: (g, scope, depth) => match(g, scope, depth, 'mismatch'),
  fold,
  next: fold,
  new: newVariable,
};

const LEAVES: Weighted<Make> = [
  [56, MAKERS.call],
  [14, MAKERS.ap],
  [7, MAKERS.apMap],
  [5, MAKERS.canon],
  [4, MAKERS.canonMap],
  [2, MAKERS.canonMapScalar],
  [4, MAKERS.fail],
  [2, MAKERS.never],
  [6, MAKERS.null],
];

const anyLeaf: Make = (g, scope, depth) =>
  g.chance(0.008) ? trouble(g, scope) : g.weighted(LEAVES)(g, scope, depth);

/** Some pieces of program cannot stand in a fold; there stands an instruction without nested ones. */
const outsideFolds =
  (make: Make): Make =>
  (g, scope, depth) =>
    scope.inFold ? anyLeaf(g, scope, depth) : make(g, scope, depth);

const INSTRUCTIONS: Weighted<Make> = [
  [42, MAKERS.seq],
  [12, MAKERS.par],
  [9, MAKERS.xor],
  [7, (g, scope, depth) => match(g, scope, depth, g.of(['match', 'mismatch']))],
  [12, MAKERS.fold],
  [6, MAKERS.new],
  [2, outsideFolds(recursion)],
  [2, outsideFolds(join)],
  [8, anyLeaf],
];

const ANY: Makers = {
  instruction(g, scope, depth) {
    g.budget -= 1;
    if (depth <= 0 || g.budget <= 0) return anyLeaf(g, scope, depth);
    return g.weighted(INSTRUCTIONS)(g, scope, depth);
  },
  leaf: (g, scope) => anyLeaf(g, scope, 0),
};

/** Levels below an instruction that is made for a form in it. */
const FOCUSED_DEPTH: Readonly<Partial<Record<InstructionKind, number>>> = { match: 2, mismatch: 2, new: 2 };

/** Random programs of several peers: mostly valid, mostly well-typed, with everything the language has. */
export class ProgramGenerator {
  readonly #making: Making;
  readonly #hasPrelude: boolean;

  constructor(random: Random, { size = 18, focus, prelude = true }: ProgramOptions = {}) {
    this.#making = new Making(random, ANY, size, focus);
    this.#hasPrelude = prelude;
  }

  program(): Node {
    const program = this.#program();
    return this.#making.chance(0.02) ? deep(this.#making, program) : program;
  }

  #program(): Node {
    const g = this.#making;
    if (g.place !== '') return this.#focused();
    if (!this.#hasPrelude || g.chance(0.5)) return g.instruction(NOTHING, 6).node;
    const before = prelude(g, g.chance(0.5), g.chance(0.5));
    return inSeq([before.node, g.instruction(before.scope, 6).node]);
  }

  /** Definitions that the form needs, then an instruction with it, then others. */
  #focused(): Node {
    const g = this.#making;
    const before = prelude(
      g,
      /^canon|stream$/.test(g.form) || g.chance(0.2),
      /^canonMap|^streamMap/.test(g.form) || g.chance(0.2),
    );
    const readsError = /^(error|lastError)/.test(g.form);
    const [kind] = g.place.split(' ') as [InstructionKind];
    g.atFocus = true;
    const scope = { ...before.scope, inHandler: readsError };
    const focused = MAKERS[kind](g, scope, FOCUSED_DEPTH[kind] ?? 3);
    g.atFocus = false;
    const instruction = readsError
      ? {
          head: 'xor',
          children: [leaf(g.of(['fail 1 "message"', g.callHead('fail', '')])), focused.node],
        }
      : focused.node;
    const rest = g.instruction({ ...focused.scope, inHandler: false }, 4);
    const both = { head: g.chance(0.6) ? 'par' : 'seq', children: [instruction, rest.node] };
    return inSeq([before.node, both]);
  }
}

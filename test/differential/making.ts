import type { Random } from '../../peer/index.ts';
import { idOf } from '../support/cast.ts';
import { Chances } from './chances.ts';
import type { Form } from './forms.ts';
import { leaf, type Made } from './node.ts';
import { Operands, type Want } from './operands.ts';
import { define, type Collection, type Scope, type VariableKind } from './scope.ts';
import { PEERS } from './services.ts';
import { isText, type Shape } from './shapes.ts';

const isWho: Want = shape => shape === 'who';
const VALUE: Want = () => true;

export const SIGILS: Readonly<Record<VariableKind, string>> = {
  scalars: 'v',
  streams: '$s',
  maps: '%m',
  canons: '#c',
  canonMaps: '#%c',
};

/** How instructions are made inside others. */
export interface Makers {
  /** Any instruction. */
  instruction(g: Making, scope: Scope, depth: number): Made;
  /** One without nested ones. */
  leaf(g: Making, scope: Scope): Made;
}

/** What the parts of a program in the making share. */
export class Making extends Chances {
  readonly operands: Operands;
  /** Where the form stands that this program is about, and the form; empty if it is about none. */
  readonly place: string;
  readonly form: string;
  /** The form belongs into the instruction that is being made. */
  atFocus = false;
  /** How many more instructions there should be. */
  budget: number;
  readonly #makers: Makers;
  #names = 0;

  constructor(random: Random, makers: Makers, size: number, focus: Form | undefined) {
    super(random);
    this.operands = new Operands(this);
    this.#makers = makers;
    this.budget = size;
    [this.place = '', this.form = ''] = focus === undefined ? [] : focus.split(': ');
  }

  instruction(scope: Scope, depth: number): Made {
    return this.#makers.instruction(this, scope, depth);
  }

  leaf(scope: Scope): Made {
    return this.#makers.leaf(this, scope);
  }

  callHead(functionName: string, output: string): string {
    const peer = idOf(this.chance(0.7) ? 'alice' : this.of(PEERS));
    return `call "${peer}" ("s" "${functionName}") []${output && ' '}${output}`;
  }

  intoScalar(head: string, shape: Shape, scope: Scope): Made {
    const known = scope.scalars.filter(({ isIterator }) => !isIterator);
    const name = known.length > 0 && this.chance(0.02) ? this.of(known).name : this.name('v');
    return { node: leaf(`${head} ${name}`), scope: define(scope, 'scalars', { name, shape }) };
  }

  intoStream(head: string, shape: Shape, scope: Scope): Made {
    const known = this.chance(0.6) && scope.streams.length > 0 ? this.of(scope.streams) : undefined;
    const name = known?.name ?? this.name('$s');
    const node = leaf(`${head} ${name}`);
    if (scope.inStreamFold) return { node, scope };
    const items = typeof known?.shape === 'object' && 'items' in known.shape ? known.shape.items : [];
    return { node, scope: define(scope, 'streams', { name, shape: { items: [...items, shape] } }) };
  }

  collection(scope: Scope, kind: 'streams' | 'maps'): Collection {
    const known = scope[kind];
    return known.length > 0 ? this.of(known) : { name: this.name(SIGILS[kind]), shape: 'any' };
  }

  value(place: string, scope: Scope): string {
    return (
      this.operandInFocus(place, scope, VALUE) ??
      this.operands.any(place, scope, VALUE) ??
      this.of(['"text"', '1', '2'])
    );
  }

  peer(place: string, scope: Scope): string {
    const literal = `"${idOf(this.of(PEERS))}"`;
    if (this.focusOn(place) && this.form === 'string') return literal;
    const focused = this.operandInFocus(place, scope, isWho);
    if (focused !== undefined) return focused;
    if (this.chance(0.1)) return '%init_peer_id%';
    const isKnown = [scope.scalars, scope.canons, scope.canonMaps].flat().some(({ shape }) => hasWho(shape));
    return (isKnown && this.chance(0.2) ? this.operands.any(place, scope, isWho) : undefined) ?? literal;
  }

  string(place: string, scope: Scope, literal: string): string {
    if (this.focusOn(place) && this.form === 'string') return literal;
    return (
      this.operandInFocus(place, scope, isText) ??
      (this.chance(0.06) ? this.operands.any(place, scope, isText) : undefined) ??
      literal
    );
  }

  focusOn(place: string): boolean {
    return this.atFocus && this.place === place;
  }

  /** The operand that this program is about, if this is its place. */
  operandInFocus(place: string, scope: Scope, want: Want): string | undefined {
    return this.focusOn(place) ? this.operands.make(this.form, scope, want) : undefined;
  }

  name(prefix: string): string {
    this.#names += 1;
    const letter = this.chance(0.05) ? this.of(['é', 'Ж', '-']) : '';
    return `${prefix}${prefix.length > 1 ? '' : 'n'}${letter}${this.#names}`;
  }
}

const hasWho = (shape: Shape): boolean =>
  shape === 'who' ||
  (typeof shape === 'object' && ('items' in shape ? shape.items : Object.values(shape.fields)).some(hasWho));

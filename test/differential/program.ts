import type { Random } from '../../peer/index.ts';
import { idOf } from '../support/cast.ts';
import type { Form } from './forms.ts';
import { Operands, type Want } from './operands.ts';
import { define, NOTHING, without, type Collection, type Scope, type VariableKind } from './scope.ts';
import { PEERS } from './services.ts';
import { ANSWERS, isArray, isText, type Shape } from './shapes.ts';

/** A script as a tree of texts, so that it can be shrunk. `head` is all up to the nested instructions. */
export interface Node {
  readonly head: string;
  readonly children: readonly Node[];
}

export const textOf = ({ head, children }: Node): string => `(${[head, ...children.map(textOf)].join(' ')})`;

const leaf = (head: string): Node => ({ head, children: [] });

interface Made {
  readonly node: Node;
  /** What is defined after it. */
  readonly scope: Scope;
}

export interface ProgramOptions {
  /** Instructions, about. */
  readonly size?: number;
  /** A form that the program is to reach. */
  readonly focus?: Form;
  /** Whether the script may begin with definitions of every kind of variable. Default true. */
  readonly prelude?: boolean;
}

const isWho: Want = shape => shape === 'who';
const isError: Want = shape => shape === 'error';
const isKey: Want = shape => isText(shape) || shape === 'one';
const VALUE: Want = () => true;

/** Random programs of several peers: mostly valid, mostly well-typed, with everything the language has. */
export class ProgramGenerator {
  readonly #random: Random;
  readonly #operands: Operands;
  readonly #hasPrelude: boolean;
  readonly #place: string;
  readonly #form: string;
  /** The focus is on the instruction that is being made. */
  #atFocus = false;
  #names = 0;
  #budget: number;

  constructor(random: Random, { size = 18, focus, prelude = true }: ProgramOptions = {}) {
    this.#random = random;
    this.#operands = new Operands(random);
    this.#budget = size;
    this.#hasPrelude = prelude;
    [this.#place = '', this.#form = ''] = focus === undefined ? [] : focus.split(': ');
  }

  program(): Node {
    const program = this.#program();
    return this.#chance(0.02) ? this.#deep(program) : program;
  }

  /** Far down. */
  #deep(program: Node): Node {
    let node = program;
    for (let depth = 40 + this.#below(80); depth > 0; depth--) {
      const around: Node[] = [
        { head: 'seq', children: [leaf('null'), node] },
        { head: 'par', children: [node, leaf('null')] },
        { head: 'xor', children: [node, leaf('null')] },
        { head: `new ${this.#name('d')}`, children: [node] },
        { head: 'match 1 1', children: [node] },
      ];
      node = this.#of(around);
    }
    return node;
  }

  #program(): Node {
    if (this.#place !== '') return this.#focused();
    if (!this.#hasPrelude || this.#chance(0.5)) return this.#instruction(NOTHING, 6).node;
    const prelude = this.#prelude(this.#chance(0.5), this.#chance(0.5));
    return inSeq([prelude.node, this.#instruction(prelude.scope, 6).node]);
  }

  /** Definitions that the form needs, then an instruction with it, then others. */
  #focused(): Node {
    const prelude = this.#prelude(
      /^canon|stream$/.test(this.#form) || this.#chance(0.2),
      /^canonMap|^streamMap/.test(this.#form) || this.#chance(0.2),
    );
    const readsError = /^(error|lastError)/.test(this.#form);
    this.#atFocus = true;
    const focused = this.#focusedInstruction({ ...prelude.scope, inHandler: readsError });
    this.#atFocus = false;
    const instruction = readsError
      ? {
          head: 'xor',
          children: [leaf(this.#of(['fail 1 "message"', this.#callHead('fail', '')])), focused.node],
        }
      : focused.node;
    const rest = this.#instruction({ ...focused.scope, inHandler: false }, 4);
    const both = { head: this.#chance(0.6) ? 'par' : 'seq', children: [instruction, rest.node] };
    return inSeq([prelude.node, both]);
  }

  #focusedInstruction(scope: Scope): Made {
    const [kind] = this.#place.split(' ');
    switch (kind) {
      case 'call':
        return this.#call(scope);
      case 'ap':
        return this.#ap(scope);
      case 'apMap':
        return this.#apMap(scope);
      case 'canon':
        return this.#canonStream(scope);
      case 'canonMap':
        return this.#canonMap(scope);
      case 'canonMapScalar':
        return this.#canonMapScalar(scope);
      case 'match':
      case 'mismatch':
        return this.#match(scope, 2, kind);
      case 'fold':
        return this.#fold(scope, 3);
      case 'new':
        return this.#new(scope, 2);
      case 'fail':
        return this.#fail(scope);
      case 'seq':
      case 'par':
        return this.#two(kind, scope, 3);
      case 'xor':
        return this.#xor(scope, 3);
      case 'next':
        return this.#fold(scope, 3);
      default:
        return { node: leaf(this.#place), scope };
    }
  }

  /** One variable of every kind, and scalars of every shape, mostly by alice. */
  #prelude(withCanon: boolean, withMap: boolean): Made {
    const [object, peers, key, one, who] = ['vo', 'vp', 'vk', 'v1', 'vw'].map(name => this.#name(name)) as [
      string,
      string,
      string,
      string,
      string,
    ];
    let scope = NOTHING;
    const scalars: [string, Shape][] = [
      [object, ANSWERS['object'] as Shape],
      [peers, ANSWERS['peers'] as Shape],
      [key, 'key'],
      [one, 'one'],
      [who, 'who'],
    ];
    for (const [name, shape] of scalars) scope = define(scope, 'scalars', { name, shape });
    const heads = [
      this.#callHead('object', object),
      this.#callHead('peers', peers),
      `ap ${object}.$.k ${key}`,
      `ap ${object}.$.n ${one}`,
      `ap ${object}.$.who ${who}`,
    ];
    const host = `"${idOf(this.#chance(0.8) ? 'alice' : this.#of(PEERS))}"`;
    if (withCanon) {
      const [stream, canon] = [this.#name('$t'), this.#name('#t')];
      const shape: Shape = { items: ['who', ANSWERS['object'] as Shape, 'one', ANSWERS['peers'] as Shape] };
      heads.push(
        ...[who, object, one, peers].map(name => `ap ${name} ${stream}`),
        `canon ${host} ${stream} ${canon}`,
      );
      scope = define(define(scope, 'streams', { name: stream, shape }), 'canons', { name: canon, shape });
    }
    if (withMap) {
      const [map, canon] = [this.#name('%u'), this.#name('#%u')];
      const shape: Shape = {
        fields: { k: { items: [ANSWERS['object'] as Shape] }, a: { items: ['who'] }, 7: { items: ['who'] } },
      };
      heads.push(`ap ("k" ${object}) ${map}`, `ap (${key} ${who}) ${map}`, `ap (7 ${who}) ${map}`);
      heads.push(`canon ${host} ${map} ${canon}`);
      scope = define(define(scope, 'maps', { name: map, shape, closed: true }), 'canonMaps', {
        name: canon,
        shape,
        closed: true,
      });
    }
    return { node: inSeq(heads.map(leaf)), scope };
  }

  #instruction(scope: Scope, depth: number): Made {
    this.#budget -= 1;
    if (depth <= 0 || this.#budget <= 0) return this.#leaf(scope);
    const pick = this.#random.next();
    if (pick < 0.42) return this.#two('seq', scope, depth);
    if (pick < 0.54) return this.#two('par', scope, depth);
    if (pick < 0.63) return this.#xor(scope, depth);
    if (pick < 0.7) return this.#match(scope, depth, this.#of(['match', 'mismatch']));
    if (pick < 0.82) return this.#fold(scope, depth);
    if (pick < 0.88) return this.#new(scope, depth);
    if (pick < 0.9 && !scope.inFold) return this.#recursion(scope);
    if (pick < 0.92 && !scope.inFold) return this.#join(scope);
    return this.#leaf(scope);
  }

  #two(kind: 'seq' | 'par', scope: Scope, depth: number): Made {
    this.#atFocus = false;
    const left = this.#instruction(scope, depth - 1);
    const right = this.#instruction(left.scope, depth - 1);
    return { node: { head: kind, children: [left.node, right.node] }, scope: right.scope };
  }

  #xor(scope: Scope, depth: number): Made {
    this.#atFocus = false;
    const left = this.#instruction(scope, depth - 1);
    const right = this.#instruction({ ...scope, inHandler: true }, depth - 1);
    return { node: { head: 'xor', children: [left.node, right.node] }, scope };
  }

  #match(scope: Scope, depth: number, kind: string): Made {
    const head = `${kind} ${this.#value(`${kind} left`, scope)} ${this.#value(`${kind} right`, scope)}`;
    this.#atFocus = false;
    const body = this.#instruction(scope, depth - 1);
    return { node: { head, children: [body.node] }, scope };
  }

  #fold(scope: Scope, depth: number): Made {
    const hasLast = this.#atFocus ? this.#place === 'fold iterable with last' : this.#chance(0.5);
    const { iterable, item, isStream } = this.#iterable(scope);
    this.#atFocus = false;
    const iterator = this.#name('i');
    const inner: Scope = {
      ...define(scope, 'scalars', { name: iterator, shape: item, isIterator: true }),
      inFold: true,
      inStreamFold: scope.inStreamFold || isStream,
      // A fold that feeds its own stream may never end; those that end are made by #recursion.
      ...(isStream && { streams: [], maps: [] }),
    };
    const body = this.#foldBody(inner, depth, iterator);
    const children = hasLast ? [body, this.#leaf(inner).node] : [body];
    return { node: { head: `fold ${iterable} ${iterator}`, children }, scope };
  }

  #iterable(scope: Scope): { iterable: string; item: Shape; isStream: boolean } {
    const pick = this.#random.next();
    const form = this.#atFocus
      ? this.#form
      : pick < 0.3
        ? 'stream'
        : pick < 0.42
          ? 'streamMap'
          : pick < 0.54
            ? 'canon'
            : pick < 0.6
              ? 'canonMap'
              : pick < 0.67
                ? this.#of(['canonMap.$.[0]', 'canonMap.$.field', 'canonMap.$.[x]', 'canonMap.length'])
                : pick < 0.8
                  ? this.#of(['scalar.$.[0]', 'scalar.$.field', 'scalar.$.[x]'])
                  : 'scalar';
    const collections: Record<string, readonly Collection[]> = {
      stream: scope.streams,
      streamMap: scope.maps,
      canon: scope.canons,
      // The reference visits all pairs of a key (docs/deviations.md): only maps without such are compared.
      canonMap: scope.canonMaps.filter(({ closed }) => closed),
    };
    const isStream = form === 'stream' || form === 'streamMap';
    if (form in collections) {
      const known = collections[form] ?? [];
      if (known.length === 0) return { iterable: '[]', item: 'any', isStream: false };
      const { name, shape } = this.#of(known);
      const item = typeof shape === 'object' && 'items' in shape ? shape.items[0] : undefined;
      const pair: Shape = { fields: { key: 'any', value: 'any' } };
      return { iterable: name, item: /map/i.test(form) ? pair : (item ?? 'any'), isStream };
    }
    const iterable = this.#operands.make(form, scope, isArray) ?? '[]';
    return { iterable, item: this.#chance(0.5) ? 'who' : 'any', isStream: false };
  }

  #foldBody(scope: Scope, depth: number, iterator: string): Node {
    const step = this.#instruction(scope, depth - 2).node;
    const next = leaf(`next ${iterator}`);
    const pick = this.#random.next();
    if (pick < 0.45) return { head: 'seq', children: [step, next] };
    if (pick < 0.85) return { head: 'par', children: [step, next] };
    if (pick < 0.93 && !scope.inStreamFold) return { head: 'seq', children: [next, step] };
    return step;
  }

  /** A fold that puts what it makes of each item into its own stream, until an item is 3. */
  #recursion(scope: Scope): Made {
    const [stream, iterator] = [this.#name('$r'), this.#name('i')];
    const step: Node = {
      head: 'xor',
      children: [
        {
          head: `match ${iterator} 3`,
          children: [this.#leaf({ ...scope, inStreamFold: true, inFold: true }).node],
        },
        leaf(`call ${this.#peer('call peer', scope)} ("s" "next") [${iterator}] ${stream}`),
      ],
    };
    const body = { head: this.#of(['seq', 'par']), children: [step, leaf(`next ${iterator}`)] };
    const children = this.#chance(0.5) ? [body, leaf('null')] : [body];
    const seed = leaf(this.#of([`ap 1 ${stream}`, `${this.#callHead('number', stream)}`]));
    return { node: inSeq([seed, { head: `fold ${stream} ${iterator}`, children }]), scope };
  }

  /** Waits for as many values as several peers give, as compiled scripts do, and goes on to a peer. */
  #join(scope: Scope): Made {
    const [stream, seen, canon, i] = [
      this.#name('$s'),
      this.#name('$join'),
      this.#name('#j'),
      this.#name('i'),
    ];
    const givers = Array.from({ length: 2 + this.#below(2) }, () => this.#of(PEERS));
    const give = givers
      .map(name => leaf(`call "${idOf(name)}" ("s" "who") [] ${stream}`))
      .reduce((all, call): Node => ({ head: 'par', children: [call, all] }));
    const host = idOf(this.#of(PEERS));
    const look = inSeq([leaf(`ap ${i} ${seen}`), leaf(`canon "${host}" ${seen} ${canon}`)]);
    const enough = { head: `match ${canon}.length ${givers.length}`, children: [leaf('null')] };
    const body = { head: 'seq', children: [look, { head: 'xor', children: [enough, leaf(`next ${i}`)] }] };
    const wait = {
      head: `new ${seen}`,
      children: [{ head: `fold ${stream} ${i}`, children: [body, leaf('never')] }],
    };
    const on = leaf(`call "${idOf(this.#of(PEERS))}" ("s" "echo") ["joined"]`);
    return { node: inSeq([give, wait, on]), scope };
  }

  /** A variable of its own for the body, which sets it: a fresh name, or one that is defined around it. */
  #new(scope: Scope, depth: number): Made {
    const form = this.#atFocus
      ? this.#form
      : this.#of(['scalar', 'stream', 'stream', 'streamMap', 'canon', 'canonMap']);
    this.#atFocus = false;
    const kind = NEW_KINDS[form] as VariableKind;
    const known = scope[kind].filter(variable => !('isIterator' in variable));
    const name = known.length > 0 && this.#chance(0.4) ? this.#of(known).name : this.#name(SIGILS[kind]);
    const hidden = this.#chance(0.15) ? scope : without(scope, kind, name);
    const set = this.#set(kind, name, hidden);
    const body = this.#instruction(set.scope, depth - 1);
    const node = this.#chance(0.85) ? inSeq([set.node, body.node]) : body.node;
    const before = scope[kind].find(variable => variable.name === name);
    const after = without(body.scope, kind, name);
    return {
      node: { head: `new ${name}`, children: [node] },
      scope: before === undefined ? after : define(after, kind, before),
    };
  }

  #set(kind: VariableKind, name: string, scope: Scope): Made {
    const head = {
      scalars: () => `ap ${this.#value('ap value to scalar', scope)} ${name}`,
      streams: () => `ap ${this.#value('ap value to stream', scope)} ${name}`,
      maps: () => `ap ("k" ${this.#value('apMap value', scope)}) ${name}`,
      canons: () =>
        `canon ${this.#peer('canon peer', scope)} ${this.#collection(scope, 'streams').name} ${name}`,
      canonMaps: () =>
        `canon ${this.#peer('canonMap peer', scope)} ${this.#collection(scope, 'maps').name} ${name}`,
    }[kind]();
    return { node: leaf(head), scope: define(scope, kind, { name, shape: 'any' }) };
  }

  /** What ends a run, or fails in ways that well-typed scripts do not. */
  #trouble(scope: Scope): Made {
    const [i, j, stream, name] = [this.#name('i'), this.#name('i'), this.#name('$r'), this.#name('u')];
    const array = this.#operands.make('scalar', scope, isArray) ?? '[]';
    const key = this.#operands.make('scalar', scope) ?? name;
    const call = this.#callHead('string', '');
    const text = this.#of([
      `(seq (fold ${array} ${i} (next ${i})) (next ${i}))`,
      `(fold ${array} ${i} (fold ${array} ${j} (next ${i})))`,
      `(fold ${array} ${i} (seq (${call} ${i}) (next ${i})))`,
      `(seq (ap 1 ${stream}) (fold ${stream} ${i} (seq (ap ${i} ${stream}) (next ${i}))))`,
      `(seq (par (null) (${call} ${name})) (fail ${name}))`,
      `(seq (par (null) (${call} ${name})) (fail ${name}.$.e))`,
      `(ap (${key} 1) ${this.#collection(scope, 'maps').name})`,
      `(seq (ap 1 ${name}) (par (${call} ${name}) (ap 2 ${name})))`,
      `(new ${name} (call ${name} ("s" "f") [${name}]))`,
      `(canon ${key} ${stream} #${name})`,
    ]);
    return { node: leaf(text.slice(1, -1)), scope };
  }

  #leaf(scope: Scope): Made {
    if (this.#chance(0.008)) return this.#trouble(scope);
    const pick = this.#random.next();
    if (pick < 0.56) return this.#call(scope);
    if (pick < 0.7) return this.#ap(scope);
    if (pick < 0.77) return this.#apMap(scope);
    if (pick < 0.82) return this.#canonStream(scope);
    if (pick < 0.86) return this.#canonMap(scope);
    if (pick < 0.88) return this.#canonMapScalar(scope);
    if (pick < 0.92) return this.#fail(scope);
    return { node: leaf(pick < 0.94 ? 'never' : 'null'), scope };
  }

  #call(scope: Scope): Made {
    const mayFail = !scope.inStreamFold && this.#chance(0.12);
    const kind = this.#of(Object.keys(ANSWERS));
    const failing = mayFail ? this.#of(FAILING) : undefined;
    const fixed = failing ?? (this.#chance(0.15) ? 'echo' : kind);
    const service = this.#string('call service', scope, '"s"');
    const functionName = this.#string('call functionName', scope, `"${fixed}"`);
    const shape = functionName === `"${kind}"` ? (ANSWERS[kind] as Shape) : 'any';
    const args = Array.from({ length: this.#focusOn('call arguments') ? 1 : this.#below(4) }, () =>
      this.#value('call arguments', scope),
    );
    const head = `call ${this.#peer('call peer', scope)} (${service} ${functionName}) [${args.join(' ')}]`;
    const pick = this.#focusOn('call output') ? { none: 0, stream: 0.3, scalar: 1 }[this.#form] : undefined;
    const output = pick ?? this.#random.next();
    if (output < 0.2) return { node: leaf(head), scope };
    if (output < 0.4) return this.#intoStream(head, shape, scope);
    return this.#intoScalar(head, shape, scope);
  }

  #callHead(functionName: string, output: string): string {
    const peer = idOf(this.#chance(0.7) ? 'alice' : this.#of(PEERS));
    return `call "${peer}" ("s" "${functionName}") []${output && ' '}${output}`;
  }

  #ap(scope: Scope): Made {
    const toStream =
      this.#place.startsWith('ap ') && this.#atFocus
        ? this.#place === 'ap value to stream'
        : this.#chance(0.5);
    const head = `ap ${this.#value(toStream ? 'ap value to stream' : 'ap value to scalar', scope)}`;
    const [, text = ''] = head.split(' ');
    const shape = scope.scalars.find(({ name }) => name === text)?.shape ?? 'any';
    return toStream ? this.#intoStream(head, shape, scope) : this.#intoScalar(head, shape, scope);
  }

  #intoScalar(head: string, shape: Shape, scope: Scope): Made {
    const known = scope.scalars.filter(({ isIterator }) => !isIterator);
    const name = known.length > 0 && this.#chance(0.02) ? this.#of(known).name : this.#name('v');
    return { node: leaf(`${head} ${name}`), scope: define(scope, 'scalars', { name, shape }) };
  }

  #intoStream(head: string, shape: Shape, scope: Scope): Made {
    const known = this.#chance(0.6) && scope.streams.length > 0 ? this.#of(scope.streams) : undefined;
    const name = known?.name ?? this.#name('$s');
    const node = leaf(`${head} ${name}`);
    if (scope.inStreamFold) return { node, scope };
    const items = typeof known?.shape === 'object' && 'items' in known.shape ? known.shape.items : [];
    return { node, scope: define(scope, 'streams', { name, shape: { items: [...items, shape] } }) };
  }

  #apMap(scope: Scope): Made {
    const open = scope.maps.filter(({ closed }) => !closed);
    const known = this.#chance(0.6) && open.length > 0 ? this.#of(open) : undefined;
    const name = known?.name ?? this.#name('%m');
    const key =
      this.#operandInFocus('apMap key', scope, isKey) ??
      (this.#chance(0.2) ? this.#operands.any('apMap key', scope, isKey) : undefined) ??
      this.#of(['"k"', '"a"', '7', '1']);
    const node = leaf(`ap (${key} ${this.#value('apMap value', scope)}) ${name}`);
    if (scope.inStreamFold) return { node, scope };
    const fields = typeof known?.shape === 'object' && 'fields' in known.shape ? known.shape.fields : {};
    const added = /^["\d]/.test(key) ? { [key.replaceAll('"', '')]: { items: ['any' as const] } } : {};
    return { node, scope: define(scope, 'maps', { name, shape: { fields: { ...fields, ...added } } }) };
  }

  #canonStream(scope: Scope): Made {
    const peer = this.#peer('canon peer', scope);
    const { name: stream, shape } = this.#collection(scope, 'streams');
    const name = this.#name('#c');
    return { node: leaf(`canon ${peer} ${stream} ${name}`), scope: define(scope, 'canons', { name, shape }) };
  }

  #canonMap(scope: Scope): Made {
    const peer = this.#peer('canonMap peer', scope);
    const { name: map, ...rest } = this.#collection(scope, 'maps');
    const name = this.#name('#%c');
    return {
      node: leaf(`canon ${peer} ${map} ${name}`),
      scope: define(scope, 'canonMaps', { ...rest, name }),
    };
  }

  #canonMapScalar(scope: Scope): Made {
    const peer = this.#peer('canonMapScalar peer', scope);
    const { name: map } = this.#collection(scope, 'maps');
    return this.#intoScalar(`canon ${peer} ${map}`, 'any', scope);
  }

  #collection(scope: Scope, kind: 'streams' | 'maps'): Collection {
    const known = scope[kind];
    return known.length > 0 ? this.#of(known) : { name: this.#name(SIGILS[kind]), shape: 'any' };
  }

  #fail(scope: Scope): Made {
    const forms = ['scalar.$.field', 'canon.$.[0]', ...(scope.inHandler ? ['error', 'lastError'] : [])];
    const operand =
      this.#operandInFocus('fail operand', scope, isError) ??
      (this.#chance(0.6) ? this.#operands.make(this.#of(forms), scope, isError) : undefined);
    return { node: leaf(`fail ${operand ?? '1 "message"'}`), scope };
  }

  #value(place: string, scope: Scope): string {
    return (
      this.#operandInFocus(place, scope, VALUE) ??
      this.#operands.any(place, scope, VALUE) ??
      this.#of(['"text"', '1', '2'])
    );
  }

  #peer(place: string, scope: Scope): string {
    const literal = `"${idOf(this.#of(PEERS))}"`;
    if (this.#focusOn(place) && this.#form === 'string') return literal;
    const focused = this.#operandInFocus(place, scope, isWho);
    if (focused !== undefined) return focused;
    if (this.#chance(0.1)) return '%init_peer_id%';
    const isKnown = [scope.scalars, scope.canons, scope.canonMaps].flat().some(({ shape }) => hasWho(shape));
    return (isKnown && this.#chance(0.2) ? this.#operands.any(place, scope, isWho) : undefined) ?? literal;
  }

  #string(place: string, scope: Scope, literal: string): string {
    if (this.#focusOn(place) && this.#form === 'string') return literal;
    return (
      this.#operandInFocus(place, scope, isText) ??
      (this.#chance(0.06) ? this.#operands.any(place, scope, isText) : undefined) ??
      literal
    );
  }

  #focusOn(place: string): boolean {
    return this.#atFocus && this.#place === place;
  }

  /** The operand that this program is about, if this is its place. */
  #operandInFocus(place: string, scope: Scope, want: Want): string | undefined {
    return this.#focusOn(place) ? this.#operands.make(this.#form, scope, want) : undefined;
  }

  #name(prefix: string): string {
    this.#names += 1;
    const letter = this.#chance(0.05) ? this.#of(['é', 'Ж', '-']) : '';
    return `${prefix}${prefix.length > 1 ? '' : 'n'}${letter}${this.#names}`;
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

/** Functions that give no result: most fail as services do, some without JSON, and some answers are no JSON. */
const FAILING = ['fail', 'fail', 'fail', 'fail', 'fail', 'fail', 'fail', 'crash', 'crash', 'broken'];

const NEW_KINDS: Readonly<Record<string, VariableKind>> = {
  scalar: 'scalars',
  stream: 'streams',
  streamMap: 'maps',
  canon: 'canons',
  canonMap: 'canonMaps',
};
const SIGILS: Readonly<Record<VariableKind, string>> = {
  scalars: 'v',
  streams: '$s',
  maps: '%m',
  canons: '#c',
  canonMaps: '#%c',
};

const hasWho = (shape: Shape): boolean =>
  shape === 'who' ||
  (typeof shape === 'object' && ('items' in shape ? shape.items : Object.values(shape.fields)).some(hasWho));

/** One after the other. */
function inSeq(nodes: readonly Node[]): Node {
  return nodes.reduceRight((rest, node) => ({ head: 'seq', children: [node, rest] }));
}

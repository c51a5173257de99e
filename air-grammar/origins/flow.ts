import { assertNever } from '../../base/assert.ts';
import type {
  Accessor,
  Call,
  CanonMapRead,
  Fold,
  Instruction,
  PeerOperand,
  Script,
  ValueOperand,
} from '../ast.ts';
import { undefinedVariables } from '../validator/validate.ts';
import { walk } from '../visitor.ts';
import { ANY_STEP, extendPattern, stepOf } from './getter-pattern.ts';
import { Scopes } from './scopes.ts';
import {
  Cell,
  COMPOSED_ANYWHERE,
  composedBy,
  ERROR,
  LITERAL,
  Sources,
  type Composition,
  type Maker,
  type Source,
} from './source.ts';
import { staticName } from './static-origin.ts';

/**
 * How values flow through a script, whatever its services answer: for each variable, all sources that it can ever have. Order and branches
 * are not looked at, so everything that can happen at run time is among them.
 */
export class Flow {
  readonly #sources = new Sources();
  readonly #scopes: Scopes;
  readonly #cells = new Map<string, Cell>();
  /** Who fixed a canon: the peers of all instructions that define it. */
  readonly #canonMakers = new Map<string, Set<Maker>>();
  readonly #makers = new Map<number, Maker>();
  readonly #compositions = new Map<string, Composition>();
  /** What error registers can hold. */
  readonly #errors = new Cell();
  #hasGrown = true;

  constructor(script: Script) {
    this.#scopes = new Scopes(script.root);
    this.#errors.add([this.#sources.of(ERROR)]);
    for (const { name } of undefinedVariables(script)) this.#load(name);
    const instructions: Instruction[] = [];
    walk(script.root, { enter: instruction => void instructions.push(instruction) });
    // Definitions stand before uses, so one pass finds nearly all; folds over streams that feed themselves need more.
    while (this.#hasGrown) {
      this.#hasGrown = false;
      for (const instruction of instructions) this.#pass(instruction);
    }
  }

  /** A name that the script does not define: tools load it from the init peer, as compilers of Aqua do. */
  #load(name: string): void {
    this.#cellAt(name).add([
      this.#sources.of({
        id: `load ${name}`,
        kind: 'service',
        peer: { kind: 'initPeer' },
        service: { kind: 'text', text: 'getDataSrv' },
        functionName: { kind: 'text', text: name },
        call: undefined,
      }),
    ]);
  }

  /** The sources of an operand. */
  read(operand: ValueOperand): Iterable<Source> {
    switch (operand.kind) {
      case 'string':
      case 'integer':
      case 'float':
      case 'boolean':
      case 'emptyArray':
      case 'initPeerId':
      case 'timestamp':
      case 'ttl':
        return [this.#sources.of(LITERAL)];
      case 'lastError':
      case 'error':
        return this.#register(operand.lens?.kind === 'path' ? operand.lens.accessors : []);
      case 'scalar':
        return this.#sources.lens(this.#cell(operand).sources, operand.lens);
      case 'canon':
        return this.#readCanon(operand);
      case 'canonMap':
        return this.#readMap(operand);
      default:
        return assertNever(operand, 'operand');
    }
  }

  /** All that a variable can hold: a scalar its values, a stream or canon its elements, a map its pairs. */
  ofVariable(variable: { readonly name: string; readonly start: number }): Iterable<Source> {
    return this.#cell(variable).sources;
  }

  #pass(instruction: Instruction): void {
    switch (instruction.kind) {
      case 'call':
        return this.#call(instruction);
      case 'ap':
        return this.#grow(this.#cell(instruction.target), this.#sources.stored(this.read(instruction.value)));
      case 'apMap':
        return this.#grow(this.#cell(instruction.target), this.#pair(instruction));
      case 'canon':
      case 'canonMap':
        this.#fixedBy(instruction.target, instruction.peer);
        return this.#grow(this.#cell(instruction.target), this.#cell(instruction.source).sources);
      case 'canonMapScalar':
        return this.#grow(this.#cell(instruction.target), [this.#mapObject(instruction)]);
      case 'fold':
        return this.#grow(this.#cell(instruction.iterator), this.#items(instruction));
      case 'fail':
        // The interpreter composes the object: an error, as the registers hold from the start.
        if (instruction.operand.kind === 'failure') return;
        return this.#grow(this.#errors, this.#sources.stored(this.read(instruction.operand)));
      case 'seq':
      case 'par':
      case 'xor':
      case 'match':
      case 'mismatch':
      case 'next':
      case 'new':
      case 'never':
      case 'null':
        return;
      default:
        return assertNever(instruction, 'instruction');
    }
  }

  #grow(cell: Cell, sources: Iterable<Source>): void {
    if (cell.add(sources)) this.#hasGrown = true;
  }

  #cell(variable: { readonly name: string; readonly start: number }): Cell {
    return this.#cellAt(this.#scopes.keyOf(variable));
  }

  #cellAt(key: string): Cell {
    let cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, (cell = new Cell()));
    return cell;
  }

  #call(call: Call): void {
    if (call.output === undefined) return;
    this.#grow(this.#cell(call.output), [this.#sources.of(this.makerOf(call))]);
  }

  makerOf(call: Call): Maker {
    let maker = this.#makers.get(call.index);
    if (maker === undefined) {
      const { index, peer, service, functionName } = call;
      maker = {
        id: `call ${index}`,
        kind: 'service',
        peer: staticName(peer),
        service: staticName(service),
        functionName: staticName(functionName),
        call: index,
      };
      this.#makers.set(index, maker);
    }
    return maker;
  }

  /** A part of what a service or a script raised keeps its getter; a part of any other error does not show which part it is. */
  *#register(accessors: readonly Accessor[]): Iterable<Source> {
    for (const source of this.#errors.sources) {
      if (accessors.length === 0) yield source;
      else if (source.kind === 'error') yield source;
      else
        for (const part of this.#sources.path([source], accessors))
          yield part.kind === 'service' ? part : this.#sources.of(part.maker, '', part.composition);
    }
  }

  // ---- pairs, canons, maps

  *#pair({ index, key, value }: Instruction & { kind: 'apMap' }): Iterable<Source> {
    const keys = this.#cellAt(`key ${index}`);
    const values = this.#cellAt(`value ${index}`);
    this.#grow(keys, this.#sources.stored(this.read(key)));
    this.#grow(values, this.#sources.stored(this.read(value)));
    const composition = this.#composition(`pair ${index}`, () => ({
      parts: [keys, values],
      members: accessor =>
        accessor.kind === 'byScalar'
          ? [keys, values]
          : accessor.kind === 'field' && accessor.name === 'key'
            ? [keys]
            : accessor.kind === 'field' && accessor.name === 'value'
              ? [values]
              : [],
    }));
    const isLiteral = ({ maker }: Source): boolean => maker === LITERAL;
    const hasLiteralKey = [...keys.sources].some(isLiteral);
    for (const source of values.sources) {
      yield this.#sources.of(composedBy(source.peer), '', composition);
      if (hasLiteralKey && isLiteral(source)) yield this.#sources.of(LITERAL, '', composition);
    }
  }

  #fixedBy(target: { readonly name: string; readonly start: number }, peer: PeerOperand): void {
    const key = this.#scopes.keyOf(target);
    const makers = this.#canonMakers.get(key) ?? new Set();
    const before = makers.size;
    const maker = composedBy(staticName(peer));
    if (![...makers].some(({ id }) => id === maker.id)) makers.add(maker);
    if (makers.size > before) this.#hasGrown = true;
    this.#canonMakers.set(key, makers);
  }

  *#wholes(key: string, composition: Composition, getter = ''): Iterable<Source> {
    for (const maker of this.#canonMakers.get(key) ?? []) yield this.#sources.of(maker, getter, composition);
  }

  #readCanon(operand: ValueOperand & { kind: 'canon' }): Iterable<Source> {
    const key = this.#scopes.keyOf(operand);
    const elements = this.#cellAt(key);
    const { lens } = operand;
    if (lens === undefined) {
      const composition = this.#composition(`canon ${key}`, () => ({
        elements,
        members: () => [elements],
        parts: [elements],
      }));
      return this.#wholes(key, composition);
    }
    if (lens.kind === 'length') return [this.#count(key, elements)];
    return this.#sources.path(elements.sources, lens.accessors.slice(1));
  }

  #count(key: string, parts: Cell): Source {
    return this.#sources.of(
      COMPOSED_ANYWHERE,
      '.length',
      this.#composition(`count ${key}`, () => ({ parts: [parts] })),
    );
  }

  /** The values of all pairs of a map. */
  #valuesOf(key: string): Cell {
    const values = this.#cellAt(`values ${key}`);
    for (const pair of this.#cellAt(key).sources)
      for (const cell of pair.composition?.members?.(VALUE) ?? []) this.#grow(values, cell.sources);
    return values;
  }

  *#readMap(operand: CanonMapRead): Iterable<Source> {
    const key = this.#scopes.keyOf(operand);
    const pairs = this.#cellAt(key);
    const values = this.#valuesOf(key);
    const { lens } = operand;
    if (lens === undefined) {
      const composition = this.#composition(`map ${key}`, () => ({ elements: values, parts: [pairs] }));
      return yield* this.#wholes(key, composition);
    }
    if (lens.kind === 'length') return yield this.#count(key, pairs);
    // All values of a key; also where the key is absent, whatever follows.
    const getter = extendPattern('', lens.accessors.map(stepOf));
    const composition = this.#composition(`values of ${key}`, () => ({
      members: ({ kind }) => (kind === 'field' ? [] : [values]),
      parts: [values],
    }));
    yield* this.#wholes(key, composition, lens.accessors.length === 1 ? getter : '.$.**');
    if (lens.accessors.length > 1) yield* this.#sources.path(values.sources, lens.accessors.slice(2));
  }

  #mapObject({ index, peer, source }: Instruction & { kind: 'canonMapScalar' }): Source {
    const key = this.#scopes.keyOf(source);
    const values = this.#valuesOf(key);
    const composition = this.#composition(`object ${index}`, () => ({
      members: ({ kind }) => (kind === 'index' ? [] : [values]),
      parts: [this.#cellAt(key)],
    }));
    return this.#sources.of(composedBy(staticName(peer)), '', composition);
  }

  #composition(id: string, make: () => Omit<Composition, 'id'>): Composition {
    let composition = this.#compositions.get(id);
    if (composition === undefined) this.#compositions.set(id, (composition = { id, ...make() }));
    return composition;
  }

  // ---- folds

  #items({ iterable }: Fold): Iterable<Source> {
    switch (iterable.kind) {
      case 'emptyArray':
        return [];
      case 'stream':
      case 'streamMap':
        return this.#cell(iterable).sources;
      case 'canon':
        return this.#cell(iterable).sources;
      case 'canonMap':
        return iterable.lens === undefined
          ? this.#cell(iterable).sources
          : this.#sources.path(this.#readMap(iterable), [ITEM]);
      case 'scalar':
        return this.#sources.path(this.read(iterable), [ITEM]);
      default:
        return assertNever(iterable, 'iterable');
    }
  }
}

/** The item of a fold: an index that is known at run time only. */
const ITEM: Accessor = { kind: 'byScalar', name: ANY_STEP };
const VALUE: Accessor = { kind: 'field', name: 'value' };

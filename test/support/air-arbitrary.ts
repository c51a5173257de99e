import fc from 'fast-check';
import type {
  Accessor,
  CanonMapName,
  CanonName,
  CanonRead,
  Instruction,
  Iterable,
  Lens,
  MapKey,
  New,
  PeerOperand,
  ScalarName,
  ScalarRead,
  Span,
  StreamMapName,
  StreamName,
  StringOperand,
  Value,
} from '../../air-grammar/index.ts';
import { format } from '../../air-grammar/index.ts';

/**
 * Random valid programs: every instruction and every form of operand, each name defined before it is read, `next` where it may stand.
 *
 * A program is made from a list of choices; where the list is at its end each choice is the first. So a shorter list is a simpler
 * program, and fast-check can shrink.
 */
export const airProgram: fc.Arbitrary<Instruction> = fc
  .array(fc.nat(0xffff), { size: 'large', maxLength: 400 })
  .map(choices => new ProgramMaker(choices).program());

/** The same as text. */
export const airScript: fc.Arbitrary<string> = airProgram.map(format);

type Kind = 'scalar' | 'stream' | 'streamMap' | 'canon' | 'canonMap';
type Make = (depth: number) => Instruction;

const SIGILS: Readonly<Record<Kind, string>> = {
  scalar: '',
  stream: '$',
  streamMap: '%',
  canon: '#',
  canonMap: '#%',
};
const NAMES = ['x', 'yy', 'état', '_', '-k', '1st', '名前', 'a-b_c', 'null_', 'x2'];
const FIELDS = ['id', 'length', 'é', '-', '_x', 'a1'];
const STRINGS = [
  '',
  'plain',
  'two\nlines',
  '; no comment',
  '([',
  'back\\slash',
  '🦊',
  'ключ',
  '%last_error%',
];
const INTEGERS = [0n, 1n, -1n, 7n, 1234n, 2n ** 63n - 1n, -(2n ** 63n)];
const FLOATS = [0, -0, 1, 1.5, -1, 0.00000001, 123456789.1, 100000.5, 1234567890, -123456789, 0.1];
const INDEXES = [0, 1, 7, 0xffff_ffff];
const DEPTH_MAX = 12;
const NOWHERE: Span = { start: 0, end: 0 };

class ProgramMaker {
  readonly #choices: readonly number[];
  #at = 0;
  #index = 0;
  #iterators = 0;
  readonly #defined: Record<Kind, string[]> = {
    scalar: [],
    stream: [],
    streamMap: [],
    canon: [],
    canonMap: [],
  };
  /** Folds around that have no `next` yet. One over a stream takes it in the last place only. */
  #open: { readonly name: string; readonly lastOnly: boolean }[] = [];
  #iteratorsAround: string[] = [];

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  program(): Instruction {
    return this.#instruction(0);
  }

  #pick<T>(options: readonly T[]): T {
    const choice = this.#choices[this.#at] ?? 0;
    this.#at += 1;
    return options[choice % options.length] as T;
  }

  #maybe(): boolean {
    return this.#pick([false, true]);
  }

  #instruction(depth: number): Instruction {
    const leaves: Make[] = [
      () => ({ kind: 'null', ...this.#place() }),
      () => this.#ap(),
      () => this.#call(),
      () => this.#apMap(),
      () => this.#canon(),
      () => this.#canonMap(),
      () => this.#canonMapScalar(),
      () => this.#fail(),
      () => this.#next(),
      () => ({ kind: 'never', ...this.#place() }),
    ];
    const nested: Make[] = [
      () => this.#pair('seq', depth),
      () => this.#pair('par', depth),
      () => this.#pair('xor', depth),
      () => this.#fold(depth),
      () => this.#new(depth),
      () => this.#comparison('match', depth),
      () => this.#comparison('mismatch', depth),
      () => this.#pair('seq', depth),
    ];
    const atEnd = depth >= DEPTH_MAX || this.#at >= this.#choices.length;
    return this.#pick(atEnd ? leaves : this.#maybe() || depth < 3 ? nested : leaves)(depth);
  }

  #place(): Span & { index: number } {
    this.#index += 1;
    return { ...NOWHERE, index: this.#index - 1 };
  }

  #pair(kind: 'seq' | 'par' | 'xor', depth: number): Instruction {
    const place = this.#place();
    const postponed = kind === 'xor' ? [] : this.#open.filter(({ lastOnly }) => lastOnly);
    this.#open = this.#open.filter(fold => !postponed.includes(fold));
    const left = this.#instruction(depth + 1);
    this.#open.push(...postponed);
    return { kind, left, right: this.#instruction(depth + 1), ...place };
  }

  #comparison(kind: 'match' | 'mismatch', depth: number): Instruction {
    const place = this.#place();
    const left = this.#value();
    const right = this.#value();
    return { kind, left, right, body: this.#instruction(depth + 1), ...place };
  }

  #fold(depth: number): Instruction {
    const place = this.#place();
    const iterable = this.#iterable();
    const name = `i${(this.#iterators += 1)}`;
    const fold = { name, lastOnly: iterable.kind === 'stream' || iterable.kind === 'streamMap' };
    const iterator: ScalarName = { kind: 'scalar', name, ...NOWHERE };
    this.#defined.scalar.push(name);
    this.#open.push(fold);
    this.#iteratorsAround.push(name);
    const body = this.#instruction(depth + 1);
    const last = this.#maybe() ? this.#instruction(depth + 1) : undefined;
    this.#open = this.#open.filter(other => other !== fold);
    this.#iteratorsAround.pop();
    return { kind: 'fold', iterable, iterator, body, ...(last && { last }), ...place };
  }

  #new(depth: number): Instruction {
    const place = this.#place();
    const variable = this.#fresh(this.#pick(['scalar', 'stream', 'streamMap', 'canon', 'canonMap']));
    return { kind: 'new', variable, body: this.#instruction(depth + 1), ...place } as Instruction;
  }

  #next(): Instruction {
    const place = this.#place();
    if (this.#open.length === 0) return { kind: 'null', ...place };
    const { name } = this.#pick(this.#open);
    this.#open = this.#open.filter(fold => fold.name !== name);
    return { kind: 'next', iterator: { kind: 'scalar', name, ...NOWHERE }, ...place };
  }

  #ap(): Instruction {
    const place = this.#place();
    const value = this.#apValue();
    return { kind: 'ap', value, target: this.#target(), ...place };
  }

  #apMap(): Instruction {
    const place = this.#place();
    const key = this.#key();
    const value = this.#apValue();
    return { kind: 'apMap', key, value, target: this.#fresh('streamMap') as StreamMapName, ...place };
  }

  #call(): Instruction {
    const place = this.#place();
    const peer = this.#peer();
    const service = this.#string();
    const functionName = this.#string();
    const values = Array.from({ length: this.#pick([0, 1, 2, 3]) }, () => this.#value());
    const output = this.#maybe() ? this.#target() : undefined;
    return {
      kind: 'call',
      peer,
      service,
      functionName,
      arguments: values,
      ...(output && { output }),
      ...place,
    };
  }

  #canon(): Instruction {
    const [peer, source] = [this.#peer(), this.#name('stream') as StreamName];
    return { kind: 'canon', peer, source, target: this.#fresh('canon') as CanonName, ...this.#place() };
  }

  #canonMap(): Instruction {
    const [peer, source] = [this.#peer(), this.#name('streamMap') as StreamMapName];
    return {
      kind: 'canonMap',
      peer,
      source,
      target: this.#fresh('canonMap') as CanonMapName,
      ...this.#place(),
    };
  }

  #canonMapScalar(): Instruction {
    const [peer, source] = [this.#peer(), this.#name('streamMap') as StreamMapName];
    return {
      kind: 'canonMapScalar',
      peer,
      source,
      target: this.#fresh('scalar') as ScalarName,
      ...this.#place(),
    };
  }

  #fail(): Instruction {
    const place = this.#place();
    const operand = this.#pick<() => Extract<Instruction, { kind: 'fail' }>['operand']>([
      () => ({
        kind: 'failure',
        code: this.#pick(INTEGERS.filter(code => code !== 0n)),
        message: this.#pick(STRINGS),
        ...NOWHERE,
      }),
      () => ({ kind: 'lastError', ...NOWHERE }),
      () => ({ kind: 'error', ...NOWHERE }),
      () => this.#withLens(this.#name('scalar')) as ScalarRead,
      () => ({ ...this.#name('canon'), lens: this.#lens() }) as CanonRead,
    ])();
    return { kind: 'fail', operand, ...place };
  }

  #target(): ScalarName | StreamName {
    return this.#fresh(this.#pick(['scalar', 'stream'])) as ScalarName | StreamName;
  }

  #peer(): PeerOperand {
    return this.#maybe() ? { kind: 'initPeerId', ...NOWHERE } : this.#string();
  }

  #string(): StringOperand {
    return (
      this.#read<StringOperand>([
        ['scalar', 'optional'],
        ['canon', 'always'],
        ['canonMap', 'always'],
      ]) ?? { kind: 'string', value: this.#pick(STRINGS), ...NOWHERE }
    );
  }

  #key(): MapKey {
    const read = this.#read<MapKey>([
      ['scalar', 'optional'],
      ['canon', 'always'],
    ]);
    return read ?? this.#pick<MapKey>([this.#literalString(), this.#literalInteger()]);
  }

  #iterable(): Iterable {
    const read = this.#read<Iterable>([
      ['scalar', 'optional'],
      ['canon', 'never'],
      ['canonMap', 'optional'],
      ['stream', 'never'],
      ['streamMap', 'never'],
    ]);
    return read ?? { kind: 'emptyArray', ...NOWHERE };
  }

  #value(): Value {
    const isWholeMap = this.#defined.canonMap.length > 0 && this.#maybe();
    return isWholeMap ? ({ ...this.#known('canonMap'), ...NOWHERE } as Value) : this.#apValue();
  }

  /** All but a whole canon map. */
  #apValue(): Value {
    const read = this.#read<Value>([
      ['scalar', 'optional'],
      ['canon', 'optional'],
      ['canonMap', 'always'],
    ]);
    if (read !== undefined) return read;
    return this.#pick<() => Value>([
      () => this.#literalString(),
      () => this.#literalInteger(),
      () => ({ kind: 'float', value: this.#pick(FLOATS), ...NOWHERE }),
      () => ({ kind: 'boolean', value: this.#maybe(), ...NOWHERE }),
      () => ({ kind: this.#pick(['emptyArray', 'initPeerId', 'timestamp', 'ttl']), ...NOWHERE }),
      () => ({ kind: 'lastError', ...(this.#maybe() && { lens: this.#lens() }), ...NOWHERE }),
      () => ({ kind: 'error', ...(this.#maybe() && { lens: this.#lens() }), ...NOWHERE }),
    ])();
  }

  #literalString(): { kind: 'string'; value: string } & Span {
    return { kind: 'string', value: this.#pick(STRINGS), ...NOWHERE };
  }

  #literalInteger(): { kind: 'integer'; value: bigint } & Span {
    return { kind: 'integer', value: this.#pick(INTEGERS), ...NOWHERE };
  }

  /** A defined variable of one of these kinds, if there is any and it is chosen. */
  #read<T>(kinds: readonly (readonly [Kind, 'never' | 'optional' | 'always'])[]): T | undefined {
    const known = kinds.filter(([kind]) => this.#defined[kind].length > 0);
    if (known.length === 0 || this.#maybe()) return undefined;
    const [kind, lens] = this.#pick(known);
    const name = this.#known(kind);
    if (lens === 'never') return name as T;
    return (lens === 'always' ? { ...name, lens: this.#lens() } : this.#withLens(name)) as T;
  }

  #withLens<T extends object>(name: T): T & { lens?: Lens } {
    return this.#maybe() ? { ...name, lens: this.#lens() } : name;
  }

  #lens(): Lens {
    if (this.#pick([false, false, false, true])) return { kind: 'length' };
    const accessors = Array.from({ length: this.#pick([1, 2, 3]) }, () => this.#accessor());
    return { kind: 'path', accessors };
  }

  #accessor(): Accessor {
    const forms: Accessor[] = [
      { kind: 'index', index: this.#pick(INDEXES) },
      { kind: 'field', name: this.#pick(FIELDS) },
    ];
    // In brackets a name that begins with a digit would be an index.
    const scalars = this.#defined.scalar.filter(name => !/^[0-9]/.test(name));
    if (scalars.length > 0) forms.push({ kind: 'byScalar', name: this.#pick(scalars) });
    return this.#pick(forms);
  }

  #known(kind: Kind): { kind: Kind; name: string } & Span {
    return { kind, name: this.#pick(this.#defined[kind]), ...NOWHERE };
  }

  /** Any name, defined or not. */
  #name(kind: Kind): { kind: Kind; name: string } & Span {
    return { kind, name: SIGILS[kind] + this.#pick(NAMES), ...NOWHERE };
  }

  /** A name that this instruction defines. Iterators around are not for redefinition. */
  #fresh(kind: Kind): New['variable'] {
    const variable = this.#name(kind);
    this.#defined[kind].push(variable.name);
    return variable as New['variable'];
  }
}

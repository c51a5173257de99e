import type { Chances, Weighted } from './chances.ts';
import { FORMS_BY_PLACE } from './forms.ts';
import type { Scope } from './scope.ts';
import { ERROR, partsOf, type Path, type Shape } from './shapes.ts';

/** Whether a value of this shape is what a place is for. */
export type Want = (shape: Shape) => boolean;

interface Readable {
  readonly name: string;
  readonly shape: Shape;
}

/** Operands of generated programs: for each form a text, mostly of the shape that its place is for. */
export class Operands {
  readonly #chances: Chances;

  constructor(chances: Chances) {
    this.#chances = chances;
  }

  /** An operand of one form; nothing if there is no such variable here. */
  make(form: string, scope: Scope, want: Want = () => true): string | undefined {
    const [kind, lens] = splitForm(form);
    switch (kind) {
      case 'string':
        return this.#chances.of(['"text"', '"text"', '"a"', '"a"', '"Ж 😀 é"', '"a\\b; (c)"', '""']);
      case 'integer':
        return this.#chances.of([
          '0',
          '1',
          '2',
          '7',
          '-1',
          '9007199254740993',
          '-9223372036854775808',
          '+007',
        ]);
      case 'float':
        return this.#chances.of(['1.5', '-0.25', '1.0', '-0.0', '0.00000001']);
      case 'boolean':
        return this.#chances.of(['true', 'false']);
      case 'emptyArray':
        return '[]';
      case 'initPeerId':
        return '%init_peer_id%';
      case 'timestamp':
        return '%timestamp%';
      case 'ttl':
        return '%ttl%';
      case 'lastError':
        return this.#read([{ name: '%last_error%', shape: ERROR }], lens, scope, want);
      case 'error':
        return this.#read([{ name: ':error:', shape: ERROR }], lens, scope, want);
      case 'scalar':
        return this.#read(scope.scalars, lens, scope, want);
      case 'canon':
        return this.#read(scope.canons, lens, scope, want);
      case 'canonMap':
        return this.#read(scope.canonMaps, lens, scope, want);
      default:
        return undefined;
    }
  }

  /** An operand of any form that its place may have; literals are left to the caller. */
  any(place: string, scope: Scope, want: Want): string | undefined {
    const forms = FORMS_BY_PLACE[place]?.filter(form => form !== 'string') ?? [];
    const picked = this.#chances.weighted(scope.inHandler ? IN_HANDLER : ELSEWHERE);
    const kind = picked === 'register' ? this.#chances.of(['error', 'lastError']) : picked;
    const chosen = forms.filter(form =>
      kind === 'literal' ? !READ.has(splitForm(form)[0]) : splitForm(form)[0] === kind,
    );
    return chosen.length === 0 ? undefined : this.make(this.#chances.of(chosen), scope, want);
  }

  #read(variables: readonly Readable[], lens: string, scope: Scope, want: Want): string | undefined {
    if (variables.length === 0) return undefined;
    const isTyped = !this.#chances.chance(0.06);
    if (lens === '' || lens === '.length') {
      const wanted = variables.filter(({ shape }) => (lens === '' ? want(shape) : typeof shape === 'object'));
      const { name } = this.#chances.of(isTyped && wanted.length > 0 ? wanted : variables);
      return name + lens;
    }
    const parts = variables.flatMap(({ name, shape }) =>
      partsOf(shape)
        .filter(({ steps: [first] }) => this.#begins(lens, first, scope))
        .map(path => ({ name, ...path })),
    );
    const wanted = parts.filter(({ shape }) => want(shape));
    const from = isTyped && wanted.length > 0 ? wanted : parts;
    if (from.length > 0) {
      const { name, ...path } = this.#chances.of(from);
      return name + this.#pathText(path, lens === '.$.[x]', scope);
    }
    const { name } = this.#chances.of(variables);
    if (lens === '.$.[0]') return `${name}.$.[0]`;
    if (lens === '.$.field') return `${name}.$.nothing`;
    return scope.scalars.length === 0 ? undefined : `${name}.$.[${this.#chances.of(scope.scalars).name}]`;
  }

  /** Whether a path that begins with this step can be written with this lens. */
  #begins(lens: string, step: string | number | undefined, scope: Scope): boolean {
    if (step === undefined) return false;
    if (lens === '.$.[x]') return this.#keysFor(step, scope).length > 0;
    return isIndex(step) === (lens === '.$.[0]');
  }

  #pathText({ steps }: Path, firstByScalar: boolean, scope: Scope): string {
    const accessors = steps.map((step, i) => {
      const keys = this.#keysFor(step, scope);
      if (keys.length > 0 && (i === 0 ? firstByScalar : this.#chances.chance(0.3)))
        return `[${this.#chances.of(keys)}]`;
      return isIndex(step) ? `[${step}]` : String(step);
    });
    const text = `.$.${accessors.join('.')}`;
    return this.#chances.chance(0.9) ? text : `${text.replaceAll('.[', '[')}!`;
  }

  /** Scalars that hold this step. */
  #keysFor(step: string | number, { scalars }: Scope): string[] {
    const shape = String(step) === '1' ? 'one' : step === 'a' ? 'key' : undefined;
    return scalars.filter(scalar => shape !== undefined && scalar.shape === shape).map(({ name }) => name);
  }
}

/** What is read: a variable of a kind, an error register, or a literal. */
const ELSEWHERE: Weighted<'scalar' | 'canon' | 'canonMap' | 'register' | 'literal'> = [
  [50, 'scalar'],
  [14, 'canon'],
  [10, 'canonMap'],
  [1, 'register'],
  [25, 'literal'],
];
/** The handler of an xor reads errors more often. */
const IN_HANDLER: typeof ELSEWHERE = [
  [50, 'scalar'],
  [14, 'canon'],
  [10, 'canonMap'],
  [10, 'register'],
  [16, 'literal'],
];

const READ = new Set(['scalar', 'canon', 'canonMap', 'error', 'lastError']);

const isIndex = (step: string | number): boolean => typeof step === 'number' || /^\d/.test(step);

function splitForm(form: string): [kind: string, lens: string] {
  const at = form.indexOf('.');
  return at < 0 ? [form, ''] : [form.slice(0, at), form.slice(at)];
}

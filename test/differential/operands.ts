import type { Random } from '../../peer/index.ts';
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
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** An operand of one form; nothing if there is no such variable here. */
  make(form: string, scope: Scope, want: Want = () => true): string | undefined {
    const [kind, lens] = splitForm(form);
    switch (kind) {
      case 'string':
        return this.#of(['"text"', '"text"', '"a"', '"a"', '"Ж 😀 é"', '"a\\b; (c)"', '""']);
      case 'integer':
        return this.#of(['0', '1', '2', '7', '-1', '9007199254740993', '-9223372036854775808', '+007']);
      case 'float':
        return this.#of(['1.5', '-0.25', '1.0', '-0.0', '0.00000001']);
      case 'boolean':
        return this.#of(['true', 'false']);
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
    const pick = this.#random.next();
    const kind =
      pick < 0.5
        ? 'scalar'
        : pick < 0.64
          ? 'canon'
          : pick < 0.74
            ? 'canonMap'
            : pick < (scope.inHandler ? 0.84 : 0.75)
              ? this.#of(['error', 'lastError'])
              : undefined;
    const chosen = forms.filter(form =>
      kind === undefined ? !READ.has(splitForm(form)[0]) : splitForm(form)[0] === kind,
    );
    return chosen.length === 0 ? undefined : this.make(this.#of(chosen), scope, want);
  }

  #read(variables: readonly Readable[], lens: string, scope: Scope, want: Want): string | undefined {
    if (variables.length === 0) return undefined;
    const isTyped = !this.#chance(0.06);
    if (lens === '' || lens === '.length') {
      const wanted = variables.filter(({ shape }) => (lens === '' ? want(shape) : typeof shape === 'object'));
      const { name } = this.#of(isTyped && wanted.length > 0 ? wanted : variables);
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
      const { name, ...path } = this.#of(from);
      return name + this.#pathText(path, lens === '.$.[x]', scope);
    }
    const { name } = this.#of(variables);
    if (lens === '.$.[0]') return `${name}.$.[0]`;
    if (lens === '.$.field') return `${name}.$.nothing`;
    return scope.scalars.length === 0 ? undefined : `${name}.$.[${this.#of(scope.scalars).name}]`;
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
      if (keys.length > 0 && (i === 0 ? firstByScalar : this.#chance(0.3))) return `[${this.#of(keys)}]`;
      return isIndex(step) ? `[${step}]` : String(step);
    });
    const text = `.$.${accessors.join('.')}`;
    return this.#chance(0.9) ? text : `${text.replaceAll('.[', '[')}!`;
  }

  /** Scalars that hold this step. */
  #keysFor(step: string | number, { scalars }: Scope): string[] {
    const shape = String(step) === '1' ? 'one' : step === 'a' ? 'key' : undefined;
    return scalars.filter(scalar => shape !== undefined && scalar.shape === shape).map(({ name }) => name);
  }

  #of<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.next() * items.length)] as T;
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}

const READ = new Set(['scalar', 'canon', 'canonMap', 'error', 'lastError']);

const isIndex = (step: string | number): boolean => typeof step === 'number' || /^\d/.test(step);

function splitForm(form: string): [kind: string, lens: string] {
  const at = form.indexOf('.');
  return at < 0 ? [form, ''] : [form.slice(0, at), form.slice(at)];
}

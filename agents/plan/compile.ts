import { format, PLAIN_FIELD, parse } from '../../air-grammar/index.ts';
import { toBase58, utf8 } from '../../base/bytes.ts';
import { suggestion } from '../../base/options.ts';
import type { ServiceFunction } from '../../services/index.ts';
import { wrongPlan, type PlanStep, type PlanSteps } from './plan.ts';

/** Finds a function that a plan may call. */
export type FunctionLookup = (service: string, functionName: string) => ServiceFunction | undefined;

/** What plans may call, and what is known of it. */
export interface PlanFunctions {
  /** `service.function` of each, for suggestions. */
  readonly names: readonly string[];
  readonly functionOf: FunctionLookup;
  /** Names of the arguments of a function that a policy has conditions for. */
  readonly ruledOf: (service: string, functionName: string) => readonly string[];
}

/**
 * The script of a list of steps: one call after the other, all on the agent's own peer. Nothing is computed outside of the script: a value
 * of the plan becomes a literal of it, a `$result` a variable, so each argument keeps its origin.
 *
 * @throws {AgentError} `ERR_AGENT_PLAN` for functions, arguments or results that there are not.
 */
export function compileSteps({ steps, return: returned }: PlanSteps, functions: PlanFunctions): string {
  const compiler = new StepsCompiler(functions);
  for (const [i, step] of steps.entries()) compiler.step(step, ['steps', String(i)]);
  const results = returned ?? [(steps.at(-1) as PlanStep).id];
  const operands = results.map((id, i) => compiler.resultOf(id, ['return', String(i)]));
  compiler.emit(`(call %init_peer_id% ("callbackSrv" "response") [${operands.join(' ')}])`);
  return format(parse(compiler.script()).root);
}

const HERE = '%init_peer_id%';
/** Integers that AIR and JavaScript both hold exactly. */
const isExactInteger = (value: number): boolean => Number.isSafeInteger(value) && !Object.is(value, -0);
const FLOAT = /^-?\d+\.\d+$/;
const FLOAT_CHARACTERS_MAX = 11;

class StepsCompiler {
  readonly #functions: PlanFunctions;
  readonly #instructions: string[] = [];
  readonly #steps = new Set<string>();
  #count = 0;

  constructor(functions: PlanFunctions) {
    this.#functions = functions;
  }

  emit(instruction: string): void {
    this.#instructions.push(instruction);
  }

  /** Nested to the right. Neither the parser nor the interpreter recurses. */
  script(): string {
    const last = this.#instructions.at(-1) ?? '(null)';
    const before = this.#instructions.slice(0, -1);
    return `${before.map(one => `(seq ${one} `).join('')}${last}${')'.repeat(before.length)}`;
  }

  step({ id, call, args }: PlanStep, path: readonly string[]): void {
    if (this.#steps.has(id)) throw wrongPlan([...path, 'id'], `the id \`${id}\` stands twice`);
    const [service = '', functionName = ''] = call.split('.');
    const { names, functionOf, ruledOf } = this.#functions;
    const fn = functionOf(service, functionName);
    if (fn === undefined)
      throw wrongPlan(
        [...path, 'call'],
        `unknown function \`${call}\`${suggestion(call, names, '; `list_tools` shows all')}`,
      );
    const operands = this.#arguments(fn, args, ruledOf(service, functionName), [...path, 'args']);
    this.emit(`(call ${HERE} ("${service}" "${functionName}") [${operands.join(' ')}] ${variableOf(id)})`);
    this.#steps.add(id);
  }

  resultOf(id: string, path: readonly string[]): string {
    if (!this.#steps.has(id))
      throw wrongPlan(path, `no earlier step has the id \`${id}\`${suggestion(id, [...this.#steps], '')}`);
    return variableOf(id);
  }

  /**
   * By position, as AIR passes them. Those that are left out at the end are not passed, others are `null`. A condition of a policy refuses an
   * argument that is not passed, so an argument with a condition is.
   */
  #arguments(
    fn: ServiceFunction,
    args: PlanStep['args'],
    ruled: readonly string[],
    path: readonly string[],
  ): string[] {
    const names = fn.arguments.map(({ name }) => name);
    const unknown = Object.keys(args).find(name => !names.includes(name));
    if (unknown !== undefined)
      throw wrongPlan([...path, unknown], `\`${fn.name}\` has no such argument${suggestion(unknown, names)}`);
    const last = names.findLastIndex(name => Object.hasOwn(args, name) || ruled.includes(name));
    return names
      .slice(0, last + 1)
      .map(name => this.#operand(Object.hasOwn(args, name) ? args[name] : null, [...path, name]));
  }

  #operand(value: unknown, path: readonly string[]): string {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'boolean':
        return String(value);
      case 'number':
        return this.#number(value);
      default:
        if (value === null) return this.#called('"op" "identity"', '');
        if (Array.isArray(value)) return this.#list(value, path);
        return this.#object(value as Readonly<Record<string, unknown>>, path);
    }
  }

  /** A literal holds no quotation mark; then the peer decodes the text. */
  #text(text: string): string {
    return text.includes('"')
      ? this.#called('"op" "string_from_b58"', `"${toBase58(utf8(text))}"`)
      : `"${text}"`;
  }

  #number(value: number): string {
    const text = String(value);
    if (isExactInteger(value)) return text;
    if (FLOAT.test(text) && text.length <= FLOAT_CHARACTERS_MAX) return text;
    return this.#called('"json" "parse"', `"${text}"`);
  }

  /** A canon: each element keeps its own origin. */
  #list(items: readonly unknown[], path: readonly string[]): string {
    if (items.length === 0) return '[]';
    const operands = items.map((item, i) => this.#operand(item, [...path, String(i)]));
    const name = this.#name('l');
    for (const operand of operands) this.emit(`(ap ${operand} $${name})`);
    this.emit(`(canon ${HERE} $${name} #${name})`);
    return `#${name}`;
  }

  #object(value: Readonly<Record<string, unknown>>, path: readonly string[]): string {
    const keys = Object.keys(value);
    if (keys.some(key => key.startsWith('$'))) return this.#reference(value, path);
    if (keys.length === 0) return this.#called('"json" "obj"', '');
    const pairs = keys.map(key => [this.#text(key), this.#operand(value[key], [...path, key])]);
    const [map, name] = [this.#name('m'), this.#name('v')];
    for (const [key, operand] of pairs) this.emit(`(ap (${key} ${operand}) %${map})`);
    this.emit(`(canon ${HERE} %${map} ${name})`);
    return name;
  }

  #reference(value: Readonly<Record<string, unknown>>, path: readonly string[]): string {
    const { $result: id, $part: part = [], ...rest } = value;
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined || typeof id !== 'string' || !Array.isArray(part))
      throw wrongPlan(
        path,
        'expected `{ "$result": "id" }`, or with `"$part": ["field", 0]`; other keys do not begin with `$`',
      );
    const variable = this.resultOf(id, [...path, '$result']);
    return part.length === 0 ? variable : `${variable}.$${part.map(step => stepText(step, path)).join('')}`;
  }

  #called(service: string, argument: string): string {
    const name = this.#name('v');
    this.emit(`(call ${HERE} (${service}) [${argument}] ${name})`);
    return name;
  }

  #name(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }
}

/** Results of steps have names of their own: `v_1` may be the id of a step. */
const variableOf = (id: string): string => `result_${id}`;

function stepText(step: unknown, path: readonly string[]): string {
  if (typeof step === 'string' && PLAIN_FIELD.test(step)) return `.${step}`;
  if (typeof step === 'number' && Number.isInteger(step) && step >= 0 && step < 2 ** 32) return `.[${step}]`;
  throw wrongPlan(
    [...path, '$part'],
    'its steps are names of fields (letters, digits, `_`, `-`) and indexes',
  );
}

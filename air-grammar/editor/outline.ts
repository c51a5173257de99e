import type { AirFinding } from '../errors.ts';
import type { Form } from '../form.ts';
import { bitOf, type Kinds } from '../kinds.ts';
import type { Language } from '../language.ts';
import type { Place } from '../places.ts';
import { quoted } from '../source.ts';
import type { Choice, State } from '../states.ts';
import type { Use } from '../table.ts';
import type { Token } from './tokens.ts';

/** What may come where the tokens end. */
export interface Expected {
  readonly punctuation: readonly string[];
  readonly keywords: boolean;
  readonly operands: readonly { readonly kinds: Kinds; readonly use: Use }[];
}

const NOTHING: Expected = { punctuation: [], keywords: false, operands: [] };

/** An instruction that has begun. Without a form it has a mistake: it then takes any tokens up to its parenthesis. */
interface Open {
  form: Form | undefined;
  nested: number;
  /** Parentheses that are open in an instruction with a mistake, besides its own. */
  depth: number;
  /** Variables that it defines for the instructions nested in it. */
  readonly variables: readonly string[];
}

/**
 * Follows the tokens through the table of instructions. After a mistake it skips to the end of the instruction, and still reads the
 * instructions nested in it. It makes no tree, so nothing that was repaired can run.
 *
 * A token with a lexical error fits everywhere: the error has been reported.
 */
export class Outline {
  readonly findings: AirFinding[] = [];
  /** Variables that are defined where the tokens end, the newest last. */
  readonly variables = new Set<string>();
  expected: Expected = NOTHING;
  readonly #tokens: readonly Token[];
  readonly #language: Language;
  readonly #size: number;
  readonly #open: Open[] = [];
  #at = 0;
  #roots = 0;

  /** @param size Length of the text. */
  constructor(tokens: readonly Token[], language: Language, size: number) {
    this.#tokens = tokens;
    this.#language = language;
    this.#size = size;
    while (this.#at < tokens.length) this.#step();
    this.#finish();
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #step(): void {
    const top = this.#open.at(-1);
    const { type, text } = this.#token as Token;
    const startsInstruction = text === '(' && this.#tokens[this.#at + 1]?.type === 'keyword';
    if (top !== undefined && top.form === undefined && !startsInstruction) this.#skip(top, text);
    else if (text === '(' && type === 'punctuation') this.#begin(top);
    else if (text === ')' && type === 'punctuation') this.#close(top);
    else {
      if (type !== 'mistake') this.#fault(['"("', '")"']);
      while (this.#token !== undefined && !'()'.includes(this.#token.text)) this.#at += 1;
    }
  }

  /** A token of an instruction with a mistake. */
  #skip(top: Open, text: string): void {
    if (text === '(') top.depth += 1;
    else if (text === ')' && top.depth > 0) top.depth -= 1;
    else if (text === ')') this.#end();
    this.#at += 1;
  }

  #begin(parent: Open | undefined): void {
    if (parent === undefined) {
      if (this.#roots === 1) this.#fault(['the end, since a script is one instruction']);
      this.#roots += 1;
    } else {
      if (parent.form !== undefined && parent.nested === parent.form.nested.length) {
        this.#fault(['")"']);
        parent.form = undefined;
      }
      parent.nested += 1;
    }
    this.#at += 1;
    const keyword = this.#token;
    const state = keyword?.type === 'keyword' ? this.#language.states.get(keyword.text) : undefined;
    if (state === undefined) {
      if (keyword === undefined) this.#expect({ ...NOTHING, keywords: true });
      if (keyword?.type !== 'mistake') this.#fault([...this.#language.states.keys()]);
      return this.#break(0);
    }
    this.#at += 1;
    this.#operands(state);
  }

  /** The operands of an instruction, and its end if nothing is nested in it. */
  #operands(first: State): void {
    const defined: string[] = [];
    let depth = 0;
    let state = first;
    while (state.form === undefined) {
      const choice = this.#choose(state);
      if (choice === undefined || !this.#take(choice, defined)) return this.#break(depth);
      if (choice.part === '(') depth += 1;
      else if (choice.part === ')') depth -= 1;
      state = choice.next;
    }
    const { form } = state;
    for (const name of defined) this.#define(name);
    if (form.nested.length > 0) {
      this.#open.push({ form, nested: 0, depth: 0, variables: defined });
    } else if (this.#token?.text === ')') {
      this.#at += 1;
    } else {
      if (this.#token === undefined) this.#expect(expectedAfter(state));
      if (this.#token?.type !== 'mistake') this.#fault(['")"']);
      this.#break(0);
    }
  }

  /** The instruction has a mistake: what follows is skipped up to its end. */
  #break(depth: number): void {
    this.#open.push({ form: undefined, nested: 0, depth, variables: [] });
  }

  /** The choice that the next token takes; `undefined` after a mistake. */
  #choose(state: State): Choice | undefined {
    const token = this.#token;
    if (token === undefined) this.#expect(expectedAfter(state));
    const found = state.choices.find(choice => token !== undefined && fits(choice, token));
    if (found !== undefined) return found;
    if (state.only?.isMany === true || state.only?.isOptional === true) return state.only;
    if (token?.type !== 'mistake') this.#fault(state.choices.flatMap(titlesOf));
    return undefined;
  }

  /** Reads the tokens of a choice and collects the names that it defines. @returns False if a token does not fit. */
  #take(choice: Choice, defined: string[]): boolean {
    for (let token = this.#token; token !== undefined && fits(choice, token); token = this.#token) {
      this.#at += 1;
      if (choice.use === 'define') defined.push(token.text);
      const second = choice.kinds === 0 ? undefined : secondOf(choice, token);
      if (second !== undefined) {
        if (this.#token?.text !== second.text && this.#token?.kind !== second.kind) {
          this.#fault([second.title]);
          return false;
        }
        this.#at += 1;
      }
      if (!choice.isMany) return true;
    }
    if (this.#token === undefined && choice.isMany)
      this.#expect(join(operandsOf(choice), expectedAfter(choice.next)));
    return true;
  }

  /** What may come where the tokens end: the first place that reaches the end knows most. */
  #expect(expected: Expected): void {
    if (this.expected === NOTHING) this.expected = expected;
  }

  #close(top: Open | undefined): void {
    if (top === undefined) this.#fault([this.#roots === 0 ? '"("' : 'the end']);
    else {
      if (top.form !== undefined && top.nested < top.form.required) this.#fault(['"(" of an instruction']);
      this.#end();
    }
    this.#at += 1;
  }

  #end(): void {
    const closed = this.#open.pop();
    for (const name of closed?.variables ?? []) this.variables.delete(name);
  }

  #define(name: string): void {
    this.variables.delete(name);
    this.variables.add(name);
  }

  #finish(): void {
    const top = this.#open.at(-1);
    if (top?.form !== undefined) {
      const { nested, required, keyword } = top.form;
      const mayNest = top.nested < nested.length;
      this.#expect({
        ...NOTHING,
        punctuation: [...(mayNest ? ['('] : []), ...(top.nested >= required ? [')'] : [])],
      });
      this.#fault([`")" of \`${keyword}\``]);
    } else if (top === undefined && this.#roots === 0) {
      this.#expect({ ...NOTHING, punctuation: ['('] });
      if (this.findings.length === 0) this.#fault(['"(" of an instruction']);
    }
  }

  /** At the end of the text nothing is reported after a lexical error: an open string takes the rest. */
  #fault(names: readonly string[]): void {
    if (this.#token === undefined && this.#tokens.at(-1)?.type === 'mistake') return;
    const { text, start, end } = this.#token ?? { text: '', start: this.#size, end: this.#size };
    const expected = [...new Set(names)].toSorted().join(' or ');
    const found = text === '' ? 'the end of the script' : quoted(text);
    this.findings.push({
      code: 'ERR_AIR_SYNTAX',
      message: `expected ${expected}, found ${found}`,
      span: { start, end },
    });
  }
}

const has = ({ kinds }: { readonly kinds: Kinds }, kind: Kinds): boolean => (kinds & kind) !== 0;

function fits(choice: Choice, { type, text, kind }: Token): boolean {
  if (typeof choice.part === 'string') return text === choice.part;
  if (type === 'mistake' || has(choice, kind)) return true;
  if (text === '[') return has(choice, bitOf('emptyArray'));
  return kind === bitOf('integer') && has(choice, bitOf('failure'));
}

/** The second token of an operand of two: `[` `]`, or an error code and its message. */
function secondOf(choice: Choice, { text, kind }: Token) {
  if (text === '[') return { text: ']', kind: -1, title: '"]"' };
  if (kind !== bitOf('integer') || has(choice, kind)) return undefined;
  return { text: '', kind: bitOf('string'), title: 'string' };
}

function titlesOf({ part, kinds }: Choice): string[] {
  if (typeof part === 'string') return [`"${part}"`];
  const { title }: Place = part.place;
  if (has({ kinds }, bitOf('emptyArray'))) return [title, '"["'];
  return has({ kinds }, bitOf('failure')) ? [title, 'integer'] : [title];
}

const operandsOf = ({ kinds, use }: Choice): Expected => ({ ...NOTHING, operands: [{ kinds, use }] });

const join = (a: Expected, b: Expected): Expected => ({
  punctuation: [...a.punctuation, ...b.punctuation],
  keywords: a.keywords || b.keywords,
  operands: [...a.operands, ...b.operands],
});

function expectedAfter(state: State): Expected {
  if (state.form !== undefined)
    return { ...NOTHING, punctuation: [state.form.nested.length > 0 ? '(' : ')'] };
  return state.choices
    .map(choice => {
      if (typeof choice.part === 'string') return { ...NOTHING, punctuation: [choice.part] };
      const own = operandsOf(choice);
      return choice.isMany || choice.isOptional ? join(own, expectedAfter(choice.next)) : own;
    })
    .reduce(join, NOTHING);
}

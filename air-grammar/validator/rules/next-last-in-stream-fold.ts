import { assertNever } from '../../../base/assert.ts';
import type { Fold, Instruction, Iterable, Next, Span } from '../../ast.ts';
import type { AirFinding } from '../../errors.ts';
import type { Language } from '../../language.ts';
import { spanOf } from '../../source.ts';
import { nestedIn } from '../../visitor.ts';
import type { Facts } from '../facts.ts';

/** Iterator whose `next` is the last thing an instruction does, if there is one. */
type Tail = string | undefined;

/** V7: in a fold over a stream or stream map nothing follows `next`. */
export function nextLastInStreamFold(facts: Facts): AirFinding[] {
  if (!facts.folds.some(({ iterable }) => isOfStream(iterable))) return [];
  return new TailCheck(facts.language, facts.instructions.length).run(facts.instructions).map(span => ({
    code: 'ERR_AIR_VALIDATION',
    rule: 'V7',
    message: 'fold can not have instructions after next',
    span,
  }));
}

const isOfStream = ({ kind }: Iterable): boolean => kind === 'stream' || kind === 'streamMap';

/**
 * Works its way up from the innermost instructions. Suspicions are kept by iterator name, also from folds over arrays, where
 * instructions after `next` are legal; and an xor of two tails switches the rule off. Both are AquaVM's, and observable.
 */
class TailCheck {
  readonly #language: Language;
  /** By index of the instruction. */
  readonly #tails: Tail[];
  readonly #suspects = new Map<string, Span>();
  readonly #found: Span[] = [];

  constructor(language: Language, size: number) {
    this.#language = language;
    this.#tails = Array<Tail>(size).fill(undefined);
  }

  run(instructions: readonly Instruction[]): Span[] {
    for (const instruction of instructions) {
      const tail = this.#tailOf(instruction);
      if (tail === OFF) break;
      this.#tails[instruction.index] = tail;
    }
    return this.#found;
  }

  #tailOf(instruction: Instruction): Tail | typeof OFF {
    const { tail } = this.#language.formOf(instruction).row;
    const tails = nestedIn(instruction, this.#language).map(nested => this.#tails[nested.index]);
    switch (tail) {
      case 'nothing':
        return undefined;
      case 'next':
        return (instruction as Next).iterator.name;
      case 'body':
        return tails[0];
      case 'both':
        return tails.reduce((before, after) => this.#ofBoth(instruction, before, after));
      case 'either':
        return tails.filter(some => some !== undefined).length > 1
          ? OFF
          : tails.find(some => some !== undefined);
      case 'fold':
        return this.#ofFold(instruction as Fold, tails[0]);
      default:
        return assertNever(tail, 'tail');
    }
  }

  #ofBoth(instruction: Instruction, left: Tail, right: Tail): Tail {
    if (left === undefined || left === right) return right;
    if (!this.#suspects.has(left)) this.#suspects.set(left, spanOf(instruction));
    return undefined;
  }

  #ofFold({ iterable, iterator }: Fold, tail: Tail): Tail {
    if (!isOfStream(iterable)) return undefined;
    const suspect = this.#suspects.get(iterator.name);
    if (suspect !== undefined) this.#found.push(suspect);
    if (tail !== iterator.name) return tail;
    this.#suspects.delete(iterator.name);
    return undefined;
  }
}

const OFF = Symbol('the rule is switched off');

import type { Fold, Instruction, Span } from '../../ast.ts';
import type { Finding } from '../../errors.ts';
import { spanOf } from '../../source.ts';
import type { Facts } from '../facts.ts';

/** Iterator whose `next` is the last thing an instruction does, if there is one. */
type Tail = string | undefined;

/** V7: in a fold over a stream or stream map nothing follows `next`. */
export function nextLastInStreamFold({ instructions, folds }: Facts): Finding[] {
  if (folds.length === 0) return [];
  return new TailCheck(instructions.length).run(instructions).map(span => ({
    code: 'ERR_AIR_VALIDATION',
    rule: 'V7',
    message: 'fold can not have instructions after next',
    span,
  }));
}

/**
 * Works its way up from the innermost instructions. Suspicions are kept by iterator name, also from folds over arrays, where
 * instructions after `next` are legal; and an xor of two tails switches the rule off. Both are AquaVM's, and observable.
 */
class TailCheck {
  /** By index of the instruction. */
  readonly #tails: Tail[];
  readonly #suspects = new Map<string, Span>();
  readonly #found: Span[] = [];

  constructor(size: number) {
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
    switch (instruction.kind) {
      case 'next':
        return instruction.iterator.name;
      case 'new':
      case 'match':
      case 'mismatch':
        return this.#tails[instruction.body.index];
      case 'seq':
      case 'par':
        return this.#ofBoth(
          instruction,
          this.#tails[instruction.left.index],
          this.#tails[instruction.right.index],
        );
      case 'xor': {
        const left = this.#tails[instruction.left.index];
        const right = this.#tails[instruction.right.index];
        return left !== undefined && right !== undefined ? OFF : (left ?? right);
      }
      case 'fold':
        return this.#ofFold(instruction);
      default:
        return undefined;
    }
  }

  #ofBoth(instruction: Instruction, left: Tail, right: Tail): Tail {
    if (left === undefined || left === right) return right;
    if (!this.#suspects.has(left)) this.#suspects.set(left, spanOf(instruction));
    return undefined;
  }

  #ofFold({ iterable, iterator, body }: Fold): Tail {
    if (iterable.kind !== 'stream' && iterable.kind !== 'streamMap') return undefined;
    const suspect = this.#suspects.get(iterator.name);
    if (suspect !== undefined) this.#found.push(suspect);
    const tail = this.#tails[body.index];
    if (tail !== iterator.name) return tail;
    this.#suspects.delete(iterator.name);
    return undefined;
  }
}

const OFF = Symbol('the rule is switched off');

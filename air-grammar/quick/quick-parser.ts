import type { Instruction, Script } from '../ast.ts';
import { type Facts, FactCollector } from '../validator/facts.ts';
import { leaf } from './leaf.ts';
import { finish, nest, open, type Open } from './nesting.ts';
import { GIVE_UP, Scanner, Unit } from './scanner.ts';
import { END } from './units.ts';

/** A tree, and what the rules of validation look at: it is at hand here, and collecting it later takes a walk. */
export interface QuickScript {
  readonly script: Script;
  readonly facts: Facts;
}

/**
 * Reads well-formed scripts in one pass, and nothing else: at the first thing that it does not expect it gives up, and the grammar
 * judges and explains. So what is accepted, and how mistakes are told, is the grammar's alone; a property test holds that both
 * make the same tree (docs/decisions/0002-deep-scripts.md).
 *
 * @returns Nothing if the script is not as expected.
 */
export function quickParse(text: string): QuickScript | undefined {
  if (!text.isWellFormed()) return undefined;
  const scanner = new Scanner(text);
  try {
    return new QuickParser(scanner).read();
  } catch (failure) {
    if (failure === GIVE_UP) return undefined;
    throw failure;
  } finally {
    scanner.close();
  }
}

class QuickParser {
  readonly #scanner: Scanner;
  readonly #facts = new FactCollector();
  /** The instructions around, outermost first. */
  readonly #open: Open[] = [];
  #count = 0;
  #root: Instruction | undefined;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  read(): QuickScript {
    while (this.#root === undefined) this.#next();
    return this.#whole(this.#root);
  }

  #next(): void {
    if (this.#scanner.peek() === Unit.rightParen) this.#close();
    else this.#begin();
  }

  #whole(root: Instruction): QuickScript {
    if (this.#scanner.peek() !== END) throw GIVE_UP;
    this.#facts.readsDefined = this.#scanner.readsDefined;
    return { script: { text: this.#scanner.text, root, size: this.#count }, facts: this.#facts };
  }

  #begin(): void {
    this.#scanner.take(Unit.leftParen);
    const start = this.#scanner.at - 1;
    const index = this.#count++;
    const keyword = this.#scanner.keyword();
    const opened = open(this.#scanner, keyword, start, index);
    if (opened === undefined) this.#add(leaf(this.#scanner, keyword, start, index));
    else this.#open.push(opened);
  }

  #close(): void {
    const closed = this.#open.pop();
    if (closed === undefined) throw GIVE_UP;
    this.#add(finish(closed, this.#scanner.end()));
  }

  /** A complete instruction. */
  #add(instruction: Instruction): void {
    this.#facts.add(instruction);
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = instruction;
    else nest(parent, instruction);
  }
}

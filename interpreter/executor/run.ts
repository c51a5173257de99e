import type { Instruction } from '../../air-grammar/index.ts';
import type { CanonMap, CanonStream } from '../collections/canon.ts';
import { Foreseen } from '../collections/foreseen.ts';
import { Streams } from '../collections/streams.ts';
import { RunError, type ScriptError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { CallRequest } from '../outcome.ts';
import type { SealedRecord } from '../log/sealed-record.ts';
import { Iterations, siteOf, type Site } from '../provenance/site.ts';
import { Producer, type SourcedValue } from '../provenance/sourced-value.ts';
import type { Json } from '../values/json.ts';
import type { Ledger } from '../trace/ledger.ts';
import type { State } from '../trace/state.ts';
import type { FoldState } from './fold-state.ts';
import { Budget, WORK } from './budget.ts';
import { ErrorRegisters } from './last-error.ts';
import { Scopes } from './scopes.ts';
import { Variables } from './variables.ts';

/** An instruction that waits for a nested one. */
export interface Frame {
  /**
   * The nested instruction has ended, with `error` if it failed. May {@link Run.enter} another one after putting itself
   * (or another frame) back on the stack. Returns the error with which the waiting instruction itself ends.
   */
  resume(run: Run, error: ScriptError | undefined): ScriptError | undefined;
}

/** The answer to a call request in the form that the interpreter works with. */
export interface HostResult {
  readonly retCode: number;
  /** JSON text on success, any text otherwise. */
  readonly text: string;
  /** The result itself, where the host gave it as a value and not as text. */
  readonly json?: Json | undefined;
}

export interface RunFacts {
  readonly initPeerId: string;
  readonly currentPeerId: string;
  readonly timestamp: number;
  readonly ttl: number;
  readonly limits: Limits;
  /**
   * Set where records are explained instead of a run continued: this peer then performs nothing itself. Called with each record of a
   * call after it was held against the call at its site, with the arguments of that call; may throw to end the walk.
   */
  readonly explain?: (peerId: string, sealed: SealedRecord, args: readonly SourcedValue[]) => void;
}

/** About what a state takes beside its site. */
export const STATE_SIZE = 64;

/** All that instructions read and write during one run. */
export class Run {
  readonly facts: RunFacts;
  readonly ledger: Ledger;
  /** Not yet used answers of the host; an instruction that uses one removes it. */
  readonly results: Map<number, HostResult>;

  readonly scopes = new Scopes();
  readonly scalars = new Variables<SourcedValue>(this.scopes);
  readonly canons = new Variables<CanonStream>(this.scopes);
  readonly canonMaps = new Variables<CanonMap>(this.scopes);
  readonly streams: Streams;
  readonly foreseen: Foreseen;
  readonly budget: Budget;
  readonly registers: ErrorRegisters;
  /** Origin of the literals of the script. */
  readonly literal: Producer;

  /** Whether the part of the script that was just executed is complete. */
  complete = true;
  /** One branch of a `par` has failed while the other one waits. */
  isFailureOpen = false;
  /** The folds in progress: with the instruction's index, the site. */
  iterations = Iterations.none;

  readonly callRequests = new Map<number, CallRequest>();

  readonly #stack: Frame[] = [];
  /** Folds in progress, by iterator. Made for the first one, as the set below: short runs make little else. */
  #folds: Map<string, FoldState> | undefined;
  #nextPeerIds: Set<string> | undefined;
  #entered: Instruction | undefined;

  constructor(
    facts: RunFacts,
    ledger: Ledger,
    results: Map<number, HostResult>,
    foreseen = new Foreseen(),
    budget = new Budget(facts.limits),
  ) {
    this.foreseen = foreseen;
    this.budget = budget;
    this.facts = facts;
    this.ledger = ledger;
    this.results = results;
    this.streams = new Streams(facts.limits.streamSize, scanned => this.budget.elements(scanned));
    this.registers = new ErrorRegisters(facts.initPeerId, facts.currentPeerId);
    this.literal = Producer.literal(facts.initPeerId);
  }

  get me(): string {
    return this.facts.currentPeerId;
  }

  /** Whether this run acts as `peerId`: it may state something new in its name. */
  actsAs(peerId: string): boolean {
    return peerId === this.facts.currentPeerId && this.facts.explain === undefined;
  }

  /** The fold in progress whose iterator has this name. */
  foldOf(iterator: string): FoldState | undefined {
    return this.#folds?.get(iterator);
  }

  beginFold(iterator: string, fold: FoldState): void {
    this.#folds ??= new Map();
    this.#folds.set(iterator, fold);
  }

  endFold(iterator: string): void {
    this.#folds?.delete(iterator);
  }

  /** The particle must go on to this peer. */
  sendTo(peerId: string): void {
    this.#nextPeerIds ??= new Set();
    this.#nextPeerIds.add(peerId);
  }

  /** Without repetition, in the order of their first mention. */
  get nextPeerIds(): string[] {
    return this.#nextPeerIds === undefined ? [] : [...this.#nextPeerIds];
  }

  siteOf(instruction: Instruction): Site {
    const site = siteOf(instruction.index, this.iterations);
    this.budget.text(site.key.length);
    return site;
  }

  /** Continues with a nested instruction, as the last act of an instruction or frame. */
  enter(instruction: Instruction): undefined {
    this.#entered = instruction;
    return undefined;
  }

  /** Has `frame` resume when the instruction entered next has ended. */
  push(frame: Frame): void {
    if (this.#stack.length >= this.facts.limits.depth) {
      throw new RunError('depthLimit', `nesting goes over the allowed depth of ${this.facts.limits.depth}`);
    }
    this.#stack.push(frame);
  }

  /** Ends an instruction without effect: what it needs is not there yet. */
  wait(): undefined {
    this.complete = false;
    return undefined;
  }

  /** Remembers a state of this run in the data. */
  keep(state: State): void {
    this.budget.compose(STATE_SIZE + state.site.key.length);
    this.ledger.keep(state);
  }

  /** Ends an instruction with its own error. */
  fail(error: ScriptError, instruction: Instruction, call?: Producer): ScriptError {
    this.budget.work(WORK.error);
    this.budget.quote(error.message);
    this.registers.report(error, instruction, call);
    error.place ??= { start: instruction.start, call };
    return error;
  }

  /** As {@link fail}, but an undefined variable makes the instruction wait. */
  waitOrFail(error: ScriptError, instruction: Instruction): ScriptError | undefined {
    return error.joinable ? this.wait() : this.fail(error, instruction);
  }

  /**
   * Executes a script on a stack of its own, so that neither nesting nor the number of fold items can exhaust JavaScript's.
   *
   * @returns The error that nothing in the script has caught.
   */
  execute(
    root: Instruction,
    begin: (run: Run, instruction: Instruction) => ScriptError | undefined,
  ): ScriptError | undefined {
    this.enter(root);
    let error: ScriptError | undefined;
    for (;;) {
      const instruction = this.#entered;
      this.#entered = undefined;
      if (instruction !== undefined) {
        this.budget.work();
        error = begin(this, instruction);
      } else {
        const frame = this.#stack.pop();
        if (frame === undefined) return error;
        error = frame.resume(this, error);
      }
    }
  }
}

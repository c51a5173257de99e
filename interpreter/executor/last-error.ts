import { describeInstruction, type Instruction } from '../../air-grammar/index.ts';
import { RetCode, type ScriptError } from '../errors.ts';
import { errorOf, Producer, SourcedValue } from '../provenance/sourced-value.ts';
import type { Json } from '../values/json.ts';
import { Value } from '../values/value.ts';

interface Register {
  /** Absent until there is an error. Few scripts read it before. */
  content: SourcedValue | undefined;
  /** A closed register keeps what it has: the innermost of several reports wins. */
  open: boolean;
}

/**
 * The two registers behind `%last_error%` and `:error:`.
 *
 * Both are rebuilt by every run. They differ in when they open again, in whether they take failed matches, and in what they say
 * of `fail`; scripts in use rely on each of these differences, stale contents after swallowed errors included.
 */
export class ErrorRegisters {
  readonly #initPeerId: string;
  readonly #currentPeerId: string;
  #noError: SourcedValue | undefined;
  readonly #last: Register = { content: undefined, open: true };
  readonly #error: Register = { content: undefined, open: true };
  /** The error that the xor in progress has caught; `fail :error:` raises it again. */
  #original: ScriptError | undefined;

  constructor(initPeerId: string, currentPeerId: string) {
    this.#initPeerId = initPeerId;
    this.#currentPeerId = currentPeerId;
  }

  get lastError(): SourcedValue {
    return this.#last.content ?? this.#nothing;
  }

  get error(): SourcedValue {
    return this.#error.content ?? this.#nothing;
  }

  get original(): ScriptError | undefined {
    return this.#original;
  }

  /**
   * The innermost failing instruction reports its error.
   *
   * @param call The producer of a call whose triplet was resolved: the error is then attributed to that call.
   */
  report(error: ScriptError, instruction: Instruction, call?: Producer): void {
    if (!this.#last.open && !this.#error.open) return;
    // Instructions with a peer of their own are said to be of a peer.
    const named = call !== undefined || 'peer' in instruction;
    const peerId = call?.peerId ?? this.#currentPeerId;
    const base = {
      error_code: error.code,
      message: error.message,
      instruction: describeInstruction(instruction),
    };
    const wrap = (object: Json): SourcedValue =>
      call === undefined ? this.#ofNoCall(object) : errorOf(Value.ofJson(object), call);
    if (this.#last.open && !isMatchFailure(error)) {
      this.#last.content = wrap({ ...base, peer_id: peerId });
      this.#last.open = false;
    }
    if (this.#error.open) {
      this.#error.content = wrap(named ? { ...base, peer_id: peerId } : base);
      this.#original = undefined;
    }
    this.#error.open = false;
  }

  /** `fail` with a valid error object, whatever the state of the register. */
  failedWith(object: SourcedValue): void {
    this.#last.content = object;
    this.#last.open = false;
  }

  /** `fail :error:` raises the original error: the register stays as it is. */
  reraised(): void {
    this.#error.open = false;
  }

  handlerBegins(caught: ScriptError): void {
    this.#last.open = true;
    this.#original = caught;
    this.#error.open = true;
  }

  handlerEnds(succeeded: boolean): void {
    if (this.#error.open) {
      this.#error.content = undefined;
      this.#original = undefined;
    }
    if (succeeded) this.#error.open = true;
  }

  parSucceeded(): void {
    this.#last.open = true;
  }

  get #nothing(): SourcedValue {
    this.#noError ??= this.#ofNoCall({ error_code: 0, message: '' });
    return this.#noError;
  }

  #ofNoCall(object: Json): SourcedValue {
    return new SourcedValue(Value.ofJson(object), Producer.error(this.#initPeerId));
  }
}

const isMatchFailure = (error: ScriptError): boolean =>
  error.code === RetCode.matchValuesNotEqual || error.code === RetCode.mismatchValuesEqual;

import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten';
import type { SandboxErrorCode } from '../errors.ts';
import type { GuestEnd, GuestJob } from './protocol.ts';
import { boundedAsk, type Ask, type BoundedAsk } from './blocking-ask.ts';
import { PRELUDE } from './prelude.ts';
import { randomOf } from './random.ts';
import { StepMeter } from './step-meter.ts';

/** Less than the engine's own stack, and than that of the thread: so too deep a recursion ends in the guest. */
const STACK_BYTES = 128 * 1024;

/** Promise reactions between two looks at the budget. */
const REACTIONS = 1000;

/** A run that ends without an answer. */
class GuestFailure extends Error {
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, text: string) {
    super(text);
    this.code = code;
  }
}

/** Runs one call of a JavaScript guest: load, call, settle, read. Never throws. */
export function runJavaScript(engine: QuickJSWASMModule, job: GuestJob, ask: Ask): GuestEnd {
  const meter = new StepMeter(job.limits.steps);
  const failed = (code: SandboxErrorCode, text: string): GuestEnd => ({
    kind: 'failed',
    code,
    text,
    steps: meter.steps,
  });
  try {
    const guest = new JavaScriptGuest(engine, job, ask, meter);
    const exported = guest.load();
    if (job.functionName === undefined) {
      guest.requireFunctions(exported);
      return { kind: 'answered', answerJson: 'null', steps: meter.steps };
    }
    const answerJson = guest.call(exported, job.functionName);
    const stateJson = job.stateJson === undefined ? {} : { stateJson: guest.state() };
    return { kind: 'answered', answerJson, ...stateJson, steps: meter.steps };
  } catch (thrown) {
    if (meter.isSpent) return failed('ERR_SANDBOX_STEPS', `more than ${job.limits.steps} steps`);
    if (thrown instanceof GuestFailure) return failed(thrown.code, thrown.message);
    // The engine itself gave up: a trap, or a stack of the thread that is used up.
    const isStack = thrown instanceof RangeError;
    return isStack
      ? failed('ERR_SANDBOX_STACK', 'too many calls inside each other')
      : failed('ERR_SANDBOX_MEMORY', 'the engine could not go on');
  }
}

class JavaScriptGuest {
  readonly #job: GuestJob;
  readonly #meter: StepMeter;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #host: QuickJSHandle;

  constructor(engine: QuickJSWASMModule, job: GuestJob, ask: Ask, meter: StepMeter) {
    this.#job = job;
    this.#meter = meter;
    this.#runtime = engine.newRuntime();
    this.#runtime.setMaxStackSize(STACK_BYTES);
    this.#runtime.setInterruptHandler(() => meter.tick());
    this.#context = this.#runtime.newContext();
    this.#host = this.#prepare(job, boundedAsk(ask, job.limits));
  }

  /** @returns What the guest's module exports. */
  load(): QuickJSHandle {
    const evaluated = this.#context.evalCode(this.#job.source as string, 'guest.js', { type: 'module' });
    return this.#settle(this.#unwrap(evaluated));
  }

  requireFunctions(exported: QuickJSHandle): void {
    for (const name of this.#job.functions) this.#functionOf(exported, name);
  }

  /** @returns The answer as JSON text. */
  call(exported: QuickJSHandle, name: string): string {
    const { argsJson, stateJson } = this.#job;
    const context = this.#context;
    const state = stateJson === undefined ? context.undefined : context.newString(stateJson);
    const fn = this.#functionOf(exported, name);
    const answer = this.#settle(this.#helper('run', fn, context.newString(argsJson), state));
    return this.#text('the answer', this.#helper('answer', answer));
  }

  state(): string {
    return this.#text('the state', this.#helper('state'));
  }

  #prepare({ grants: { clock, seed } }: GuestJob, ask: BoundedAsk): QuickJSHandle {
    const context = this.#context;
    const next = randomOf(seed ?? []);
    const askHandle = context.newFunction('ask', text =>
      context.newString(ask(this.#lengthOf(text), () => context.getString(text))),
    );
    const random = context.newFunction('random', () => context.newNumber(next()));
    const flag = (isSet: boolean): QuickJSHandle => (isSet ? context.true : context.false);
    const prelude = this.#unwrap(context.evalCode(PRELUDE, 'prelude.js'));
    const args = [askHandle, random, flag(clock !== undefined), flag(seed !== undefined)];
    return this.#unwrap(context.callFunction(prelude, context.undefined, ...args));
  }

  #helper(name: string, ...args: QuickJSHandle[]): QuickJSHandle {
    const helper = this.#context.getProp(this.#host, name);
    return this.#unwrap(this.#context.callFunction(helper, this.#context.undefined, ...args));
  }

  #functionOf(exported: QuickJSHandle, name: string): QuickJSHandle {
    const found = this.#context.getProp(exported, name);
    if (this.#context.typeof(found) !== 'function')
      throw new GuestFailure('ERR_SANDBOX_SOURCE', `the guest exports no function \`${name}\``);
    return found;
  }

  /** Runs the reactions of promises until a value is there. */
  #settle(value: QuickJSHandle): QuickJSHandle {
    for (;;) {
      const state = this.#context.getPromiseState(value);
      if (state.type === 'fulfilled') return state.value;
      if (state.type === 'rejected') throw this.#failure(state.error);
      const jobs = this.#runtime.executePendingJobs(REACTIONS);
      if (jobs.error !== undefined) throw this.#failure(jobs.error);
      this.#meter.react(jobs.value);
      if (this.#meter.isSpent) throw new GuestFailure('ERR_SANDBOX_STEPS', 'spent');
      if (jobs.value === 0)
        throw new GuestFailure('ERR_SANDBOX_GUEST', 'the answer is a promise that nothing settles');
    }
  }

  #unwrap(result: ReturnType<QuickJSContext['callFunction']>): QuickJSHandle {
    if (result.error !== undefined) throw this.#failure(result.error);
    return result.value;
  }

  /** Reading an error runs code of the guest, within the same budget. */
  #failure(thrown: QuickJSHandle): GuestFailure {
    const context = this.#context;
    const explain = context.getProp(this.#host ?? context.undefined, 'explain');
    const told = context.callFunction(explain, context.undefined, thrown);
    if (told.error !== undefined) return new GuestFailure('ERR_SANDBOX_GUEST', 'it threw no error');
    const [name, message] = JSON.parse(context.getString(told.value)) as [string, string];
    if (message === 'out of memory') return new GuestFailure('ERR_SANDBOX_MEMORY', 'no memory is left');
    if (message === 'stack overflow')
      return new GuestFailure('ERR_SANDBOX_STACK', 'too many calls inside each other');
    return new GuestFailure(
      'ERR_SANDBOX_GUEST',
      name === 'Error' || name === '' ? message : `${name}: ${message}`,
    );
  }

  /** UTF-16 units of a text, without reading it. */
  #lengthOf(text: QuickJSHandle): number {
    return this.#context.getNumber(this.#context.getProp(text, 'length'));
  }

  /** Its length is looked at before it leaves the guest's memory. */
  #text(what: string, value: QuickJSHandle): string {
    const { textSize } = this.#job.limits;
    const context = this.#context;
    if (context.typeof(value) !== 'string')
      throw new GuestFailure('ERR_SANDBOX_ANSWER', `${what} is not JSON`);
    if (this.#lengthOf(value) > textSize)
      throw new GuestFailure('ERR_SANDBOX_ANSWER', `${what} has more than ${textSize} characters`);
    return context.getString(value);
  }
}

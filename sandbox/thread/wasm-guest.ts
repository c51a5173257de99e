import type { SandboxErrorCode } from '../errors.ts';
import type { GuestEnd, GuestJob } from './protocol.ts';
import { WASI_MODULE } from './wasm-imports.ts';
import { boundedAsk, type Ask } from './blocking-ask.ts';
import { GuestMemory, TextError, type GuestExports } from './guest-memory.ts';
import { randomOf } from './random.ts';
import { GuestExit, wasiCalls } from './wasi.ts';

/** Modules that this thread has compiled, by their code and the bound of its memory; the newest last. */
const compiled = new Map<string, WebAssembly.Module>();
const COMPILED_MAX = 8;

/** Runs one call of a WebAssembly guest in an instance of its own. Never throws. The host has checked its imports and bounded its memory. */
export async function runWasm(job: GuestJob, ask: Ask): Promise<GuestEnd> {
  const failed = (code: SandboxErrorCode, text: string): GuestEnd => ({
    kind: 'failed',
    code,
    text,
    steps: 0,
  });
  let module: WebAssembly.Module;
  try {
    module = await moduleOf(job);
  } catch (failure) {
    return failed('ERR_SANDBOX_SOURCE', (failure as Error).message);
  }
  try {
    return await callGuest(module, job, ask);
  } catch (thrown) {
    if (thrown instanceof TextError) return failed('ERR_SANDBOX_ANSWER', thrown.message);
    if (thrown instanceof GuestExit) return failed('ERR_SANDBOX_GUEST', 'it ended without an answer');
    if (thrown instanceof WebAssembly.LinkError) return failed('ERR_SANDBOX_SOURCE', thrown.message);
    if (thrown instanceof RangeError) return failed('ERR_SANDBOX_STACK', 'too many calls inside each other');
    return failed('ERR_SANDBOX_GUEST', String((thrown as { message?: unknown })?.message).slice(0, 2000));
  }
}

async function moduleOf({ hash, source, limits }: GuestJob): Promise<WebAssembly.Module> {
  const key = `${hash} ${limits.memoryBytes}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const module = await WebAssembly.compile(source as Uint8Array<ArrayBuffer>);
  for (const oldest of compiled.keys()) if (compiled.size >= COMPILED_MAX) compiled.delete(oldest);
  compiled.set(key, module);
  return module;
}

async function callGuest(module: WebAssembly.Module, job: GuestJob, ask: Ask): Promise<GuestEnd> {
  const { functionName, argsJson, grants, limits } = job;
  const { clock, seed } = grants;
  const random = randomOf(seed ?? []);
  const asked = boundedAsk(ask, limits);
  let stateJson = job.stateJson;
  let memory: GuestMemory | undefined;
  const memoryOf = (): GuestMemory => {
    if (memory === undefined) throw new TextError('it uses the host while it starts');
    return memory;
  };
  const instance = await WebAssembly.instantiate(module, {
    beryl: {
      ask: (address: number, length: number) =>
        memoryOf().write(asked(0, () => memoryOf().readAt(address, length))),
      now: () => clock ?? 0,
      random,
      state: () => memoryOf().write(stateJson ?? 'null'),
      set_state: (address: number, length: number) => {
        stateJson = memoryOf().readAt(address, length);
      },
    },
    [WASI_MODULE]: wasiCalls({ memory: memoryOf, clock, random: seed && random }),
  });
  const exports = requireExports(instance, functionName === undefined ? job.functions : [functionName]);
  if (typeof exports === 'string')
    return { kind: 'failed', code: 'ERR_SANDBOX_SOURCE', text: exports, steps: 0 };
  memory = new GuestMemory(exports, limits.textSize);
  if (functionName === undefined) return { kind: 'answered', answerJson: 'null', steps: 0 };
  const start = instance.exports['_initialize'];
  if (typeof start === 'function') start();
  const args = memory.write(argsJson);
  const fn = instance.exports[functionName] as (address: number, length: number) => unknown;
  const answerJson = memory.read(fn(Number(args >> 32n) | 0, Number(args & 0xffff_ffffn) | 0));
  const state = job.stateJson === undefined || stateJson === undefined ? {} : { stateJson };
  return { kind: 'answered', answerJson, ...state, steps: 0 };
}

/** What is missing, or what the host uses of a guest. */
function requireExports(
  { exports }: WebAssembly.Instance,
  functions: readonly string[],
): GuestExports | string {
  const { memory, alloc } = exports;
  if (!(memory instanceof WebAssembly.Memory)) return 'the guest exports no memory `memory`';
  const missing = ['alloc', ...functions].find(name => typeof exports[name] !== 'function');
  return missing === undefined
    ? ({ memory, alloc } as unknown as GuestExports)
    : `the guest exports no function \`${missing}\``;
}

import { afterAll } from 'vitest';
import wabt from 'wabt';
import { z } from 'zod';
import type { JsonValue } from '../../interpreter/index.ts';
import {
  createSandboxPool,
  sandboxed,
  type Allow,
  type SandboxLimits,
  type SandboxPool,
} from '../../sandbox/index.ts';
import type { Acl, CallDecision, Guard, ServiceDefinition } from '../../services/index.ts';
import { world } from '../unit/services/harness.ts';

/** Any JSON: what a guest does with it is what the tests look at. */
export const anyJson = z.json();

export interface StagedGuest {
  readonly allow?: Allow;
  readonly limits?: Partial<SandboxLimits>;
  readonly id?: string;
  readonly result?: z.ZodType;
  readonly state?: { version: number; initial: JsonValue; schema: z.ZodType };
  readonly guard?: Guard;
  readonly pool?: SandboxPool;
}

/** A pool that ends with the tests of its file. */
export function stagedPool(threads = 1): SandboxPool {
  const pool = createSandboxPool({ threads });
  afterAll(() => pool.close());
  return pool;
}

/** A guest with one function, `run`, that takes one argument. */
export function guestService(
  source: string | Uint8Array,
  pool: SandboxPool,
  { allow, limits, id = 'guest', result = anyJson, state, guard }: StagedGuest = {},
): Promise<ServiceDefinition> {
  return sandboxed(source, {
    id,
    functions: {
      run: {
        arguments: { input: anyJson.optional() },
        result,
        guards: guard === undefined ? {} : { input: guard },
      },
    },
    pool,
    ...(allow && { allow }),
    ...(limits && { limits }),
    ...(state && { state: state as never }),
  }) as Promise<ServiceDefinition>;
}

export interface StagedCall {
  readonly input?: JsonValue;
  readonly others?: readonly ServiceDefinition[];
  readonly acl?: Acl;
  readonly by?: string;
}

/** Loads a guest and calls its function once, through the dispatcher. */
export async function runGuest(
  source: string | Uint8Array,
  pool: SandboxPool,
  guest: StagedGuest = {},
  { input, others = [], acl, by }: StagedCall = {},
): Promise<CallDecision> {
  const service = await guestService(source, pool, guest);
  const { call } = world([service, ...others], acl && { acl });
  const args = input === undefined ? [] : [{ value: input }];
  return call({ service: service.id, fn: 'run', args, ...(by !== undefined && { by }) });
}

/** What became of a call: the answer, or the code that a sandbox gave. */
export function ending(decision: CallDecision): JsonValue {
  if (decision.kind === 'served')
    return 'resultJson' in decision.result ? (JSON.parse(decision.result.resultJson) as JsonValue) : null;
  if (decision.kind !== 'failed' || decision.details === undefined) return decision.code;
  return (decision.details as { code?: string }).code ?? decision.code;
}

/** WebAssembly from its text. */
export async function wasm(text: string): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const features = { multi_memory: true, threads: true };
  const module = parseWat('guest.wat', text, features);
  return Uint8Array.from(module.toBinary({}).buffer);
}

/** A guest in WebAssembly: `alloc` gives memory from 1 024 on, `run` is the body; `$keep` packs an address and a length. */
export function wat(body: string, { imports = '', memory = '1', more = '' } = {}): string {
  return `(module
    ${imports}
    (memory (export "memory") ${memory})
    (global $free (mut i32) (i32.const 1024))
    (data (i32.const 16) "true")
    (func (export "alloc") (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (global.get $free))
      (global.set $free (i32.add (global.get $free) (local.get $size)))
      (local.get $at))
    (func $keep (param $at i32) (param $size i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32)) (i64.extend_i32_u (local.get $size))))
    ${more}
    (func (export "run") (param $at i32) (param $size i32) (result i64) ${body}))`;
}

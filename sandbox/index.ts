/**
 * Services whose code comes from strangers: JavaScript and WebAssembly in threads, with nothing but what they are allowed.
 *
 * @module beryl/sandbox
 */
export { sandboxed } from './sandboxed.ts';
export type { SandboxedFunction, SandboxOptions } from './sandboxed.ts';
export type { Allow, HostFunction } from './allow.ts';
export type { AllowedService } from '../services/index.ts';
export { createSandboxPool } from './pool.ts';
export type { SandboxPool, SandboxPoolOptions } from './pool.ts';
export { DEFAULT_SANDBOX_LIMITS } from './limits.ts';
export type { SandboxLimits } from './limits.ts';
export { SandboxError } from './errors.ts';
export type { SandboxErrorCode } from './errors.ts';

import { checkOptions, shown, type Shape } from '../base/options.ts';
import { PAGE_BYTES } from './thread/protocol.ts';

/** What one call of a guest may use. */
export interface SandboxLimits {
  /**
   * Loop turns, function calls and promise reactions of a JavaScript guest, counted in units of 10 000. The same call takes the same number
   * each time. WebAssembly guests have no steps.
   */
  readonly steps: number;
  /** Bytes of its memory: whole pages of 64 KiB. A JavaScript guest needs 16 MiB, of which the engine takes some 5. */
  readonly memoryBytes: number;
  /**
   * Milliseconds of a processor that it may use; where the system does not count them, milliseconds of the clock without those in which it
   * waits for the host. Not the same each time.
   */
  readonly timeMs: number;
  /** Calls that it makes of host functions and other services. */
  readonly calls: number;
  /** UTF-16 units of each text that crosses: arguments, answer, state, and those of its own calls. */
  readonly textSize: number;
  /** UTF-16 units of JavaScript, bytes of WebAssembly. */
  readonly sourceSize: number;
}

const MIB = 1_048_576;

/** What a guest may use if its options say nothing. */
export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = {
  steps: 5_000_000,
  memoryBytes: 16 * MIB,
  timeMs: 2_000,
  calls: 64,
  textSize: MIB,
  sourceSize: MIB,
};

/** The engine for JavaScript does not start with less. */
const ENGINE_BYTES = 16 * MIB;

/** 32-bit WebAssembly has no more. */
const MEMORY_BYTES_MAX = 2 ** 32;

const isCount = (value: unknown): string | undefined =>
  Number.isSafeInteger(value) && (value as number) > 0
    ? undefined
    : `a positive integer, found ${shown(value)}`;

const SHAPE: Shape<SandboxLimits> = {
  steps: isCount,
  memoryBytes: isCount,
  timeMs: isCount,
  calls: isCount,
  textSize: isCount,
  sourceSize: isCount,
};

/** @throws {TypeError} If a limit is misspelt, or no positive integer. */
export function limitsOf(given: Partial<SandboxLimits> = {}, kind: 'javascript' | 'wasm'): SandboxLimits {
  checkOptions('sandboxed: limits', given, SHAPE, 'limit');
  const limits = { ...DEFAULT_SANDBOX_LIMITS, ...given };
  const { memoryBytes } = limits;
  const least = kind === 'javascript' ? ENGINE_BYTES : PAGE_BYTES;
  if (memoryBytes % PAGE_BYTES !== 0 || memoryBytes < least || memoryBytes > MEMORY_BYTES_MAX) {
    throw new TypeError(
      `sandboxed: limits.memoryBytes must be a multiple of ${PAGE_BYTES} from ${least} to ${MEMORY_BYTES_MAX}, found ${memoryBytes}`,
    );
  }
  return limits;
}

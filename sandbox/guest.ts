import { shown } from '../base/options.ts';
import { sha256Hex } from '../interpreter/index.ts';
import { SandboxError } from './errors.ts';
import { limitsOf, type SandboxLimits } from './limits.ts';
import { boundedModule } from './wasm/bounded-module.ts';

/** A stranger's code, and what one call of it may use. */
export interface Guest {
  readonly kind: 'javascript' | 'wasm';
  /** For WebAssembly: with a bound on its memory. */
  readonly source: string | Uint8Array;
  /** SHA-256 (hex) of the source as it was given; JavaScript as UTF-8. */
  readonly hash: string;
  /** Functions that a WebAssembly module imports, as `module.name`. */
  readonly imports: readonly string[];
  readonly limits: SandboxLimits;
}

/**
 * Reads the code of a guest, without running it.
 *
 * @throws {TypeError} If it is neither text nor bytes, or a limit is mistaken.
 * @throws {SandboxError} `ERR_SANDBOX_SOURCE` if it is too long, or no module that can be bounded.
 */
export function readGuest(source: string | Uint8Array, given: Partial<SandboxLimits> | undefined): Guest {
  const isText = typeof source === 'string';
  if (!isText && !(source instanceof Uint8Array))
    throw new TypeError(
      `sandboxed: expected JavaScript as text or WebAssembly as bytes, found ${shown(source)}`,
    );
  const kind = isText ? 'javascript' : 'wasm';
  const limits = limitsOf(given, kind);
  if (source.length > limits.sourceSize) {
    const unit = isText ? 'characters' : 'bytes';
    throw new SandboxError(
      'ERR_SANDBOX_SOURCE',
      `the guest has ${source.length} ${unit}, and limits.sourceSize allows ${limits.sourceSize}`,
      { size: source.length },
    );
  }
  if (isText) return { kind, source, hash: sha256Hex(source), imports: [], limits };
  // Copied: the caller may change its bytes.
  const own = Uint8Array.from(source);
  const { bytes, imports } = boundedModule(own, limits.memoryBytes);
  return { kind, source: bytes, hash: sha256Hex(own), imports, limits };
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { QuickJSWASMModule } from 'quickjs-emscripten';
import { PAGE_BYTES } from './protocol.ts';

const require = createRequire(import.meta.url);

/** The engine's code, compiled once in a thread. */
let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * A fresh engine with a memory of its own, which cannot grow: the engine's own limit does not bind. One call uses it, and then it is dropped
 * as a whole, so nothing is left of a guest for the next one.
 *
 * @throws What `import` throws if the package is not installed.
 */
export async function freshEngine(memoryBytes: number): Promise<QuickJSWASMModule> {
  const { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } = await import('quickjs-emscripten');
  compiled ??= WebAssembly.compile(readFileSync(codePath()));
  const pages = memoryBytes / PAGE_BYTES;
  const wasmMemory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return newQuickJSWASMModuleFromVariant(
    newVariant(RELEASE_SYNC, { wasmMemory, wasmModule: await compiled }),
  );
}

/** The code lies in a package that the engine's package depends on. */
function codePath(): string {
  const fromEngine = createRequire(require.resolve('quickjs-emscripten'));
  return fromEngine.resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
}

/** What the process holds after a collection of garbage: objects, and bytes outside of the heap. Megabytes. */
export function heldMb() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

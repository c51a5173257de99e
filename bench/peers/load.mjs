/**
 * Runs so many particles at a time, and measures after a warm-up.
 *
 * @param meters Functions by name that give CPU time in milliseconds; each gives a cost per particle.
 */
export async function underLoad(run, inFlight, effort, meters = {}) {
  const [WARM_MS, MEASURE_MS] = effort === 'quick' ? [500, 1000] : [8000, 6000];
  const measuredFrom = performance.now() + WARM_MS;
  const end = measuredFrom + MEASURE_MS;
  const latencies = [];
  let before;
  const read = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(meters).map(async ([name, cpu]) => [name, await cpu()])),
    );
  const warm = new Promise(resolve => setTimeout(resolve, WARM_MS)).then(async () => (before = await read()));

  /** One particle after the other. */
  async function worker() {
    for (let started = performance.now(); started < end; started = performance.now()) {
      await run();
      const ended = performance.now();
      if (ended >= measuredFrom && ended <= end) latencies.push(ended - started);
    }
  }
  await Promise.all([warm, ...Array.from({ length: inFlight }, worker)]);
  const after = await read();

  latencies.sort((a, b) => a - b);
  const at = part => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
  const cpu = Object.fromEntries(
    Object.keys(meters).map(name => [name, (after[name] - before[name]) / latencies.length]),
  );
  return { inFlight, perSecond: (1000 * latencies.length) / MEASURE_MS, p50: at(0.5), p99: at(0.99), cpu };
}

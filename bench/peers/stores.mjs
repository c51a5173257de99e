// What a store costs: CPU time per particle of the main job, on networks that differ in their stores only, in turns. Prints JSON.
// node stores.mjs <in flight> <full | quick>
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStore } from 'beryl/peer';
import { median } from '../report/report.mjs';
import { startNetwork } from './network.mjs';

const [inFlight, effort] = process.argv.slice(2);
const IN_FLIGHT = Number(inFlight);
const [ROUNDS, PARTICLES] = effort === 'quick' ? [7, 100] : [25, 400];

const folder = mkdtempSync(join(tmpdir(), 'beryl-stores-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const sqlite = synchronous => name =>
  sqliteStore(join(folder, `${synchronous}-${name}.sqlite`), { synchronous });
const networks = {
  memory: await startNetwork(),
  normal: await startNetwork(sqlite('normal')),
  full: await startNetwork(sqlite('full')),
};

/** So many particles, so many of them at once. @returns CPU time of each, milliseconds. */
async function turn({ run }) {
  const { user, system } = process.cpuUsage();
  let left = PARTICLES;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await run();
    }),
  );
  const used = process.cpuUsage();
  return (used.user + used.system - user - system) / 1000 / PARTICLES;
}

const turns = { memory: [], normal: [], full: [] };
for (let round = -2; round < ROUNDS; round++) {
  for (const [name, network] of Object.entries(networks)) {
    const ms = await turn(network);
    if (round >= 0) turns[name].push(ms);
  }
}
const of = name => ({
  ms: median(turns[name]),
  more: median(turns[name].map((ms, i) => ms / turns.memory[i])) - 1,
});
const results = Object.fromEntries(Object.keys(turns).map(name => [name, of(name)]));
process.stdout.write(JSON.stringify({ inFlight: IN_FLIGHT, ...results }), () => process.exit());

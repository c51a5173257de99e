import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore, type Store } from '../../peer/index.ts';
import { play } from '../simulation/network.ts';
import { planOf } from '../simulation/plan.ts';
import { playDaemons } from './daemons.ts';
import { countingUnhandled, emptyTally, type Tally } from './plan.ts';
import { playProcesses } from './processes.ts';

// `npm run soak -- --count 300` plays 300 networks and kills 120 processes; `--long` plays 500 networks and kills 200 of each kind.
const isLong = process.env['BERYL_LONG'] !== undefined;
const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const NETWORKS = Number(process.env['BERYL_COUNT'] ?? (isLong ? 500 : 12));
/** `npm run soak -- --kills 1000` kills so many. */
const DAEMON_KILLS = Number(process.env['BERYL_KILLS'] ?? (isLong ? 200 : 4));
/** Loose, for a loaded machine: a process starts in seconds. */
const KILL_MS = 20_000;
const KILLS = Math.max(20, Math.floor(NETWORKS * 0.4));

const folder = mkdtempSync(join(tmpdir(), 'beryl-soak-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOTHING_WRONG = { lostResults: 0, doneTwice: 0, convictions: 0, stuck: 0, unhandled: 0 };
const show = (what: string, tally: Tally): void => console.log(`${what}: ${JSON.stringify(tally)}`);

describe('peers in trouble', () => {
  it(
    `keep to the invariants of the simulation on SQLite: ${NETWORKS} networks from seed ${SEED}`,
    async () => {
      for (let seed = SEED; seed < SEED + NETWORKS; seed++) {
        const storeOf = (name: string): Store =>
          sqliteStore(join(folder, `${seed}-${name}.sqlite`), { synchronous: 'normal' });
        const onDisk = await play(planOf(seed), { storeOf });
        expect(onDisk.violations, `seed ${seed}`).toEqual([]);
        // Every store settles in the same order, so a network on virtual time does not depend on it.
        if (seed === SEED) expect(onDisk.digest).toBe((await play(planOf(seed))).digest);
      }
    },
    isLong ? 7_200_000 : 600_000,
  );

  it(
    `lose nothing and do nothing twice: ${KILLS} processes killed`,
    async () => {
      const tally = emptyTally();
      await countingUnhandled(tally, () => playProcesses(KILLS, SEED, folder, tally));
      show('processes', tally);
      expect(tally).toMatchObject({ ...NOTHING_WRONG, kills: KILLS });
    },
    isLong ? 7_200_000 : 600_000,
  );

  it(
    `lose nothing and do nothing twice: ${DAEMON_KILLS} peers of \`beryl peer\` killed`,
    async () => {
      const tally = emptyTally();
      await countingUnhandled(tally, () => playDaemons(DAEMON_KILLS, SEED, tally));
      show('daemons', tally);
      expect(tally).toMatchObject({ ...NOTHING_WRONG, kills: DAEMON_KILLS });
    },
    600_000 + DAEMON_KILLS * KILL_MS,
  );
});

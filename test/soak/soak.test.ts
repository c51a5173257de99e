import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { playNetwork } from './network.ts';
import { countingUnhandled, emptyTally, type Tally } from './plan.ts';
import { playProcesses } from './processes.ts';

// `npm run soak -- --count 300` plays 300 networks and kills 120 processes; `--long` plays 3 000 particles and kills 200.
const isLong = process.env['BERYL_LONG'] !== undefined;
const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const NETWORKS = Number(process.env['BERYL_COUNT'] ?? (isLong ? 500 : 50));
const KILLS = Math.max(20, Math.floor(NETWORKS * 0.4));

const folder = mkdtempSync(join(tmpdir(), 'beryl-soak-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOTHING_WRONG = { lostResults: 0, doneTwice: 0, convictions: 0, stuck: 0, unhandled: 0 };
const show = (what: string, tally: Tally): void => console.log(`${what}: ${JSON.stringify(tally)}`);

describe('peers in trouble', () => {
  it(
    `lose nothing and do nothing twice: ${NETWORKS} networks from seed ${SEED}`,
    async () => {
      const tally = emptyTally();
      await countingUnhandled(tally, async () => {
        for (let i = 0; i < NETWORKS; i++) {
          await playNetwork(SEED + i, folder, tally);
          const { lostResults, doneTwice, convictions, stuck, unhandled } = tally;
          expect({ lostResults, doneTwice, convictions, stuck, unhandled }, `seed ${SEED + i}`).toEqual(
            NOTHING_WRONG,
          );
        }
      });
      show('networks', tally);
      expect(tally).toMatchObject(NOTHING_WRONG);
      expect(tally.kills).toBeGreaterThan(NETWORKS);
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
});

// Goal:    a stranger's file makes `beryl store check` hang, take all memory, or end without a verdict.
// Means:   pipes and devices in the place of the log, programs in the schema, numbers out of range.
// Refused: by `cli/store/copy.ts`, `peer/stores/survey.ts` and `cli/store/read.ts`.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeCheckCommand, storeExportCommand } from '../../cli/commands/store.ts';
import { sqliteStore } from '../../peer/index.ts';
import { openDatabase, type SqliteDatabase } from '../../peer/stores/sqlite-driver.ts';
import { withIds } from '../support/cast.ts';
import { capture } from '../support/cli.ts';
import { World } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-hostile-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
const HONEST = join(folder, 'honest.sqlite');

beforeAll(async () => {
  const world = new World();
  const alice = world.add('alice');
  const bob = world.add('bob', { store: sqliteStore(HONEST) });
  const ask = `(seq (call "bob" ("op" "identity") [1] x) (call "alice" ("callbackSrv" "response") [x]))`;
  for (let i = 0; i < 3; i++) alice.run(withIds(ask), { ttlMs: 600_000 });
  for (let i = 0; i < 3; i++) await world.simulation.settle();
  await bob.stop({ graceMs: 0 });
});

let made = 0;
/** A copy of the honest store, changed by hand. */
async function bent(change: (database: SqliteDatabase) => void): Promise<string> {
  const path = join(folder, `bent-${made++}.sqlite`);
  copyFileSync(HONEST, path);
  const database = await openDatabase(path);
  change(database);
  database.close();
  return path;
}
const check = (path: string): Promise<number> => storeCheckCommand(path, { json: true }, capture());
const refused = { code: 'ERR_STORE_FORMAT' };
const VIEW = `AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)`;

it('honest twin: a store of a peer is sound, with a log beside it and without', async () => {
  expect(await check(HONEST)).toBe(0);
  expect(await check(await bent(() => undefined))).toBe(0);
});

describe('in the place of the log', () => {
  it('a pipe, which would never answer, is refused', async () => {
    const path = await bent(() => undefined);
    execFileSync('mkfifo', [`${path}-wal`]);
    await expect(check(path)).rejects.toMatchObject({ code: 'ERR_CLI_FILE' });
  });

  it('a device, which never ends, is refused', async () => {
    const path = await bent(() => undefined);
    symlinkSync('/dev/zero', `${path}-wal`);
    await expect(check(path)).rejects.toMatchObject({ code: 'ERR_CLI_FILE' });
  });
});

describe('a program in the schema', () => {
  it.each([
    [
      'a view without an end',
      `DROP TABLE particles;
       CREATE VIEW particles ${VIEW} SELECT 'k' || i AS key, '' AS id, '' AS init_peer, 0 AS deadline, 0 AS size, 1 AS at_rest FROM n`,
    ],
    [
      'a view that counts for ever',
      `DROP TABLE answers; CREATE VIEW answers ${VIEW} SELECT 'k' AS key FROM n`,
    ],
    [
      'a column that takes a gigabyte',
      'ALTER TABLE states ADD COLUMN more TEXT AS (hex(zeroblob(500000000)))',
    ],
    ['a trigger', 'CREATE TRIGGER t AFTER UPDATE ON owner BEGIN DELETE FROM particles; END'],
    ['a table of its own', 'CREATE TABLE more (a)'],
    ['a table less', 'DROP TABLE nonces'],
  ])('%s is refused before anything is read', async (_, sql) => {
    const path = await bent(database => database.exec(sql));
    await expect(check(path)).rejects.toMatchObject(refused);
    await expect(storeExportCommand(path, {}, capture())).rejects.toMatchObject(refused);
  });
});

describe('numbers out of range', () => {
  it.each(['9007199254740991', '-9007199254740991'])(
    '%s as a time is a problem, not a crash',
    async number => {
      const path = await bent(database => {
        database.exec(
          `UPDATE particles SET deadline = ${number}, timestamp = ${number}, ttl = ${number}, size = ${number}`,
        );
        database.exec(`UPDATE owner SET ended_own = ${number}, ended_others = ${number}`);
      });
      expect(await check(path)).toBe(5);
      expect(await storeExportCommand(path, {}, capture())).toBe(5);
    },
  );

  it('an integer of 64 bits has a verdict', async () => {
    const path = await bent(database => database.exec('UPDATE particles SET deadline = 9223372036854775807'));
    const end = await check(path).catch((failure: { code: string }) => failure.code);
    expect([5, 'ERR_STORE_FAILED']).toContain(end);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../../../peer/index.ts';
import { openDatabase } from '../../../../peer/stores/sqlite-driver.ts';
import { migrate, MIGRATIONS } from '../../../../peer/stores/sqlite-schema.ts';
import { idOf } from '../../../support/cast.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string): string => join(folder, name);
const versionOf = async (path: string): Promise<unknown> => {
  const database = await openDatabase(path);
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  database.close();
  return version;
};

describe('an SQLite store', () => {
  it('is durable by default: WAL, synchronous FULL', async () => {
    const path = pathOf('durable');
    const store = sqliteStore(path);
    await store.open(idOf('alice'));
    await store.close();
    const database = await openDatabase(path);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
    expect(() => sqliteStore(path, { synchronous: 'off' as 'full' })).toThrow(TypeError);
  });

  it('is open in one process at a time', async () => {
    const [one, other] = [sqliteStore(pathOf('locked')), sqliteStore(pathOf('locked'))];
    await one.open(idOf('alice'));
    await expect(other.open(idOf('alice'))).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
    await one.close();
    await other.open(idOf('alice'));
    await other.close();
  });

  it('says which file it cannot open', async () => {
    const store = sqliteStore(join(folder, 'no', 'such', 'folder'));
    await expect(store.open(idOf('alice'))).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
  });

  it('refuses a file of a newer version, and leaves it as it is', async () => {
    const path = pathOf('newer');
    const database = await openDatabase(path);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    await expect(sqliteStore(path).open(idOf('alice'))).rejects.toMatchObject({ code: 'ERR_STORE_VERSION' });
    expect(await versionOf(path)).toBe(MIGRATIONS.length + 1);
  });

  it('migrates step by step; a step that fails leaves the version before it', async () => {
    const path = pathOf('migrated');
    const database = await openDatabase(path);
    const steps = ['CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)', 'INSERT INTO missing VALUES (2)'];
    expect(() => migrate(database, steps)).toThrow(/missing/);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
    migrate(database, [...steps.slice(0, 2), 'UPDATE a SET x = x + 1']);
    migrate(database, [...steps.slice(0, 2), 'UPDATE a SET x = x + 1']);
    expect(database.prepare('SELECT x FROM a').all()).toEqual([{ x: 2 }]);
    database.close();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
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

  it('uses the SQLite of Node where there is one, else the package', async () => {
    const hasOwn = process.getBuiltinModule('node:sqlite' as never) !== undefined;
    const database = await openDatabase(':memory:');
    expect(database.constructor.name).toBe(hasOwn ? 'DatabaseSync' : 'Database');
    expect(hasOwn).toBe(!process.version.startsWith('v20.'));
    database.close();
  });

  it('opens in one process at a time', async () => {
    const [one, other] = [sqliteStore(pathOf('locked')), sqliteStore(pathOf('locked'))];
    await one.open(idOf('alice'));
    await expect(other.open(idOf('alice'))).rejects.toMatchObject({ code: 'ERR_STORE_LOCKED' });
    await one.close();
    await other.open(idOf('alice'));
    await other.close();
  });

  it('names the file that it cannot open', async () => {
    const store = sqliteStore(join(folder, 'no', 'such', 'folder'));
    await expect(store.open(idOf('alice'))).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
  });

  it('says what to install where there is no SQLite', async () => {
    const own = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    vi.doMock('better-sqlite3', () => {
      throw new Error('Cannot find package');
    });
    try {
      await expect(sqliteStore(pathOf('none')).open(idOf('alice'))).rejects.toMatchObject({
        code: 'ERR_STORE_DRIVER',
        message: expect.stringContaining('npm install better-sqlite3@12'),
      });
    } finally {
      vi.doUnmock('better-sqlite3');
      own.mockRestore();
    }
  });

  it('refuses a file of a newer version, and leaves it as it is', async () => {
    const path = pathOf('newer');
    const database = await openDatabase(path);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    await expect(sqliteStore(path).open(idOf('alice'))).rejects.toMatchObject({ code: 'ERR_STORE_VERSION' });
    expect(await versionOf(path)).toBe(MIGRATIONS.length + 1);
  });

  it('reads a file of the first version: what it holds is there, and nothing has ended', async () => {
    const path = pathOf('first');
    const database = await openDatabase(path);
    migrate(database, MIGRATIONS.slice(0, 1));
    database.prepare('INSERT INTO owner VALUES (?)').run(idOf('alice'));
    const columns = [
      idOf('bob'),
      1000,
      7000,
      8000,
      1,
      1,
      '[]',
      null,
      3,
      new Uint8Array(64),
      '(x)',
      new Uint8Array(),
    ];
    database
      .prepare(`INSERT INTO particles VALUES ('k', 'p', ${columns.map(() => '?').join(', ')})`)
      .run(...columns);
    database.close();
    const store = sqliteStore(path);
    await store.open(idOf('alice'));
    expect(await versionOf(path).catch(() => 'locked')).toBe('locked');
    expect(await store.load('k')).toMatchObject({
      header: { id: 'p', initPeerId: idOf('bob') },
      revision: 1,
    });
    expect(await store.ended()).toEqual({ own: 0, others: 0 });
    expect(await store.sweep(9000, 10)).toEqual(['k']);
    expect(await store.ended()).toEqual({ own: 0, others: 8000 });
    await store.close();
    expect(await versionOf(path)).toBe(MIGRATIONS.length);
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

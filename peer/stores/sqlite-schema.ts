import type { SqliteDatabase } from './sqlite-driver.ts';
import { StoreError } from './store.ts';

/**
 * What each schema version adds to the one before it; the file's `user_version` says which it has. Steps are never changed once
 * released: a new version is a new step at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE owner (peer_id TEXT NOT NULL) STRICT;
  CREATE TABLE particles (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, init_peer TEXT NOT NULL, timestamp INTEGER NOT NULL, ttl INTEGER NOT NULL,
    deadline INTEGER NOT NULL, revision INTEGER NOT NULL, at_rest INTEGER NOT NULL, sends TEXT NOT NULL, variables TEXT,
    size INTEGER NOT NULL, signature BLOB NOT NULL, script TEXT NOT NULL, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX particles_by_deadline ON particles (deadline);
  CREATE TABLE answers (
    key TEXT NOT NULL, call TEXT NOT NULL, ret_code INTEGER NOT NULL, result TEXT NOT NULL, PRIMARY KEY (key, call)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE states (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE TABLE patches (
    id TEXT NOT NULL, revision INTEGER NOT NULL, patches TEXT NOT NULL, PRIMARY KEY (id, revision)
  ) STRICT, WITHOUT ROWID;`,
];

/**
 * Brings a file to the newest schema, each step in a transaction of its own.
 *
 * @throws {StoreError} `ERR_STORE_VERSION` if the file is newer than this program.
 */
export function migrate(database: SqliteDatabase, migrations: readonly string[] = MIGRATIONS): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > migrations.length) {
    throw new StoreError(
      'ERR_STORE_VERSION',
      `the store has schema version ${found}, this version of Beryl reads up to ${migrations.length}: update Beryl`,
      { found, newest: migrations.length },
    );
  }
  for (const [index, step] of [...migrations.entries()].slice(found)) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (failure) {
      database.exec('ROLLBACK');
      throw failure;
    }
  }
}

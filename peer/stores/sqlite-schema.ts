import type { SqliteDatabase } from './sqlite-driver.ts';
import { StoreError } from './store.ts';

/**
 * The step from each schema version to the next; `user_version` in the file holds its version. A released step never changes: a new
 * version is a new step at the end.
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
  // The latest deadlines of all particles that were deleted: `EndedUntil`.
  `ALTER TABLE owner ADD COLUMN ended_own INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE owner ADD COLUMN ended_others INTEGER NOT NULL DEFAULT 0;`,
  'ALTER TABLE states ADD COLUMN version INTEGER NOT NULL DEFAULT 0;',
  // Envelopes that were taken.
  `CREATE TABLE nonces (
    origin TEXT NOT NULL, nonce TEXT NOT NULL, until_ms INTEGER NOT NULL, PRIMARY KEY (origin, nonce)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX nonces_by_end ON nonces (until_ms);`,
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

/** Tables, indexes and whatever else a file defines, as SQL, without what SQLite keeps for itself. */
export function definitionsIn(database: SqliteDatabase): readonly string[] {
  const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  return rows.map(row => `${String(row['type'])} ${String(row['name'])}: ${String(row['sql'])}`).toSorted();
}

import { messageOf } from '../../services/index.ts';
import { openDatabase, type SqliteDatabase } from './sqlite-driver.ts';
import { definitionsIn, migrate, MIGRATIONS } from './sqlite-schema.ts';
import { StoreError } from './store.ts';

/** Findings of SQLite itself that are reported at most. */
const DAMAGE_MAX = 100;
/** Of a definition that does not belong there, so many characters are shown. */
const NAMED_MAX = 120;

/** What a store file says of itself, before anything in it is believed. */
export interface StoreSurvey {
  /** The peer that the store belongs to. */
  readonly peerId: string;
  readonly schemaVersion: number;
  /** What SQLite’s own check of the file finds. Empty: the file is sound. */
  readonly damage: readonly string[];
  /** Services whose state is stored, by id. */
  readonly services: readonly string[];
  /** Answers of particles that are not stored. */
  readonly orphanedAnswers: number;
}

/**
 * Reads what the file of a `sqliteStore` says of itself. A file of an older version is migrated, so give a copy of a store that is in use.
 *
 * @throws {StoreError} `ERR_STORE_FORMAT` if the file does not come from a peer’s store; `ERR_STORE_VERSION`, `ERR_STORE_DRIVER`.
 */
export async function surveyStore(path: string): Promise<StoreSurvey> {
  const database = await openDatabase(path);
  try {
    const schemaVersion = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (schemaVersion === 0) throw noStore(path, 'it has no owner');
    await requireOwnSchema(path, database, schemaVersion);
    const peerId = ownerOf(database);
    if (peerId === undefined) throw noStore(path, 'it has no owner');
    const damage = database
      .prepare(`PRAGMA integrity_check(${DAMAGE_MAX})`)
      .all()
      .map(row => String(row['integrity_check']))
      .filter(text => text !== 'ok');
    migrate(database);
    const services = database.prepare('SELECT id FROM states ORDER BY id').all();
    const orphans = 'SELECT count(*) AS count FROM answers WHERE key NOT IN (SELECT key FROM particles)';
    return {
      peerId,
      schemaVersion,
      damage,
      services: services.map(row => String(row['id'])),
      orphanedAnswers: Number(database.prepare(orphans).get()?.['count'] ?? 0),
    };
  } catch (failure) {
    if (failure instanceof StoreError) throw failure;
    throw noStore(path, messageOf(failure), failure);
  } finally {
    database.close();
  }
}

/**
 * A view, a trigger or a computed column in a stranger's file is a program: it may never end, or take all memory. So nothing is read from
 * a file that defines anything but what `sqliteStore` defines.
 */
async function requireOwnSchema(path: string, database: SqliteDatabase, version: number): Promise<void> {
  if (version > MIGRATIONS.length) return;
  const own = await openDatabase(':memory:');
  try {
    migrate(own, MIGRATIONS.slice(0, version));
    const expected = definitionsIn(own);
    const found = definitionsIn(database);
    const odd = found.find((text, i) => text !== expected[i]) ?? expected[found.length];
    if (odd !== undefined)
      throw noStore(path, `its tables differ from those of version ${version}: ${odd.slice(0, NAMED_MAX)}`);
  } finally {
    own.close();
  }
}

function ownerOf(database: SqliteDatabase): string | undefined {
  const table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'owner'";
  if (database.prepare(table).get() === undefined) return undefined;
  const peerId = database.prepare('SELECT peer_id FROM owner').get()?.['peer_id'];
  return typeof peerId === 'string' ? peerId : undefined;
}

const noStore = (path: string, reason: string, cause?: unknown): StoreError =>
  new StoreError(
    'ERR_STORE_FORMAT',
    `\`${path}\` cannot be read as a store of a peer: ${reason}: give the file that \`sqliteStore\` writes`,
    { path },
    { cause },
  );

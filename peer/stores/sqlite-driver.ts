import { StoreError } from './store.ts';

/** The methods that both SQLite libraries offer under the same names. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint };
  get(...values: SqliteValue[]): Record<string, unknown> | undefined;
  all(...values: SqliteValue[]): Record<string, unknown>[];
}

export type SqliteValue = string | number | null | Uint8Array;

type Constructor = new (path: string) => SqliteDatabase;

interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * Opens a database with Node's own SQLite (22.13 and later), else with `better-sqlite3`. The rest of the store works with either.
 *
 * @throws {StoreError} `ERR_STORE_DRIVER` if there is neither.
 */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  const Database = builtIn() ?? (await installed());
  return new Database(path);
}

function builtIn(): Constructor | undefined {
  const { process } = globalThis as unknown as Host;
  try {
    const found = process?.getBuiltinModule?.('node:sqlite') as { DatabaseSync?: Constructor } | undefined;
    return found?.DatabaseSync;
  } catch {
    // Node 20 lacks it; Node 22.5 to 22.12 have it only behind a flag.
    return undefined;
  }
}

/** The name is computed, so that bundlers for browsers do not look for the package. */
const PACKAGE: string = 'better-sqlite3';

async function installed(): Promise<Constructor> {
  try {
    return ((await import(PACKAGE)) as { default: Constructor }).default;
  } catch (cause) {
    const advice =
      'run `npm install better-sqlite3@12`, or use Node 22.13 or later, which has SQLite built in';
    throw new StoreError('ERR_STORE_DRIVER', `no SQLite found: ${advice}`, {}, { cause });
  }
}

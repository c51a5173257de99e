import { messageOf } from '../../services/index.ts';
import {
  canonicalJson,
  fromJsonValue,
  parseJson,
  toJsonValue,
  type JsonValue,
} from '../../interpreter/index.ts';
import type { StatePatch } from '../../services/index.ts';
import { type ParticleHeader } from '../particle.ts';
import { groupedStore, type StoreEngine } from './grouped.ts';
import { otherPeer, requireRevision } from './memory.ts';
import { openDatabase, type SqliteDatabase, type SqliteStatement } from './sqlite-driver.ts';
import { migrate } from './sqlite-schema.ts';
import {
  StoreError,
  type ParticleSummary,
  type ParticleWrite,
  type StateWrite,
  type Store,
  type StoredParticle,
  type StoredState,
  type Transaction,
} from './store.ts';

export interface SqliteOptions {
  /**
   * `full` (default): what was acknowledged survives a loss of power. `normal`: it survives the end of the process only; a peer
   * that loses power may forget what it has signed, sign something else, and be convicted of it.
   */
  readonly synchronous?: 'full' | 'normal';
}

/** Patches of one service after which its whole state is written again. */
const PATCHES_MAX = 256;

/**
 * Keeps everything in one SQLite file, in WAL mode. One process at a time can have it open.
 *
 * @param path Of the file; made if it does not exist. `:memory:` is for tests.
 * @example createPeer({ secretKey, transport, store: sqliteStore('peer.sqlite') })
 */
export function sqliteStore(path: string, { synchronous = 'full' }: SqliteOptions = {}): Store {
  if (synchronous !== 'full' && synchronous !== 'normal')
    throw new TypeError('sqliteStore: synchronous must be `full` or `normal`');
  return groupedStore(new SqliteEngine(path, synchronous));
}

class SqliteEngine implements StoreEngine {
  readonly #path: string;
  readonly #synchronous: string;
  readonly #statements = new Map<string, SqliteStatement>();
  #open: SqliteDatabase | undefined;

  constructor(path: string, synchronous: string) {
    this.#path = path;
    this.#synchronous = synchronous;
  }

  async open(peerId: string): Promise<void> {
    const database = await openDatabase(this.#path);
    try {
      // Exclusive: a second process would ask pending calls again while the first is still asking.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${this.#synchronous}`);
      migrate(database);
      const owner = database.prepare('SELECT peer_id FROM owner').get()?.['peer_id'];
      if (owner === undefined) database.prepare('INSERT INTO owner VALUES (?)').run(peerId);
      else if (owner !== peerId) throw otherPeer(String(owner), peerId);
    } catch (failure) {
      database.close();
      if (!/locked|busy/i.test(messageOf(failure))) throw failure;
      const text = `another process has \`${this.#path}\` open`;
      throw new StoreError('ERR_STORE_LOCKED', text, { path: this.#path }, { cause: failure });
    }
    this.#open = database;
  }

  close(): void {
    this.#statements.clear();
    this.#open?.close();
    this.#open = undefined;
  }

  group(work: () => void): void {
    this.#run('BEGIN IMMEDIATE');
    try {
      work();
      this.#run('COMMIT');
    } catch (failure) {
      this.#run('ROLLBACK');
      throw failure;
    }
  }

  commit({ particle, answer, service }: Transaction): void {
    if (particle) requireRevision('particle', particle, this.#revisionOf('particles', 'key', particle.key));
    if (service) requireRevision('service', service, this.#stateRevision(service.id));
    if (particle) this.#writeParticle(particle);
    if (answer) {
      const { key, call, retCode, resultJson } = answer;
      this.#run(
        'INSERT OR REPLACE INTO answers SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM particles WHERE key = ?)',
        key,
        call,
        retCode,
        resultJson,
        key,
      );
    }
    if (service) this.#writeState(service);
  }

  #writeParticle({ key, expected, header, variables, data, sends, isAtRest, used }: ParticleWrite): void {
    const rest = isAtRest ? 1 : 0;
    const to = JSON.stringify(sends);
    if (expected === 0) {
      const { id, initPeerId, timestamp, ttl, script, signature } = header as ParticleHeader;
      const bytes = data ?? new Uint8Array(0);
      this.#run(
        'INSERT INTO particles VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)',
        key,
        id,
        initPeerId,
        timestamp,
        ttl,
        timestamp + ttl,
        rest,
        to,
        variables ?? null,
        script.length + bytes.length,
        signature,
        script,
        bytes,
      );
    } else if (data === undefined) {
      const sql = 'UPDATE particles SET revision = ?, at_rest = ?, sends = ? WHERE key = ?';
      this.#run(sql, expected + 1, rest, to, key);
    } else {
      const sql = `UPDATE particles SET revision = ?, at_rest = ?, sends = ?, size = length(script) + ?, data = ?
        WHERE key = ?`;
      this.#run(sql, expected + 1, rest, to, data.length, data, key);
    }
    for (const call of used) this.#run('DELETE FROM answers WHERE key = ? AND call = ?', key, call);
  }

  /** Patches cost what changed; now and then the whole state is written, so that reading stays quick. */
  #writeState({ id, expected, continues, change }: StateWrite): void {
    const kept = this.#revisionOf('states', 'id', id);
    if (continues && kept !== undefined && expected - kept < PATCHES_MAX) {
      this.#run('INSERT INTO patches VALUES (?, ?, ?)', id, expected + 1, textOf(change.patches));
      return;
    }
    this.#run('INSERT OR REPLACE INTO states VALUES (?, ?, ?)', id, expected + 1, textOf(change.state));
    this.#run('DELETE FROM patches WHERE id = ?', id);
  }

  load(key: string): StoredParticle | undefined {
    const row = this.#statement('SELECT * FROM particles WHERE key = ?').get(key);
    if (row === undefined) return undefined;
    const answers = this.#statement('SELECT call, ret_code, result FROM answers WHERE key = ?').all(key);
    return {
      header: {
        id: String(row['id']),
        initPeerId: String(row['init_peer']),
        timestamp: Number(row['timestamp']),
        ttl: Number(row['ttl']),
        script: String(row['script']),
        signature: plain(row['signature']),
      },
      revision: Number(row['revision']),
      data: plain(row['data']),
      sends: JSON.parse(String(row['sends'])) as string[],
      variables: row['variables'] as string | null,
      isAtRest: row['at_rest'] === 1,
      answers: answers.map(answer => ({
        call: String(answer['call']),
        retCode: Number(answer['ret_code']),
        resultJson: String(answer['result']),
      })),
    };
  }

  scan(after: string, limit: number): readonly ParticleSummary[] {
    const sql = `SELECT key, id, init_peer, deadline, size, at_rest FROM particles
      WHERE key > ? ORDER BY key LIMIT ?`;
    return this.#statement(sql)
      .all(after, limit)
      .map(row => ({
        key: String(row['key']),
        id: String(row['id']),
        initPeerId: String(row['init_peer']),
        deadline: Number(row['deadline']),
        size: Number(row['size']),
        isAtRest: row['at_rest'] === 1,
      }));
  }

  state(id: string): StoredState | undefined {
    const kept = this.#statement('SELECT revision, state FROM states WHERE id = ?').get(id);
    if (kept === undefined) return undefined;
    const rows = this.#statement('SELECT patches FROM patches WHERE id = ? ORDER BY revision').all(id);
    const patches = rows.flatMap(row => valueOf(row['patches']) as unknown as StatePatch[]);
    return { revision: this.#stateRevision(id) as number, state: valueOf(kept['state']), patches };
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) {
      this.#run('DELETE FROM particles WHERE key = ?', key);
      this.#run('DELETE FROM answers WHERE key = ?', key);
    }
  }

  sweep(nowMs: number, limit: number): readonly string[] {
    const sql = 'SELECT key FROM particles WHERE deadline < ? ORDER BY deadline LIMIT ?';
    const keys = this.#statement(sql)
      .all(nowMs, limit)
      .map(row => String(row['key']));
    this.remove(keys);
    return keys;
  }

  #stateRevision(id: string): number | undefined {
    const sql = 'SELECT MAX(revision) AS revision FROM patches WHERE id = ?';
    const newest = this.#statement(sql).get(id)?.['revision'];
    return newest === null ? this.#revisionOf('states', 'id', id) : Number(newest);
  }

  #revisionOf(table: 'particles' | 'states', column: 'key' | 'id', name: string): number | undefined {
    const row = this.#statement(`SELECT revision FROM ${table} WHERE ${column} = ?`).get(name);
    return row && Number(row['revision']);
  }

  #run(sql: string, ...values: Parameters<SqliteStatement['run']>): void {
    this.#statement(sql).run(...values);
  }

  /** Each statement is compiled once. */
  #statement(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#open === undefined) throw new StoreError('ERR_STORE_CLOSED', 'the store is not open');
    const statement = this.#open.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const textOf = (value: unknown): string => canonicalJson(fromJsonValue(value, 'stored'));
const valueOf = (text: unknown): JsonValue => toJsonValue(parseJson(String(text)));

/** Some drivers give subclasses of `Uint8Array`. */
function plain(bytes: unknown): Uint8Array {
  const { buffer, byteOffset, length } = bytes as Uint8Array;
  return new Uint8Array(buffer, byteOffset, length);
}

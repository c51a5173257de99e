import { messageOf } from '../../services/index.ts';
import {
  canonicalJson,
  fromJsonValue,
  parseJson,
  toJsonValue,
  type JsonValue,
} from '../../interpreter/index.ts';
import type { StatePatch } from '../../services/index.ts';
import type { KnownNonce } from '../envelopes/replay-window.ts';
import { type ParticleHeader } from '../particle.ts';
import { groupedStore, type StoreEngine } from './grouped.ts';
import { otherPeer, requireRevision } from './memory.ts';
import { openDatabase, type SqliteDatabase, type SqliteStatement } from './sqlite-driver.ts';
import { migrate } from './sqlite-schema.ts';
import {
  StoreError,
  type EndedUntil,
  type ParticleSummary,
  type ParticleWrite,
  type StateWrite,
  type Store,
  type StoredParticle,
  type StoredState,
  type Transaction,
} from './store.ts';

/** The options of {@link sqliteStore}. */
export interface SqliteOptions {
  /**
   * `full` (default): acknowledged writes survive a loss of power. `normal`: they survive the end of the process only. After a loss of
   * power the peer may have forgotten what it signed, sign something else, and be convicted of it.
   */
  readonly synchronous?: 'full' | 'normal';
}

/** After this many patches the whole state of a service is written again. */
const PATCHES_MAX = 256;

/** Pages of the log after which they are moved into the file, 16 MB: what is written again meanwhile is moved once. */
const CHECKPOINT_PAGES = 4000;

/** What the file has of one service's state. */
interface KeptState {
  /** Revision of the whole state. */
  readonly whole: number;
  /** Revision of the newest patch. */
  readonly newest: number;
}

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
  #forgottenMs = 0;
  readonly #statements = new Map<string, SqliteStatement>();
  /** By service. No other process writes to the file. `undefined`: nothing is stored. */
  readonly #states = new Map<string, KeptState | undefined>();
  #open: SqliteDatabase | undefined;

  constructor(path: string, synchronous: string) {
    this.#path = path;
    this.#synchronous = synchronous;
  }

  async open(peerId: string): Promise<void> {
    const database = await openDatabase(this.#path);
    try {
      // Exclusive: a second process would make pending calls again while the first is still making them.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${this.#synchronous}`);
      database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      migrate(database);
      const owner = database.prepare('SELECT peer_id FROM owner').get()?.['peer_id'];
      if (owner === undefined) database.prepare('INSERT INTO owner (peer_id) VALUES (?)').run(peerId);
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
    this.#states.clear();
    this.#open?.close();
    this.#open = undefined;
  }

  group(work: () => void): void {
    this.#run('BEGIN IMMEDIATE');
    try {
      work();
      this.#run('COMMIT');
    } catch (failure) {
      this.#states.clear();
      this.#run('ROLLBACK');
      throw failure;
    }
  }

  /** What may conflict comes first: a conflict writes nothing. */
  commit({ particle, answer, service, nonce }: Transaction): void {
    if (service) requireRevision('service', service, this.#stateOf(service.id)?.newest);
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
    if (nonce) this.#writeNonce(nonce);
  }

  /** Old ones are deleted when the time to forget moves on, which is every few seconds. */
  #writeNonce({ origin, nonce, untilMs, forgetBeforeMs }: NonNullable<Transaction['nonce']>): void {
    this.#run('INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)', origin, nonce, untilMs);
    if (forgetBeforeMs <= this.#forgottenMs) return;
    this.#forgottenMs = forgetBeforeMs;
    this.#run('DELETE FROM nonces WHERE until_ms < ?', forgetBeforeMs);
  }

  nonces(): readonly KnownNonce[] {
    const rows = this.#statement('SELECT origin, nonce, until_ms FROM nonces').all();
    return rows.map(row => ({
      origin: String(row['origin']),
      nonce: String(row['nonce']),
      untilMs: Number(row['until_ms']),
    }));
  }

  #writeParticle({ key, expected, header, variables, data, sends, isAtRest, used }: ParticleWrite): void {
    const rest = isAtRest ? 1 : 0;
    const to = sends.length === 0 ? '[]' : JSON.stringify(sends);
    let written: number;
    if (expected === 0) {
      const { id, initPeerId, timestamp, ttl, script, signature } = header as ParticleHeader;
      const bytes = data ?? new Uint8Array(0);
      written = this.#run(
        'INSERT INTO particles VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
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
      const sql = 'UPDATE particles SET revision = ?, at_rest = ?, sends = ? WHERE key = ? AND revision = ?';
      written = this.#run(sql, expected + 1, rest, to, key, expected);
    } else {
      const sql = `UPDATE particles SET revision = ?, at_rest = ?, sends = ?, size = size - length(data) + ?, data = ?
        WHERE key = ? AND revision = ?`;
      written = this.#run(sql, expected + 1, rest, to, data.length, data, key, expected);
    }
    if (written === 0) {
      requireRevision('particle', { expected }, this.#revisionOf(key));
      throw new Error('nothing was written');
    }
    for (const call of used) this.#run('DELETE FROM answers WHERE key = ? AND call = ?', key, call);
  }

  /** A patch costs as much as the change. From time to time the whole state is written, so that reading stays quick. */
  #writeState({ id, expected, continues, version = 0, change }: StateWrite): void {
    const kept = this.#stateOf(id);
    const newest = expected + 1;
    if (continues && kept !== undefined && expected - kept.whole < PATCHES_MAX) {
      this.#run('INSERT INTO patches VALUES (?, ?, ?)', id, newest, textOf(change.patches));
      this.#states.set(id, { ...kept, newest });
      return;
    }
    const sql = 'INSERT OR REPLACE INTO states (id, revision, state, version) VALUES (?, ?, ?, ?)';
    this.#run(sql, id, newest, textOf(change.state), version);
    this.#run('DELETE FROM patches WHERE id = ?', id);
    this.#states.set(id, { whole: newest, newest });
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
    const kept = this.#statement('SELECT state, version FROM states WHERE id = ?').get(id);
    if (kept === undefined) return undefined;
    const rows = this.#statement('SELECT patches FROM patches WHERE id = ? ORDER BY revision').all(id);
    const patches = rows.flatMap(row => valueOf(row['patches']) as unknown as StatePatch[]);
    const revision = this.#stateOf(id)?.newest ?? Number(kept['revision']);
    return { revision, version: Number(kept['version']), state: valueOf(kept['state']), patches };
  }

  remove(keys: readonly string[]): void {
    let [own, others] = [0, 0];
    const sql = `DELETE FROM particles WHERE key = ?
      RETURNING deadline, init_peer = (SELECT peer_id FROM owner) AS is_own`;
    for (const key of keys) {
      const row = this.#statement(sql).get(key);
      const deadline = Number(row?.['deadline'] ?? 0);
      if (row?.['is_own'] === 1) own = Math.max(own, deadline);
      else others = Math.max(others, deadline);
      this.#run('DELETE FROM answers WHERE key = ?', key);
    }
    const mark = `UPDATE owner SET ended_own = max(ended_own, ?), ended_others = max(ended_others, ?)`;
    if (own > 0 || others > 0) this.#run(mark, own, others);
  }

  ended(): EndedUntil {
    const row = this.#statement('SELECT ended_own, ended_others FROM owner').get();
    return { own: Number(row?.['ended_own']), others: Number(row?.['ended_others']) };
  }

  sweep(nowMs: number, limit: number): readonly string[] {
    const sql = 'SELECT key FROM particles WHERE deadline < ? ORDER BY deadline LIMIT ?';
    const keys = this.#statement(sql)
      .all(nowMs, limit)
      .map(row => String(row['key']));
    this.remove(keys);
    return keys;
  }

  #stateOf(id: string): KeptState | undefined {
    if (!this.#states.has(id)) this.#states.set(id, this.#readState(id));
    return this.#states.get(id);
  }

  #readState(id: string): KeptState | undefined {
    const row = this.#statement('SELECT revision FROM states WHERE id = ?').get(id);
    if (row === undefined) return undefined;
    const whole = Number(row['revision']);
    const sql = 'SELECT MAX(revision) AS revision FROM patches WHERE id = ?';
    return { whole, newest: Number(this.#statement(sql).get(id)?.['revision'] ?? whole) };
  }

  #revisionOf(key: string): number | undefined {
    const row = this.#statement('SELECT revision FROM particles WHERE key = ?').get(key);
    return row && Number(row['revision']);
  }

  /** @returns How many rows it has changed. */
  #run(sql: string, ...values: Parameters<SqliteStatement['run']>): number {
    return Number(this.#statement(sql).run(...values).changes);
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

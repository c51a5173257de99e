import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeCheckCommand, storeExportCommand } from '../../../../cli/commands/store.ts';
import { sqliteStore } from '../../../../peer/index.ts';
import { openDatabase } from '../../../../peer/stores/sqlite-driver.ts';
import { startService } from '../../../../services/index.ts';
import { idOf, withIds } from '../../../support/cast.ts';
import { capture } from '../../../support/cli.ts';
import { World } from '../../../support/world.ts';
import { COUNTER } from '../../../support/stranger.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-store-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const STORE = at('peer.sqlite');
const files = (): Buffer[] => [STORE, `${STORE}-wal`].map(path => readFileSync(path));

interface Verdict {
  readonly isSound: boolean;
  readonly peerId: string;
  readonly atWork: number;
  readonly atRest: number;
  readonly problems: readonly { where: string; text: string }[];
}

async function check(path: string): Promise<{ code: number; verdict: Verdict }> {
  const output = capture();
  const code = await storeCheckCommand(path, { json: true }, output);
  return { code, verdict: JSON.parse(output.documents[0] as string) as Verdict };
}

/** Bob counts for alice; his store stays open while `look` looks. */
async function withRunningPeer(look: () => Promise<void>): Promise<void> {
  const world = new World();
  const counter = startService(COUNTER);
  const alice = world.add('alice');
  const bob = world.add('bob', { services: [counter], store: sqliteStore(STORE) });
  const add = `(seq (call "bob" ("counter" "add") [2] x) (call "alice" ("callbackSrv" "response") [x]))`;
  for (let i = 0; i < 3; i++) alice.run(withIds(add), { ttlMs: 600_000 });
  alice.run(withIds('(call "bob" ("counter" "never") [])'), { ttlMs: 600_000 });
  for (let i = 0; i < 3; i++) await world.simulation.settle();
  await look();
  await bob.stop({ graceMs: 0 });
}

beforeAll(() =>
  withRunningPeer(async () => {
    const before = files();
    const { code, verdict } = await check(STORE);
    expect([code, verdict]).toMatchObject([
      0,
      {
        isSound: true,
        peerId: idOf('bob'),
        atWork: 1,
        problems: [],
        services: [{ id: 'counter', revision: 3 }],
      },
    ]);
    expect(verdict.atWork + verdict.atRest).toBe(4);
    // Of a running peer, too, only a copy is opened.
    expect(files()).toEqual(before);
  }),
);

describe('beryl store check', () => {
  it('finds the store of a stopped peer sound, and says what it holds', async () => {
    const output = capture();
    expect(await storeCheckCommand(STORE, {}, output)).toBe(0);
    expect(output.said).toBe('the store is sound\n');
    expect(output.listed).toContain(`peer: ${idOf('bob')}\n`);
    expect(output.listed).toMatch(/particles: 1 at work, 3 at rest; 4 of them have expired\n/);
    expect(output.listed).toContain('service counter: revision 3\n');
  });

  it.each([
    ['another script', "UPDATE particles SET script = '(null)'", /^particle \S{12}: the signature of `12D3/],
    ['a longer life', 'UPDATE particles SET ttl = ttl + 1', /its deadline is not that of its header/],
    [
      'another key',
      "UPDATE particles SET key = 'A' || substr(key, 2)",
      /its key is not that of its signature/,
    ],
    ['data that is none', "UPDATE particles SET data = x'00'", /its data cannot be read: /],
    [
      'a receiver without a peer id',
      `UPDATE particles SET sends = '["bob"]'`,
      /waits to be sent to `bob`, which is not a peer id/,
    ],
    [
      'sends that cannot be read',
      "UPDATE particles SET sends = 'bob'",
      /^particle \S{12}: it cannot be read: /,
    ],
    ['variables that are not JSON', "UPDATE particles SET variables = '{'", /its variables are not JSON/],
    [
      'an answer that is not JSON',
      "INSERT INTO answers SELECT key, 'c', 0, '{' FROM particles",
      /the answer of call `c` is not JSON/,
    ],
    [
      'an answer of nothing',
      "INSERT INTO answers VALUES ('x', 'c', 0, '1')",
      /^answers: 1 are of particles that are not stored/,
    ],
    [
      'a state that is not JSON',
      "UPDATE states SET state = '{'",
      /^service counter: its state cannot be read: /,
    ],
  ])('finds %s', async (_, sql, problem) => {
    const bent = at('bent.sqlite');
    copyFileSync(STORE, bent);
    const database = await openDatabase(bent);
    database.exec(sql);
    database.close();
    const { code, verdict } = await check(bent);
    expect([code, verdict.isSound]).toEqual([5, false]);
    expect(verdict.problems.map(({ where, text }) => `${where}: ${text}`)).toContainEqual(
      expect.stringMatching(problem),
    );
    expect(await storeExportCommand(bent, {}, capture())).toBe(problem.source.startsWith('^answers') ? 0 : 5);
  });

  it('finds changed bytes of data and of signed logs', async () => {
    const bent = at('log.sqlite');
    copyFileSync(STORE, bent);
    const database = await openDatabase(bent);
    const row = database.prepare('SELECT key, data FROM particles WHERE at_rest = 1').get() as {
      key: string;
      data: Uint8Array;
    };
    const data = Uint8Array.from(row.data);
    const marks: string[] = [];
    for (let i = 0; i < data.length; i += 40) {
      const changed = data.slice();
      changed[i] = (changed[i] as number) ^ 1;
      database.prepare('UPDATE particles SET data = ? WHERE key = ?').run(changed, row.key);
      marks.push(...(await check(bent)).verdict.problems.map(({ text }) => text));
    }
    database.close();
    expect(marks.some(text => /does not cover its records|cannot be read/.test(text))).toBe(true);
  });

  it('refuses other files, and what is not there', async () => {
    writeFileSync(at('text.sqlite'), 'not a database');
    const empty = await openDatabase(at('empty.sqlite'));
    empty.exec('CREATE TABLE other (a)');
    empty.close();
    for (const name of ['text.sqlite', 'empty.sqlite'])
      await expect(check(at(name))).rejects.toMatchObject({
        code: 'ERR_STORE_FORMAT',
        message: expect.stringContaining(`\`${at(name)}\``) as string,
      });
    await expect(check(at('nowhere.sqlite'))).rejects.toMatchObject({ code: 'ERR_CLI_FILE' });
    await expect(check(folder)).rejects.toMatchObject({ code: 'ERR_CLI_FILE' });
  });
});

describe('beryl store export', () => {
  it('writes a line for the store, for each particle and for each service', async () => {
    const output = capture();
    const out = at('store.jsonl');
    expect(await storeExportCommand(STORE, { out }, output)).toBe(0);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    const entries = lines.map(line => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ kind }) => kind)).toEqual([
      'store',
      'particle',
      'particle',
      'particle',
      'particle',
      'service',
    ]);
    expect(entries[0]).toMatchObject({ format: 'beryl/store/1', peerId: idOf('bob') });
    expect(entries.at(-1)).toMatchObject({ id: 'counter', revision: 3 });
    const particles = entries.filter(({ kind }) => kind === 'particle') as {
      records: unknown[];
      isAtRest: boolean;
    }[];
    expect(particles.filter(({ isAtRest }) => isAtRest)[0]).toMatchObject({
      initPeerId: idOf('alice'),
      started: '2023-11-14T22:13:20.000Z',
      records: [
        {
          peerId: idOf('bob'),
          kind: 'call',
          call: 'counter.add',
          outcome: 'ok',
          result: expect.any(Number) as number,
        },
      ],
    });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    await expect(storeExportCommand(STORE, { out }, output)).rejects.toMatchObject({ code: 'ERR_CLI_FILE' });
    const listed = capture();
    expect(await storeExportCommand(STORE, {}, listed)).toBe(0);
    expect(listed.listed).toBe(`${lines.join('\n')}\n`);
  });
});

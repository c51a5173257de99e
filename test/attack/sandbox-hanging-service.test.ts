import { afterEach, describe, expect, test } from 'vitest';
import type { JsonValue } from '../../interpreter/index.ts';
import { createSandboxPool, type Allow, type SandboxPool } from '../../sandbox/index.ts';
import type { ServiceDefinition } from '../../services/index.ts';
import { anyJson, ending, guestService } from '../support/sandbox-stage.ts';
import { TTL_MS, world } from '../unit/services/harness.ts';

// Goal:    keep all threads of a peer, or its line, so that guests of others get none.
// Means:   a guest with many calls, each of which waits for a service or a function of the host that does not answer; calls that were given up long ago.
// Refused: by `sandbox/pool.ts`: a service gets another thread only while more are free than it holds, and who is not waited for leaves the line.
const CALLS = 20;
/** With one guest that runs at a time there are eight threads. */
const THREADS = 8;

const pools: SandboxPool[] = [];
afterEach(() => pools.splice(0).forEach(pool => pool.close()));

async function stage(hostile: number) {
  const pool = createSandboxPool({ threads: 1 });
  pools.push(pool);
  const goOn: (() => void)[] = [];
  const allow: Allow = {
    host: {
      hang: {
        arguments: [],
        result: anyJson,
        call: () => new Promise(resolve => goOn.push(() => resolve(7))),
      },
      quick: { arguments: [], result: anyJson, call: () => 7 },
    },
  };
  const guest = (id: string, name: string): Promise<ServiceDefinition> =>
    guestService(`export const run = () => beryl.host("${name}");`, pool, { id, allow });
  const services = [await guest('honest', 'quick')];
  for (let i = 0; i < hostile; i += 1) services.push(await guest(`hostile${i}`, 'hang'));
  const { call } = world(services);
  const run = async (service: string, site: string): Promise<JsonValue> =>
    ending(await call({ service, fn: 'run', site }));
  const flood = Array.from({ length: hostile }, (_, i) =>
    Array.from({ length: CALLS }, (__, n) => run(`hostile${i}`, `h${i}.${n}`)),
  ).flat();
  /** Answers all that waits, as long as something does. */
  const release = async (): Promise<JsonValue[]> => {
    const timer = setInterval(() => goOn.splice(0).forEach(go => go()), 5);
    try {
      return await Promise.all(flood);
    } finally {
      clearInterval(timer);
    }
  };
  return { pool, run, goOn, release };
}

describe('calls that were given up', () => {
  async function crowded(waitingPerService: number) {
    const pool = createSandboxPool({ threads: 1, waitingPerService });
    pools.push(pool);
    const limits = { timeMs: 600_000, steps: 1_000_000_000_000 };
    const slow = await guestService('export const run = () => { for (;;); };', pool, { id: 'slow', limits });
    const honest = await guestService('export const run = () => 7;', pool, { id: 'honest' });
    const { call, clock } = world([slow]);
    const calls = Array.from({ length: CALLS }, async (_, n) =>
      ending(await call({ service: 'slow', fn: 'run', site: `s${n}` })),
    );
    await expect.poll(() => pool.running + pool.waiting, { timeout: 30_000 }).toBe(waitingPerService + 1);
    return { pool, calls, clock, honest };
  }

  test('the honest twin: those that are waited for stay in the line', async () => {
    const { pool, calls } = await crowded(8);
    expect(pool.waiting).toBe(8);
    pool.close();
    const ends = await Promise.all(calls);
    expect(new Set(ends)).toEqual(new Set(['ERR_SANDBOX_BUSY', 'ERR_SANDBOX_CLOSED']));
  }, 60_000);

  test('keep no place in the line, and cost no thread', async () => {
    const { pool, calls, clock, honest } = await crowded(8);
    await clock.advance(TTL_MS + 1);
    expect(pool.waiting).toBe(0);
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['ERR_SANDBOX_BUSY', 'ERR_HANDLER_TIMEOUT']));
    await expect.poll(() => pool.running, { timeout: 30_000 }).toBe(0);
    // One that had not begun is kept for the next guest.
    expect(pool.threads).toBeLessThanOrEqual(1);
    expect(ending(await world([honest]).call({ service: 'honest', fn: 'run' }))).toBe(7);
  }, 60_000);
});

describe('a guest whose calls hang', () => {
  test('the honest twin: calls that wait for a while are all answered', async () => {
    const { pool, release } = await stage(1);
    expect(await release()).toEqual(Array.from({ length: CALLS }, () => 7));
    expect([pool.running, pool.waiting]).toEqual([0, 0]);
  }, 60_000);

  test('takes half of the threads, and others are answered', async () => {
    const { pool, run, goOn, release } = await stage(1);
    await expect.poll(() => goOn.length, { timeout: 30_000 }).toBe(THREADS / 2);
    for (let i = 0; i < 3; i += 1) expect(await run('honest', `a${i}`)).toBe(7);
    expect(goOn.length).toBe(THREADS / 2);
    expect(pool.running).toBe(THREADS / 2);
    await release();
  }, 60_000);

  test('several of them leave a thread, too', async () => {
    const { pool, run, goOn, release } = await stage(3);
    await expect.poll(() => goOn.length, { timeout: 30_000 }).toBe(6);
    for (let i = 0; i < 3; i += 1) expect(await run('honest', `a${i}`)).toBe(7);
    expect(pool.running).toBeLessThan(THREADS);
    await release();
  }, 60_000);
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sessionOf } from '../../support/cli.ts';

const SLOW = `import { defineService } from ${JSON.stringify(join(ROOT, 'services/index.ts'))};
const work = ms => new Promise(resolve => setTimeout(resolve, ms, 'done'));
export default defineService({ id: 'slow', functions: {
  work: { arguments: {}, guards: {}, handler: () => work(20) },
  late: { arguments: {}, guards: {}, timeoutMs: 30, handler: () => work(5000) },
  never: { arguments: {}, guards: {}, handler: () => new Promise(() => undefined) },
  heeds: { arguments: {}, guards: {}, handler: (_, { signal }) => new Promise((_, reject) => {
    globalThis.berylHeeds?.('begun');
    signal.addEventListener('abort', () => { globalThis.berylHeeds?.('aborted'); reject(signal.reason); });
  }) },
} });`;
const session = (more: object) =>
  sessionOf(
    {
      init: 'a',
      peers: { a: {}, b: { services: [{ kind: 'module', path: './slow.mjs' }] } },
      ...more,
    },
    { 'slow.mjs': SLOW },
  );
const script = (fn: string): string =>
  `(seq (call b ("slow" "${fn}") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;

describe.each(['real', 'virtual'])('on %s time', clock => {
  it('a handler has the 20 ms that it takes', async () => {
    const report = await (await session({ clock })).run(script('work'), { file: 's' });
    expect(report.responseJson).toBe('"done"');
  });

  it('a handler that is too late fails by its own time-out', async () => {
    const report = await (await session({ clock })).run(script('late'), { file: 's' });
    expect(report.calls.map(({ decision }) => 'code' in decision && decision.code)).toContain(
      'ERR_HANDLER_TIMEOUT',
    );
  });

  it('a handler that never answers ends with the particle', async () => {
    const report = await (await session({ clock, ttlMs: 400 })).run(script('never'), { file: 's' });
    expect(report.failure?.code).toBe('ERR_STARTED_EXPIRED');
  });

  it('a script that is stopped ends: its handler is aborted, and the next script runs at once', async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    Object.assign(globalThis, {
      berylHeeds(what: string) {
        seen.push(what);
        if (what === 'begun') setImmediate(() => stop.abort());
      },
    });
    const opened = await session({ clock, ttlMs: 3_600_000 });
    const report = await opened.run(script('heeds'), { file: 's', signal: stop.signal });
    expect(report.failure?.code).toBe('ERR_STARTED_STOPPED');
    expect(seen).toEqual(['begun', 'aborted']);
    const next = await opened.run(script('work'), { file: 's' });
    expect(next.responseJson).toBe('"done"');
    expect(next.failure).toBeUndefined();
    // The honest twin: a handler that nobody stops is not aborted.
    expect(seen).toEqual(['begun', 'aborted']);
    Reflect.deleteProperty(globalThis, 'berylHeeds');
  });

  it('ends a script that waits forever before its life is over', async () => {
    const started = performance.now();
    const waiting = '(seq (never) (call %init_peer_id% ("callbackSrv" "response") [1]))';
    const report = await (await session({ clock, ttlMs: 3_600_000 })).run(waiting, { file: 's' });
    expect(report.failure?.code).toBe('ERR_STARTED_EXPIRED');
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('one session runs script after script', async () => {
    const open = await session({ clock });
    for (let i = 0; i < 3; i++)
      expect((await open.run(script('work'), { file: 's' })).responseJson).toBe('"done"');
  });
});

it('real time is the time of the world, and every run is another particle', async () => {
  const open = await session({});
  const now = '(call %init_peer_id% ("callbackSrv" "response") [%timestamp%])';
  const [first, second] = [await open.run(now, { file: 's' }), await open.run(now, { file: 's' })];
  expect(Math.abs(Number(first.responseJson) - Date.now())).toBeLessThan(60_000);
  expect(first.particleId).not.toBe(second.particleId);
});

it('virtual time gives the same bytes every time', async () => {
  const run = async () => {
    const { particleId, steps } = await (
      await session({ clock: 'virtual' })
    ).run(script('work'), { file: 's' });
    return [particleId, ...steps.map(({ outcome }) => Buffer.from(outcome.data).toString('base64'))];
  };
  expect(await run()).toEqual(await run());
});

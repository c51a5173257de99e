import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  createDispatcher,
  createRegistry,
  defineService,
  startService,
  type Logger,
} from '../../../services/index.ts';
import { ALICE, BOB, HOST, START_MS, VirtualClock, tetraplet, valueOf, world } from './harness.ts';

const none = { arguments: {}, guards: {} };

it('a handler reads each argument with its origin', async () => {
  const service = defineService({
    id: 's',
    functions: {
      f: {
        arguments: { x: z.number(), y: z.number().optional() },
        guards: {},
        handler(_, { arguments: { x, y } }) {
          const { tetraplet: from } = x.origin as NonNullable<typeof x.origin>;
          return [from.peerId, from.getter, x.valueJson ?? '', y.origin === undefined, y.tetraplets.length];
        },
      },
    },
  });
  const call = { service: 's', fn: 'f', args: [{ value: 1, from: [tetraplet(BOB, 'a', 'b', '.$.c')] }] };
  expect(valueOf(await world([service]).call({ ...call, argumentsJson: '[1.0]' }))).toEqual([
    BOB,
    '.$.c',
    '1.0',
    true,
    0,
  ]);
});

it('remainingMs is the time until the deadline, and never below 0', async () => {
  const seen: number[] = [];
  const clock = new VirtualClock();
  const service = defineService({
    id: 's',
    functions: {
      f: {
        ...none,
        timeoutMs: 500,
        async handler(_, call) {
          seen.push(call.remainingMs);
          await new Promise<void>(resolve => clock.after(400, resolve));
          seen.push(call.remainingMs);
          await new Promise<void>(resolve => clock.after(400, resolve));
          seen.push(call.remainingMs);
        },
      },
    },
  });
  const done = world([service], { clock }).call({ service: 's', fn: 'f' });
  await clock.advance(1000);
  await done;
  expect(seen).toEqual([500, 100, 0]);
});

it('log writes to the log of the peer, with particle and call; a logger without `info` gets warnings only', async () => {
  const written: unknown[] = [];
  const service = defineService({
    id: 's',
    functions: {
      f: {
        ...none,
        handler(_, { log }) {
          log.info('started', { step: 1, particleId: 'not this' });
          log.warn('odd');
        },
      },
    },
  });
  const write = (level: string) => (message: string, fields: object) =>
    void written.push([level, message, fields]);
  const run = async (logger: Logger): Promise<unknown[]> => {
    written.length = 0;
    const registry = createRegistry([startService(service)]);
    const dispatcher = createDispatcher({ peerId: HOST, registry, clock: new VirtualClock(), logger });
    const request = { serviceId: 's', functionName: 'f', arguments: [], argumentsJson: '[]', tetraplets: [] };
    await dispatcher.dispatch({
      request: { ...request, elementwise: [], origins: [], site: '3' },
      particle: { id: 'p', initPeerId: ALICE, timestamp: START_MS, ttl: 1000, signature: new Uint8Array(64) },
    });
    return [...written];
  };
  const call = { serviceId: 's', functionName: 'f', particleId: 'p', initPeerId: ALICE, site: '3' };
  expect(await run({ info: write('info'), warn: write('warn') })).toEqual([
    ['info', 'started', { step: 1, ...call }],
    ['warn', 'odd', call],
  ]);
  expect(await run({ warn: write('warn') })).toEqual([['warn', 'odd', call]]);
  const broken = (): never => {
    throw new Error('disk full');
  };
  expect(await run({ info: broken, warn: broken })).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createChannel,
  createDispatcher,
  createKeyService,
  createRegistry,
  createServiceKeys,
  defineService,
  okJson,
  remoteService,
  serveChannel,
  servedElsewhere,
  startService,
  type Channel,
  type ChannelAnswer,
  type ServiceDefinition,
} from '../../../../services/index.ts';
import { ALICE, HOST, START_MS, tetraplet, VirtualClock } from '../harness.ts';
import { bankService, ChannelStage, said } from '../../../support/channel-stage.ts';
import { settle } from '../harness.ts';

describe('a channel', () => {
  it('connects at the first call, and carries answers and refusals', async () => {
    const stage = await ChannelStage.make();
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(await stage.pay('carol', 5000)).toContain('too much');
    expect(stage.done).toEqual(['carol 5', 'carol 5000']);
    expect(stage.channel.status).toMatchObject({ state: 'open', connections: 1, rejected: {}, noted: {} });
  });

  it('a call that is given up is cancelled in the service', async () => {
    const stage = await ChannelStage.make();
    const call = stage.call('wait', [], 5000);
    await stage.clock.advance(6000);
    expect(said(await call)).toContain('ERR_HANDLER_TIMEOUT');
    expect(stage.done).toEqual(['waits', 'stopped']);
    expect(stage.channel.status.calls).toBe(0);
  });

  it('connects again after its connection has ended', async () => {
    const stage = await ChannelStage.make();
    await stage.channel.open();
    const lost = stage.call('wait', []);
    await settle();
    stage.wire.close();
    const decision = await lost;
    expect(said(decision)).toContain('the connection to the service has ended');
    expect(decision).toMatchObject({ details: { code: 'ERR_CHANNEL_LOST' } });
    expect(stage.channel.status.state).toBe('waiting');
    await stage.clock.advance(150);
    expect(stage.channel.status).toMatchObject({ state: 'open', connections: 2 });
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
  });
});

/** A channel that answers with the same each time. */
const answering = (answer: ChannelAnswer, seen: unknown[] = []): Channel => ({
  name: 'c',
  open: () => Promise.resolve(),
  call: call => Promise.resolve(void seen.push(call)).then(() => answer),
  close: () => undefined,
  status: { state: 'open', connections: 1, calls: 0, rejected: {}, noted: {} },
});

function dispatched(definition: ServiceDefinition, channel: Channel, argumentsJson: string) {
  const dispatcher = createDispatcher({
    peerId: HOST,
    clock: new VirtualClock(),
    registry: createRegistry([remoteService(definition, channel)]),
  });
  const args = JSON.parse(argumentsJson) as never[];
  return dispatcher.dispatch({
    request: {
      serviceId: definition.id,
      functionName: 'do',
      arguments: args,
      argumentsJson,
      tetraplets: args.map(() => [tetraplet(ALICE, 's', 'f', '.$.x')]),
      elementwise: args.map(() => false),
      origins: [],
      site: '1',
    },
    particle: { id: 'p', initPeerId: ALICE, timestamp: START_MS, ttl: 1000, signature: new Uint8Array(64) },
  });
}

const once = (handler: () => never, result = z.strictObject({ n: z.number() })) =>
  defineService({
    id: 'far',
    state: { own: 1 },
    functions: { do: { arguments: { n: z.number() }, guards: {}, result, handler } },
  });

describe('a remote service', () => {
  it('is asked with the call and its tetraplets, and numbers stay as they are', async () => {
    const seen: { argumentsJson?: string }[] = [];
    const channel = answering({ resultJson: '{"n":2.0}' }, seen);
    const decision = await dispatched(once(servedElsewhere), channel, '[1.0]');
    expect(decision).toMatchObject({ kind: 'served', result: { resultJson: '{"n":2.0}' } });
    expect(seen[0]).toMatchObject({
      service: 'far',
      function: 'do',
      argumentsJson: '[1.0]',
      tetraplets: [[{ peerId: ALICE, serviceId: 's', functionName: 'f', getter: '.$.x' }]],
      peerId: HOST,
      initPeerId: ALICE,
      remainingMs: 1000,
      idempotencyKey: expect.stringMatching(/^1+:1:/) as string,
    });
  });

  it('its answers pass the schema of the definition, its refusals are refusals', async () => {
    const misfit = await dispatched(once(servedElsewhere), answering({ resultJson: '{"m":2}' }), '[1]');
    expect(misfit).toMatchObject({ kind: 'failed', code: 'ERR_HANDLER_RESULT' });
    const refused = await dispatched(once(servedElsewhere), answering({ fail: 'no', details: [1] }), '[1]');
    expect(refused).toMatchObject({ kind: 'failed', code: 'ERR_CALL_FAILED' });
  });

  it('a call that the schema refuses does not leave the host', async () => {
    const seen: unknown[] = [];
    const decision = await dispatched(once(servedElsewhere), answering({ resultJson: '1' }, seen), '["x"]');
    expect(decision).toMatchObject({ code: 'ERR_CALL_ARGUMENTS' });
    expect(seen).toEqual([]);
  });

  it('has no state here, and its handlers run elsewhere only', () => {
    expect(remoteService(once(servedElsewhere), answering({ resultJson: '1' })).state).toBeUndefined();
    expect(servedElsewhere).toThrow('another process serves this function');
  });
});

describe('a call that is given up', () => {
  const call = {
    service: 'bank',
    function: 'wait',
    argumentsJson: '[]',
    tetraplets: [],
    elementwise: [],
    peerId: HOST,
    initPeerId: ALICE,
    particleId: 'p',
    timestamp: 0,
    ttl: 1,
    remainingMs: 1000,
    idempotencyKey: 'k',
  };

  it.each([
    ['while it waits for a connection', 0],
    ['while it waits for its answer', 1],
  ])('%s', async (_, connections) => {
    const stage = await ChannelStage.make();
    if (connections === 1) await stage.channel.open();
    const controller = new AbortController();
    const given = stage.channel.call(call, controller.signal).catch((error: unknown) => error);
    if (connections === 1) await settle();
    controller.abort();
    expect(await given).toMatchObject({ code: 'ERR_CHANNEL_CANCELLED' });
    await settle();
    expect(stage.channel.status.calls).toBe(0);
    expect(stage.done).toEqual(connections === 1 ? ['waits', 'stopped'] : []);
  });
});

describe('limits of a channel', () => {
  it('calls at a time: one too many is refused, and sent nowhere', async () => {
    const stage = await ChannelStage.make({ host: { limits: { callsMax: 2 } } });
    const waiting = [stage.call('wait', []), stage.call('wait', [])];
    await settle();
    expect(said(await stage.call('wait', []))).toContain('calls wait for the service');
    expect(stage.done).toEqual(['waits', 'waits']);
    await stage.clock.advance(10_001);
    await Promise.all(waiting);
  });

  it('calls at a time, as the service bounds them', async () => {
    const stage = await ChannelStage.make({ serve: { limits: { callsMax: 1 } } });
    const waiting = stage.call('wait', []);
    await settle();
    expect(said(await stage.call('wait', []))).toContain('too much to do (1 calls)');
    await stage.clock.advance(10_001);
    await waiting;
  });

  it('bytes of a call and of an answer', async () => {
    const stage = await ChannelStage.make({ host: { limits: { frameBytesMax: 2000 } } });
    expect(said(await stage.call('pay', ['x'.repeat(2000), 1]))).toContain('over the bound of 2000 bytes');
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    const narrow = await ChannelStage.make({ serve: { limits: { frameBytesMax: 1500 } } });
    await narrow.channel.open();
    const small = said(await narrow.call('pay', ['x'.repeat(700), 1]));
    expect(small).toMatchObject({ paid: 1 });
  });

  it('an answer over the bound is a refusal', async () => {
    const large = defineService({
      id: 'bank',
      functions: { wait: { arguments: {}, guards: {}, handler: () => okJson(`"${'x'.repeat(5000)}"`) } },
    });
    const stage = await ChannelStage.make();
    stage.server = serveChannel(large, {
      channel: 'bank',
      clock: stage.clock,
      keys: await createServiceKeys({ bootstrap: await stage.keys.invite('bank') }),
      limits: { frameBytesMax: 4000 },
    });
    expect(said(await stage.call('wait', []))).toContain('over the channel');
  });

  it('the first messages: a service that says nothing is given up, and tried again', async () => {
    const stage = await ChannelStage.make({ host: { limits: { handshakeMs: 100, connectWaitMs: 1000 } } });
    stage.tap = (frame, direction) => (direction === 2 ? [] : [frame]);
    expect(await stage.pay()).toContain('has no connection');
    expect(stage.wires.length).toBeGreaterThan(2);
    expect(stage.log[0]).toMatchObject({ message: 'a channel has no connection', code: 'ERR_CHANNEL_DOWN' });
  });

  it('names: both sides must give the channel the same', async () => {
    const stage = await ChannelStage.make({ serve: { channel: 'other' } });
    expect(await stage.pay()).toContain('has no connection');
    expect(stage.log.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('the same name'));
  });

  it('a function that the service lacks', async () => {
    const stage = await ChannelStage.make();
    stage.server = serveChannel(defineService({ id: 'bank', functions: {} }), {
      channel: 'bank',
      clock: stage.clock,
      keys: await createServiceKeys({ bootstrap: await stage.keys.invite('bank') }),
    });
    expect(await stage.pay()).toContain('serves no `bank.pay`');
  });
});

describe('keys of a channel', () => {
  it('are replaced when they are old, at the next call', async () => {
    const stage = await ChannelStage.make({ keyService: { rotateMs: 60_000 } });
    await stage.pay();
    const first = stage.serviceKeys?.current();
    await stage.clock.advance(60_000);
    await stage.pay();
    expect(stage.serviceKeys?.current()).not.toEqual(first);
    expect(await stage.pay()).toEqual({ paid: 5, to: 'carol' });
    expect(stage.channel.status).toMatchObject({ connections: 1, rejected: {} });
  });

  it('a closed channel makes no calls, and its service ends', async () => {
    const stage = await ChannelStage.make();
    const call = stage.call('wait', []);
    await settle();
    stage.channel.close();
    expect(said(await call)).toContain('is closed');
    expect(stage.done).toEqual(['waits', 'stopped']);
    expect(said(await stage.call('pay', ['carol', 1]))).toContain('is closed');
    stage.server.close();
  });
});

describe('mistakes of a program', () => {
  const connector = { needsBootstrap: false, open: () => Promise.reject(new Error('none')) };
  it.each([
    ['a channel without keys', () => createChannel({ name: 'c', connector }), '`keys` is missing'],
    ['a channel without a name', () => createChannel({ name: '', connector, mode: 'off' }), 'the name'],
    ['an unknown mode', () => createChannel({ name: 'c', connector, mode: 'on' as never }), '`mode`'],
    [
      'a misspelt limit',
      () => createChannel({ name: 'c', connector, limits: { calls: 1 } as never }),
      'callsMax',
    ],
    [
      'a running service',
      () => remoteService(startService(bankService()) as never, {} as never),
      'defineService',
    ],
    ['no channel', () => remoteService(bankService(), {} as never), 'the channel must be'],
    ['a service without keys', () => serveChannel(bankService(), { channel: 'c' }), '`keys` is missing'],
    ['nothing to serve', () => serveChannel({} as never, { channel: 'c' }), 'defineService'],
  ])('%s', (_, make, text) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(text);
  });

  it('a connector that fails is tried again with longer waits', async () => {
    const clock = new VirtualClock();
    let attempts = 0;
    const channel = createChannel({
      name: 'c',
      clock,
      keys: await createKeyService({ clock }),
      connector: { needsBootstrap: true, open: () => Promise.reject(new Error(`none ${++attempts}`)) },
    });
    const opened = channel.open().catch((error: unknown) => error);
    await clock.advance(5000);
    expect(await opened).toMatchObject({ code: 'ERR_CHANNEL_DOWN' });
    // After 0, 100, 300, 700, 1500, 3100 ms.
    expect(attempts).toBe(6);
    channel.close();
    await clock.advance(100_000);
    expect(attempts).toBe(6);
  });
});

import { describe, expect, it } from 'vitest';
import {
  createServiceKeys,
  serveChannel,
  type AclRule,
  type ServiceDefinition,
} from '../../services/index.ts';
import { askContent } from '../../services/channel/call-message.ts';
import { frameHmac } from '../../services/channel/channel-key.ts';
import { encodeFrame } from '../../services/channel/frame.ts';
import { ASKS_MAX, ASKS_OF_CALL_SIZE_MAX, REJECTS_MAX } from '../../services/channel/limits.ts';
import { NESTED_CALLS_MAX } from '../../services/limits.ts';
import { bankService, ChannelStage, frameOf, said, type StageOptions } from '../support/channel-stage.ts';
import { ALICE, HOST, MALLORY, settle } from '../unit/services/harness.ts';

// Goal:    a service in another process calls services of the peer that it may not call, at times when it may not, or more than the peer bears.
// Means:   names that are not on its list, arguments and answers that do not fit, management functions in a script of the owner, calls behind the end of a call, floods.
// Refused: by its allow-list (`services/allowed-services.ts`), the gatekeeper's `callers`, `services/nested-calls.ts`, and `services/channel/host-session.ts` (ERR_CHANNEL_ENDED, ERR_CHANNEL_BUSY, ERR_CHANNEL_FLOOD).
const ASK = 9;
const REPLY = 10;

describe('a service that calls the peer', () => {
  it('honest twin: it calls what it is allowed to call', async () => {
    const stage = await ChannelStage.make();
    expect(await stage.ask('prices', 'price_of', ['apple'])).toBe(5);
    expect(stage.done).toEqual(['asks price_of', 'price of apple']);
    expect([stage.server.status.rejected, stage.channel.status.rejected]).toEqual([{}, {}]);
  });

  it('honest twin: the decision of the peer lists its calls', async () => {
    const stage = await ChannelStage.make();
    const decision = await stage.call('ask', ['prices', 'price_of', ['apple']]);
    expect(decision).toMatchObject({
      kind: 'served',
      calls: [{ service: 'prices', function: 'price_of', args: '["apple"]', retCode: 0, result: '5' }],
    });
  });

  it.each([
    ['a function that is not on its list', 'prices', 'secret', [], 'not on the allow-list'],
    ['a name that does not exist', 'prices', 'nothing', [], 'not on the allow-list'],
    ['a builtin', 'peer', 'timestamp_ms', [], 'not on the allow-list'],
    ['itself', 'bank', 'pay', ['mallory', 1], 'not on the allow-list'],
    ['a name of the language', '__proto__', 'toString', [], 'not on the allow-list'],
    ['arguments that do not fit', 'prices', 'price_of', [1], 'argument 0'],
    ['too many arguments', 'prices', 'price_of', ['a', 'b'], 'takes 1 arguments'],
    ['an answer that does not fit', 'prices', 'misfit', [], 'does not fit'],
  ])('%s', async (_, service, fn, args, text) => {
    const stage = await ChannelStage.make();
    expect(await stage.ask(service, fn, args)).toContain(text);
    expect(stage.done).toEqual([`asks ${fn}`]);
  });

  it('nothing, if the host gives it nothing', async () => {
    const stage = await ChannelStage.make({ allowed: [] });
    expect(await stage.ask('prices', 'price_of', ['apple'])).toContain('may call no other services');
    expect(stage.done).toEqual(['asks price_of']);
  });

  it('itself, although its list has it', async () => {
    const stage = await ChannelStage.make({
      allowed: [{ definition: bankService() as ServiceDefinition, functions: ['pay'] }],
    });
    expect(await stage.ask('bank', 'pay', ['mallory', 1])).toContain('a service must not call itself');
    expect(stage.done).toEqual(['asks pay']);
  });

  it.each([100, 1000, 100_000])(
    'arguments of %i lists in each other give an answer or a refusal',
    async depth => {
      const { stage, ask, replies } = await taken();
      const call = stage.call('wait', []);
      await settle();
      ask(0, 0, 'price_of', `[${'['.repeat(depth)}${']'.repeat(depth)}]`);
      await settle();
      const { state, rejected } = stage.channel.status;
      if (state === 'open') expect(replies()).toBe(1);
      else expect(rejected).toEqual({ ERR_CHANNEL_FRAME: 1 });
      await stage.clock.advance(10_001);
      await call;
    },
  );

  it('the owner’s script does not lend the owner’s rights: management needs a rule for the calling service', async () => {
    const rule: AclRule = { effect: 'allow', initPeers: [HOST], service: 'prices', functions: ['clear'] };
    const denied = async (options: StageOptions, by = HOST): Promise<unknown> =>
      (await ChannelStage.make(options)).ask('prices', 'clear', [], by);
    expect(await denied({})).toContain('denied `prices.clear`');
    expect(await denied({ acl: { rules: [rule] } })).toContain('denied `prices.clear`');
    const named = { acl: { rules: [{ ...rule, callers: ['bank'] }] } };
    expect(await denied(named, MALLORY)).toContain('denied `prices.clear`');
    expect(await denied(named)).toBe(true);
  });

  it('a rule against the calling service holds, and what is hidden looks as if it did not exist', async () => {
    const deny: AclRule = { effect: 'deny', initPeers: '*', service: 'prices', callers: ['bank'] };
    const open = await ChannelStage.make({ acl: { rules: [deny] } });
    expect(await open.ask('prices', 'price_of', ['apple'])).toContain('denied `prices.price_of`');
    const hidden = await ChannelStage.make({ acl: { rules: [deny], hide: true } });
    const answer = await hidden.call('ask', ['prices', 'price_of', ['apple']]);
    expect(said(answer)).toContain('No service found for service call');
    expect(answer).toMatchObject({ details: { code: 'ERR_CALL_FAILED' } });
  });
});

/** A service whose process does what mallory wants: she has the key of its connection. */
async function taken(options: StageOptions = {}) {
  const stage = await ChannelStage.make(options);
  await stage.channel.open();
  const { id: keyId, secret } = stage.serviceKeys!.current();
  const nonceIn = (direction: 1 | 2, type: number): Uint8Array => {
    const frame = frameOf(stage.wire, direction, type);
    return Uint8Array.from(
      Buffer.from(
        Buffer.from(frame)
          .toString('latin1')
          .match(/"nonce":"(\w+)"/)![1]!,
        'hex',
      ),
    );
  };
  const nonces = { host: nonceIn(1, 2), service: nonceIn(2, 1) };
  const hmac = frameHmac({ id: keyId, secret }, 2, nonces);
  let sequence = stage.wire.sent.filter(({ direction }) => direction === 2).length;
  const send = (type: 'ask' | 'answer', content: string, name = 'f'): void =>
    stage.wire.inject(
      encodeFrame(
        { type, direction: 2, keyId, sequence: sequence++, timeMs: stage.clock.now(), name, content },
        hmac,
      ),
      2,
    );
  const ask = (id: number, number: number, fn = 'price_of', args = '["apple"]'): void =>
    send(
      'ask',
      askContent({ id, ask: number }, { service: 'prices', function: fn, argumentsJson: args }),
      fn,
    );
  const replies = (): number => stage.wire.sent.filter(({ frame }) => frame[5] === REPLY).length;
  return { stage, send, ask, replies };
}

describe('a call that is not in progress', () => {
  it('honest twin: during the call', async () => {
    const { stage, ask, replies } = await taken();
    const call = stage.call('wait', []);
    await settle();
    ask(0, 0);
    await settle();
    expect(replies()).toBe(1);
    expect(stage.done).toContain('price of apple');
    await stage.clock.advance(10_001);
    await call;
  });

  it('before any call, and behind its answer', async () => {
    const { stage, send, ask, replies } = await taken();
    ask(0, 0);
    await settle();
    const call = stage.call('wait', []);
    await settle();
    send('answer', '{"id":0,"result":1}');
    ask(0, 1);
    await settle();
    expect(said(await call)).toBe(1);
    expect(replies()).toBe(0);
    expect(stage.done).toEqual(['waits']);
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_ENDED: 2 });
  });

  it('behind its end by time: what was on its way is dropped, once', async () => {
    const { stage, send, ask, replies } = await taken();
    const call = stage.call('wait', [], 100);
    await stage.clock.advance(101);
    expect(said(await call)).toContain('ERR_HANDLER_TIMEOUT');
    ask(0, 0);
    send('answer', '{"id":0,"result":1}');
    await settle();
    expect([replies(), stage.channel.status.rejected]).toEqual([0, {}]);
    ask(0, 1);
    send('answer', '{"id":0,"result":1}');
    await settle();
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_ENDED: 2 });
    expect(stage.done).not.toContain('price of apple');
  });

  it('a reply that comes after the end of its call is not sent', async () => {
    const { stage, send, ask, replies } = await taken();
    const call = stage.call('wait', []);
    await settle();
    ask(0, 0, 'slow', '[]');
    await settle();
    send('answer', '{"id":0,"result":1}');
    await settle();
    expect(said(await call)).toBe(1);
    stage.pending.forEach(go => go());
    await settle();
    expect(replies()).toBe(0);
  });

  it('a call under way at its end is given up, changes nothing, and is listed all the same', async () => {
    const { stage, send, ask } = await taken();
    const call = stage.call('wait', []);
    await settle();
    ask(0, 0, 'slow', '[]');
    ask(0, 1, 'price_of');
    send('answer', '{"id":0,"result":1}');
    await settle();
    expect(await call).toMatchObject({
      kind: 'served',
      calls: [
        { function: 'price_of', retCode: 0 },
        {
          function: 'slow',
          retCode: 1,
          code: 'ERR_HANDLER_STOPPED',
          result: '"`prices.slow`: the call that made it has ended"',
        },
      ],
    });
  });

  it('a call under way when its time is over is given up, and is listed', async () => {
    const { stage, ask } = await taken();
    const call = stage.call('wait', [], 100);
    await settle();
    ask(0, 0, 'slow', '[]');
    await stage.clock.advance(101);
    expect(await call).toMatchObject({
      code: 'ERR_HANDLER_TIMEOUT',
      calls: [{ function: 'slow', retCode: 1 }],
    });
  });

  it('an honest service that forgets to wait makes no call behind its end', async () => {
    const late: unknown[] = [];
    const stage = await ChannelStage.make();
    const bank = ChannelStage.hasty(late);
    stage.server = serveChannel(bank as ServiceDefinition, {
      channel: 'bank',
      clock: stage.clock,
      keys: await createServiceKeys({ bootstrap: await stage.keys.invite('bank') }),
    });
    expect(said(await stage.call('wait', []))).toBe('done');
    await settle();
    expect(late).toEqual([
      'failed',
      'callService: `prices.price_of`: the call has ended; await all work first',
    ]);
    expect(stage.channel.status.rejected).toEqual({});
  });
});

describe('a message with two names', () => {
  it('ends the connection: the gatekeeper and the log must see the same one', async () => {
    const { stage, send, replies } = await taken();
    const call = stage.call('wait', []);
    await settle();
    send('ask', '{"id":0,"ask":0,"service":"prices","function":"price_of","arguments":["apple"]}', 'other');
    await settle();
    expect(await call).toMatchObject({ details: { code: 'ERR_CHANNEL_FRAME' } });
    expect([replies(), stage.done]).toEqual([0, ['waits', 'stopped']]);
  });
});

describe('floods', () => {
  it('honest twin: as many calls during one as a handler of the peer may make', async () => {
    const { stage, ask, replies } = await taken();
    const call = stage.call('wait', []);
    await settle();
    for (let i = 0; i < NESTED_CALLS_MAX; i++) {
      ask(0, i);
      if (i % 64 === 0) for (let turn = 0; turn < 4; turn++) await settle();
    }
    for (let i = 0; i < 20; i++) await settle();
    expect(replies()).toBe(NESTED_CALLS_MAX);
    expect(stage.channel.status).toMatchObject({ state: 'open', rejected: {} });
    await stage.clock.advance(10_001);
    await call;
  });

  it('more calls during one end the connection', async () => {
    const { stage, ask } = await taken();
    const call = stage.call('wait', []);
    await settle();
    for (let i = 0; i < NESTED_CALLS_MAX + 500; i++) ask(0, i, 'nothing');
    for (let i = 0; i < 40; i++) await settle();
    expect(await call).toMatchObject({ kind: 'failed', details: { code: 'ERR_CHANNEL_FLOOD' } });
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_BUSY: REJECTS_MAX, ERR_CHANNEL_FLOOD: 1 });
  });

  it('messages about calls that have ended end the connection', async () => {
    const { stage, send } = await taken();
    const { wire } = stage;
    for (let i = 0; i < 500; i++) send('answer', `{"id":${i},"result":1}`);
    for (let i = 0; i < 20; i++) await settle();
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_ENDED: REJECTS_MAX, ERR_CHANNEL_FLOOD: 1 });
    expect(stage.wire === wire && stage.channel.status.state).toBe('waiting');
  });

  it('more characters during one call end the connection, too', async () => {
    const { stage, ask } = await taken();
    const call = stage.call('wait', []);
    await settle();
    const size = 3_000_000;
    const args = `["${'x'.repeat(size)}", 1]`;
    const most = Math.floor(ASKS_OF_CALL_SIZE_MAX / size);
    for (let i = 0; i < most; i++) ask(0, i, 'price_of', args);
    for (let i = 0; i < 4; i++) await settle();
    expect(stage.channel.status).toMatchObject({ state: 'open', rejected: {} });
    for (let i = 0; i < REJECTS_MAX + 1; i++) ask(0, most + i, 'price_of', i === 0 ? args : '["apple"]');
    for (let i = 0; i < 20; i++) await settle();
    expect(await call).toMatchObject({ details: { code: 'ERR_CHANNEL_FLOOD' } });
  });

  it('asks about a call that was given up: as many as may have been on their way, then they count', async () => {
    const { stage, ask } = await taken();
    const call = stage.call('wait', [], 100);
    await stage.clock.advance(101);
    await call;
    for (let i = 0; i < ASKS_MAX; i++) ask(0, i);
    for (let i = 0; i < 20; i++) await settle();
    expect(stage.channel.status).toMatchObject({ state: 'open', rejected: {} });
    for (let i = 0; i < REJECTS_MAX; i++) ask(0, i);
    for (let i = 0; i < 20; i++) await settle();
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_ENDED: REJECTS_MAX, ERR_CHANNEL_FLOOD: 1 });
    expect(stage.done).not.toContain('price of apple');
  });

  it('the same by their characters: nobody has the peer read a gigabyte for a call that is over', async () => {
    const { stage, ask } = await taken();
    const call = stage.call('wait', [], 100);
    await stage.clock.advance(101);
    await call;
    const size = 3_000_000;
    const args = `["${'x'.repeat(size)}"]`;
    const most = Math.floor(ASKS_OF_CALL_SIZE_MAX / size);
    for (let i = 0; i < most; i++) ask(0, i, 'price_of', args);
    for (let i = 0; i < 4; i++) await settle();
    expect(stage.channel.status).toMatchObject({ state: 'open', rejected: {} });
    ask(0, most, 'price_of', args);
    for (let i = 0; i < 4; i++) await settle();
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_ENDED: 1 });
    expect(stage.done).not.toContain('price of apple');
  });

  it('calls at a time: more of them are refused, and do not run', async () => {
    const { stage, ask, replies } = await taken();
    const call = stage.call('wait', []);
    await settle();
    for (let i = 0; i < ASKS_MAX + 50; i++) ask(0, i, 'slow', '[]');
    for (let i = 0; i < 20; i++) await settle();
    expect(stage.pending.length).toBe(ASKS_MAX);
    expect(replies()).toBe(50);
    stage.pending.forEach(go => go());
    for (let i = 0; i < 20; i++) await settle();
    expect(replies()).toBe(ASKS_MAX + 50);
    await stage.clock.advance(10_001);
    await call;
  });

  it('a side that asks on and takes no replies ends the connection; nothing new is begun for it', async () => {
    const { stage, ask, replies } = await taken({ host: { limits: { waitingBytesMax: 1000 } } });
    const call = stage.call('wait', []);
    await settle();
    stage.wire.hostWaitingBytes = 1001;
    ask(0, 0);
    await settle();
    expect(stage.done).not.toContain('price of apple');
    expect(replies()).toBe(1);
    stage.wire.hostWaitingBytes = 2_000_000;
    ask(0, 1);
    await settle();
    expect(replies()).toBe(1);
    expect(said(await call)).toContain('takes none of the bytes');
    expect(stage.channel.status.rejected).toEqual({ ERR_CHANNEL_BUSY: 1 });
  });
});

describe('forged calls of a service', () => {
  it.each([
    ['honest twin: untouched', (frame: Uint8Array) => frame, 5],
    [
      'changed on the way',
      (frame: Uint8Array) => frame.map((byte, i) => (i === 60 ? byte ^ 1 : byte)),
      undefined,
    ],
  ])('%s', async (_, change, expected) => {
    const stage = await ChannelStage.make();
    stage.tap = (frame, direction) => [direction === 2 && frame[5] === ASK ? change(frame) : frame];
    const answer = await stage.ask('prices', 'price_of', ['apple'], ALICE);
    if (expected !== undefined) return expect(answer).toBe(expected);
    expect(answer).toContain('ERR_HANDLER_TIMEOUT');
    expect(stage.channel.status.rejected).toMatchObject({ ERR_CHANNEL_MAC: 1 });
    return expect(stage.done).toEqual(['asks price_of']);
  });
});

import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../../base/bytes.ts';
import {
  answerOn,
  AskingChannel,
  type ByteStream,
  type ChannelBounds,
} from '../../../../peer/transports/channel.ts';
import { FrameReader, writeFrame } from '../../../../peer/transports/framing.ts';
import { VirtualClock } from '../../../../peer/index.ts';

const frame = (text: string, id = 1) => ({ kind: 'request' as const, id, body: utf8(text) });
const BOUNDS: ChannelBounds = {
  frameBytesMax: 1000,
  waitingBytesMax: 100,
  waitingMax: 3,
  underWayMax: 2,
  answerWaitMs: 500,
};
const turn = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

/** Two ends of a stream, in one process. */
function streams() {
  const make = () => {
    const state = { isPaused: false, aborted: undefined as Error | undefined, held: [] as Uint8Array[] };
    const data: ((bytes: Uint8Array) => void)[] = [];
    const close: (() => void)[] = [];
    const deliver = (bytes: Uint8Array): void => {
      if (state.isPaused) state.held.push(bytes);
      else for (const listener of data) listener(bytes);
    };
    return { state, data, close, deliver };
  };
  const [a, b] = [make(), make()];
  const end = (own: typeof a, other: typeof a): ByteStream => ({
    send: bytes => (queueMicrotask(() => other.deliver(bytes)), true),
    drained: async () => undefined,
    pause: () => void (own.state.isPaused = true),
    resume: () => {
      own.state.isPaused = false;
      for (const bytes of own.state.held.splice(0)) own.deliver(bytes);
    },
    abort: reason => {
      own.state.aborted ??= reason;
      for (const listener of [...own.close, ...other.close]) listener();
    },
    onData: listener => void own.data.push(listener),
    onClose: listener => void own.close.push(listener),
  });
  return { a: end(a, b), b: end(b, a), states: { a: a.state, b: b.state } };
}

describe('FrameReader', () => {
  it('puts frames together, however they are cut', () => {
    const bytes = concat(writeFrame(frame('one')), writeFrame(frame('', 2)), writeFrame(frame('three', 3)));
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new FrameReader(100);
      const found = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...reader.push(bytes.slice(at, at + size)));
      expect(found).toEqual([frame('one'), frame('', 2), frame('three', 3)]);
    }
  });

  it.each([
    ['a length over the bound', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0)],
    ['an unknown kind', Uint8Array.of(0, 0, 0, 0, 2, 0, 0, 0, 0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => new FrameReader(100).push(bytes)).toThrow(
      expect.objectContaining({ code: 'ERR_LINK_FRAME' }) as Error,
    );
  });
});

describe('a channel', () => {
  it('answers requests in any order', async () => {
    const { a, b } = streams();
    const waiting: (() => void)[] = [];
    answerOn(b, BOUNDS, body => new Promise(resolve => void waiting.push(() => resolve(concat(body, body)))));
    const channel = new AskingChannel(a, BOUNDS, new VirtualClock(0));
    const replies = Promise.all([channel.request(utf8('x')), channel.request(utf8('y'))]);
    await turn();
    for (const answer of waiting.toReversed()) answer();
    expect(await replies).toEqual([
      { ok: true, frame: utf8('xx') },
      { ok: true, frame: utf8('yy') },
    ]);
  });

  it('refuses what would wait beyond its bounds, and takes more once there is room', async () => {
    const { a, b } = streams();
    const answers: (() => void)[] = [];
    answerOn(b, BOUNDS, body => new Promise(resolve => void answers.push(() => resolve(body))));
    const channel = new AskingChannel(a, BOUNDS, new VirtualClock(0));
    // The first may be of any size; a second of that size has no room.
    const first = channel.request(new Uint8Array(500));
    expect(await channel.request(new Uint8Array(500))).toMatchObject({ ok: false, kind: 'transient' });
    await turn();
    answers[0]?.();
    expect(await first).toMatchObject({ ok: true });
    const few = [channel.request(utf8('1')), channel.request(utf8('2')), channel.request(utf8('3'))];
    expect(await channel.request(utf8('4'))).toMatchObject({ ok: false, kind: 'transient' });
    await turn();
    // Two are under way; the third is read when one is answered.
    expect(answers).toHaveLength(3);
    for (const answer of answers.slice(1)) answer();
    await turn();
    answers[3]?.();
    expect((await Promise.all(few)).every(({ ok }) => ok)).toBe(true);
  });

  it('stops to read while too many requests are under way', async () => {
    const { a, b, states } = streams();
    answerOn(b, BOUNDS, () => new Promise(() => undefined));
    const channel = new AskingChannel(a, BOUNDS, new VirtualClock(0));
    for (const text of ['1', '2']) void channel.request(utf8(text));
    await turn();
    expect(states.b.isPaused).toBe(true);
  });

  it('sends the frames of one turn together, and begins no more of them than may be under way', async () => {
    const { a, b } = streams();
    const pieces: number[] = [];
    const begun: string[] = [];
    const answers: (() => void)[] = [];
    b.onData(bytes => void pieces.push(bytes.length));
    answerOn(b, BOUNDS, body => {
      begun.push(new TextDecoder().decode(body));
      return new Promise(resolve => void answers.push(() => resolve(body)));
    });
    const channel = new AskingChannel(a, BOUNDS, new VirtualClock(0));
    const replies = ['1', '2', '3'].map(text => channel.request(utf8(text)));
    await turn();
    expect(pieces).toEqual([3 * writeFrame(frame('1')).length]);
    expect(begun).toEqual(['1', '2']);
    answers[0]?.();
    await turn();
    expect(begun).toEqual(['1', '2', '3']);
    for (const answer of answers) answer();
    expect((await Promise.all(replies)).every(({ ok }) => ok)).toBe(true);
  });

  it('a large frame is not copied together with others', async () => {
    const { a, b } = streams();
    const pieces: number[] = [];
    b.onData(bytes => void pieces.push(bytes.length));
    const large = { ...BOUNDS, waitingBytesMax: 1_000_000 };
    const channel = new AskingChannel(a, large, new VirtualClock(0));
    for (const size of [1, 65_536, 1]) void channel.request(new Uint8Array(size));
    await turn();
    const header = writeFrame(frame('')).length;
    expect(pieces).toEqual([1, 65_536, 1].map(size => size + header));
  });

  it('gives up what is not answered, and a stream that moves nothing', async () => {
    const { a, states } = streams();
    const clock = new VirtualClock(0);
    const channel = new AskingChannel(a, BOUNDS, clock);
    const reply = channel.request(utf8('1'));
    clock.advance();
    expect(await reply).toMatchObject({ ok: false, kind: 'transient' });
    expect([channel.isClosed, states.a.aborted !== undefined]).toEqual([true, true]);
  });

  it('ends a stream on which the other side breaks the rules; requests settle', async () => {
    const { a, b, states } = streams();
    const channel = new AskingChannel(a, BOUNDS, new VirtualClock(0));
    const reply = channel.request(utf8('1'));
    // Requests come where answers are expected.
    b.send(writeFrame(frame('wrong')));
    expect(await reply).toMatchObject({ ok: false, kind: 'transient' });
    expect(states.a.aborted).toMatchObject({ code: 'ERR_LINK_FRAME' });
  });
});

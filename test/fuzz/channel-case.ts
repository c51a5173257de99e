import { concat, fromHex, toHex } from '../../base/bytes.ts';
import { readBootstrap, bootstrapText } from '../../services/channel/bootstrap.ts';
import { frameHmac, NO_NONCES } from '../../services/channel/channel-key.ts';
import type { ChannelKey } from '../../services/channel/channel-key.ts';
import { ChannelError } from '../../services/channel/errors.ts';
import { decodeFrame, encodeFrame } from '../../services/channel/frame.ts';
import type { Direction, Frame } from '../../services/channel/frame.ts';
import type { ChannelMode } from '../../services/index.ts';
import { ChannelStage, said, stripped, type Wire } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';
import { chanceOf, type Chance } from './chance.ts';

/** Calls at a time, as both sides of a case allow. */
const CALLS_MAX = 8;
const CALLS = 6;

/** What somebody on the way makes of a frame, and of all that went before it: pieces of bytes. */
type Change = (frame: Uint8Array, chance: Chance, before: readonly Uint8Array[]) => readonly Uint8Array[];

const at = (frame: Uint8Array, chance: Chance): number => chance.below(frame.length);
const put = (frame: Uint8Array, from: number, bytes: readonly number[]): Uint8Array => {
  const copy = frame.slice();
  copy.set(bytes.slice(0, Math.max(0, copy.length - from)), Math.min(from, copy.length));
  return copy;
};

/** Without a key. */
const CHANGES: Readonly<Record<string, Change>> = {
  'flips a bit': (frame, chance) => {
    const index = at(frame, chance);
    return [put(frame, index, [(frame[index] as number) ^ (1 << chance.below(8))])];
  },
  'sets bytes': (frame, chance) => [put(frame, at(frame, chance), [...chance.bytes(1 + chance.below(8))])],
  'changes a field of the head': (frame, chance) => {
    const [from, size] = chance.of([
      [0, 4],
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 1],
      [8, 8],
      [16, 8],
      [24, 8],
      [32, 2],
    ] as const);
    return [
      put(
        frame,
        from,
        [...chance.bytes(size)].map(byte => (chance.is(0.5) ? byte & 15 : byte)),
      ),
    ];
  },
  'cuts the end': (frame, chance) => [frame.subarray(0, at(frame, chance))],
  'cuts the begin': (frame, chance) => [frame.subarray(at(frame, chance))],
  'puts bytes behind it': (frame, chance) => [frame, chance.bytes(1 + chance.below(40))],
  'puts bytes into it': (frame, chance) => {
    const index = at(frame, chance);
    return [concat(frame.subarray(0, index), chance.bytes(1 + chance.below(8)), frame.subarray(index))];
  },
  'takes the MAC away': frame => [stripped(frame)],
  'doubles it': frame => [frame, frame],
  'leaves it out': () => [],
  'repeats an earlier one': (frame, chance, before) => [
    frame,
    ...(before.length > 0 ? [chance.of(before)] : []),
  ],
  'puts an earlier one in its place': (frame, chance, before) => [chance.some(before) ?? frame],
  'joins two': (frame, chance, before) => {
    const other = chance.some(before) ?? frame;
    return [concat(frame.subarray(0, at(frame, chance)), other.subarray(at(other, chance)))];
  },
  'sends a hundred doubles': frame => Array.from({ length: 101 }, () => frame),
  'sends noise': (_, chance) => [chance.bytes(1 + chance.below(3000))],
};

/** With the key of the connection: by a side that has turned. */
const TURNED: Readonly<Record<string, (frame: Frame, chance: Chance) => Frame>> = {
  'another type': (frame, chance) => ({
    ...frame,
    type: chance.of([
      'hello',
      'welcome',
      'ready',
      'call',
      'answer',
      'cancel',
      'key',
      'taken',
      'ask',
      'reply',
    ]),
  }),
  'another sequence': (frame, chance) => ({ ...frame, sequence: chance.below(20) }),
  'another time': (frame, chance) => ({ ...frame, timeMs: frame.timeMs + chance.below(200_000) - 100_000 }),
  'another name': (frame, chance) => ({ ...frame, name: toHex(chance.bytes(chance.below(90))) }),
  'another number': (frame, chance) => ({
    ...frame,
    content: frame.content.replace(/\d+/, String(chance.of([0, 3, 77, 4294967295, 4294967296, 1e300]))),
  }),
  'other JSON': (frame, chance) => ({
    ...frame,
    content: chance.of([
      '{}',
      '[]',
      '1',
      'null',
      '{"id":0}',
      '{"nonce":"00"}',
      '{"__proto__":{}}',
      '',
      '{"id":0,"result":1}',
      `${'['.repeat(4000)}`,
    ]),
  }),
  'JSON that is cut': (frame, chance) => ({
    ...frame,
    content: frame.content.slice(0, chance.below(frame.content.length + 1)),
  }),
};

const MUTATIONS = [...Object.keys(CHANGES), ...Object.keys(TURNED)];
export const ALL_CHANGES: readonly string[] = MUTATIONS;

export interface Played {
  readonly changes: readonly string[];
  /** Codes that a side has seen, and `served` for calls that were. */
  readonly codes: ReadonlySet<string>;
  /** What must not be, in words. */
  readonly wrong: readonly string[];
}

/** One connection after another, with somebody on the way, or with a side that has turned. */
export async function playCase(seed: number, index: number): Promise<Played> {
  const chance = chanceOf(seed, index);
  const mode: ChannelMode = chance.is(0.8) ? 'enforce' : chance.of(['monitor', 'off']);
  const isTurned = chance.is(0.3);
  const limits = { callsMax: CALLS_MAX, backOffMs: 10, handshakeMs: 500, connectWaitMs: 2000 };
  const stage = await ChannelStage.make({
    hostMode: mode,
    serviceMode: mode,
    host: { limits },
    serve: { limits: { callsMax: CALLS_MAX, handshakeMs: 500 } },
  });
  const first = (stage.serviceKeys as { current(): ChannelKey }).current();
  const changes: string[] = [];
  const before: Uint8Array[] = [];
  const held: Uint8Array[] = [];
  const turned = chance.of([1, 2] as const);
  const from = chance.is(0.5) ? 0 : 4 + chance.below(10);
  const often = chance.of([0.05, 0.2, 0.6]);
  let frames = 0;
  let isHostile = true;
  stage.tap = (frame, direction) => {
    const earlier = [...before];
    before.push(frame);
    frames += 1;
    if (!isHostile || frames < from || !chance.is(often)) return [...held.splice(0), frame];
    if (isTurned) {
      if (direction !== turned) return [frame];
      const name = chance.of(Object.keys(TURNED));
      changes.push(name);
      return [resealed(stage, first, frame, made => (TURNED[name] as (typeof TURNED)[string])(made, chance))];
    }
    if (chance.is(0.15)) {
      changes.push('holds it back');
      held.push(frame);
      return [];
    }
    const name = chance.of(Object.keys(CHANGES));
    changes.push(name);
    return pieces((CHANGES[name] as Change)(frame, chance, earlier), chance);
  };

  const sent: string[] = [];
  const wrong: string[] = [];
  const codes = new Set<string>();
  const calls = Array.from({ length: CALLS }, async (_, i) => {
    const isAsk = chance.is(0.4);
    const item = 'x'.repeat(10 + i);
    sent.push(isAsk ? `price of ${item}` : `to${i} ${i + 1}`);
    const call = isAsk
      ? stage.call('ask', ['prices', 'price_of', [item]])
      : stage.call('pay', [`to${i}`, i + 1]);
    if (i === 2 && chance.is(0.5)) void stage.keys.rotate('bank');
    const decision = await call;
    const expected = isAsk ? 10 + i : { paid: i + 1, to: `to${i}` };
    if (decision.kind === 'served') codes.add('served');
    if (decision.kind === 'served' && mode === 'enforce' && !isTurned)
      if (JSON.stringify(said(decision)) !== JSON.stringify(expected))
        wrong.push(`call ${i} got ${JSON.stringify(said(decision))}`);
  });
  await stage.clock.advance(10_100);
  await Promise.all(calls);

  const { status } = stage.channel;
  for (const { rejected, noted } of [status, stage.server.status])
    for (const code of [...Object.keys(rejected), ...Object.keys(noted)]) codes.add(code);
  if (status.calls !== 0) wrong.push(`${status.calls} calls have not ended`);
  if (stage.server.status.connections > 8) wrong.push('too many connections');
  if (stage.done.includes('cleared')) wrong.push('a management function ran');
  if (mode === 'enforce' && !isTurned) wrong.push(...effects(stage.done, sent));
  if (stage.log.length > 3 * 62) wrong.push(`${stage.log.length} entries in the log of ten seconds`);
  if (mode === 'enforce' && !isTurned) wrong.push(...(await recovered(stage, () => (isHostile = false))));
  wrong.push(...bootstraps(stage, first, chance));
  stage.channel.close();
  stage.server.close();
  await settle();
  return { changes, codes, wrong };
}

/** What was done, was sent, and was done once. */
function effects(done: readonly string[], sent: readonly string[]): string[] {
  const all = done.filter(one => one !== 'asks price_of');
  return [
    ...all.filter(one => !sent.includes(one)).map(one => `\`${one}\` was done and not sent`),
    ...all.filter((one, i) => all.indexOf(one) !== i).map(one => `\`${one}\` was done twice`),
  ];
}

/**
 * As soon as nobody is on the way any more, a service whose key counts is called again. That the last message was left out shows only when
 * another one comes: the first call may end that connection.
 */
async function recovered(stage: ChannelStage, end: () => void): Promise<string[]> {
  end();
  const answers: string[] = [];
  for (let i = 0; i < 2; i++) {
    await stage.clock.advance(61_000);
    const key = stage.serviceKeys?.current();
    if (key === undefined || stage.keys.find('bank', key.id) === undefined) return [];
    const answer = JSON.stringify(await stage.pay('afterwards', 7));
    if (answer === '{"paid":7,"to":"afterwards"}') return [];
    answers.push(`afterwards: ${answer}`);
  }
  return answers;
}

/** A one-time key that was changed is none, or another one; reading it gives the key or the one error. */
function bootstraps(stage: ChannelStage, key: ChannelKey, chance: Chance): string[] {
  const text = bootstrapText(key);
  const index = chance.below(text.length);
  const changed =
    text.slice(0, index) +
    chance.of(['', 'A', '=', ' ', '\0', 'é', '.']) +
    text.slice(index + chance.below(3));
  try {
    const read = readBootstrap(changed);
    const isSame = toHex(read.id) === toHex(key.id) && toHex(read.secret) === toHex(key.secret);
    const isFound = stage.keys.find('bank', read.id) !== undefined;
    return isFound && !isSame && toHex(read.id) !== toHex(key.id) ? ['a made-up key counts'] : [];
  } catch (error) {
    return error instanceof ChannelError && error.code === 'ERR_CHANNEL_BOOTSTRAP'
      ? []
      : [`readBootstrap: ${error}`];
  }
}

/** A link delivers pieces of any size. */
function pieces(all: readonly Uint8Array[], chance: Chance): readonly Uint8Array[] {
  if (!chance.is(0.3)) return all;
  return all.flatMap(bytes => {
    const cut = chance.below(bytes.length + 1);
    return [bytes.subarray(0, cut), bytes.subarray(cut)];
  });
}

/** A frame with other fields, under the key of its connection. */
function resealed(
  stage: ChannelStage,
  first: ChannelKey,
  bytes: Uint8Array,
  change: (frame: Frame) => Frame,
): Uint8Array {
  const { signed: _, mac: __, ...frame } = decodeFrame(bytes.subarray(4));
  const made = change(frame);
  const { keyId } = frame;
  if (keyId === undefined) return encodeFrame(made, undefined);
  const known = [first, stage.serviceKeys?.current(), stage.keys.find('bank', keyId)];
  const key = known.find(one => one !== undefined && toHex(one.id) === toHex(keyId));
  if (key === undefined) return bytes;
  const wire =
    stage.wires.find(({ sent }) => sent.some(one => one.frame === bytes)) ?? (stage.wires.at(-1) as Wire);
  const nonceOf = (direction: Direction, type: number): Uint8Array => {
    const found = wire.sent.find(one => one.direction === direction && one.frame[5] === type);
    const text = found && /"nonce":"(\w+)"/.exec(decodeFrame(found.frame.subarray(4)).content)?.[1];
    return (text === undefined ? undefined : fromHex(text)) ?? NO_NONCES.host;
  };
  const { type } = frame;
  const nonces = {
    host: type === 'hello' || type === 'welcome' ? NO_NONCES.host : nonceOf(1, 2),
    service: type === 'hello' ? NO_NONCES.service : nonceOf(2, 1),
  };
  return encodeFrame(made, frameHmac(key, frame.direction, nonces));
}

import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concat, toHex, utf8 } from '../../base/bytes.ts';
import { bootstrapText, readBootstrap } from '../../services/channel/bootstrap.ts';
import {
  askContent,
  readAsk,
  readCancel,
  readReply,
  replyContent,
} from '../../services/channel/call-message.ts';
import { frameHmac, NO_NONCES, wrapped } from '../../services/channel/channel-key.ts';
import type { ChannelKey } from '../../services/channel/channel-key.ts';
import { ChannelError } from '../../services/channel/errors.ts';
import { decodeFrame, encodeFrame, FROM_HOST, FROM_SERVICE } from '../../services/channel/frame.ts';
import type { Direction, Frame, FrameType } from '../../services/channel/frame.ts';
import { ROOT } from '../support/cli.ts';

const FILE = join(import.meta.dirname, 'vectors/channel.json');
const EXAMPLE = join(ROOT, 'examples/12-remote-service');
const hasPython = spawnSync('python3', ['--version']).status === 0;

const filled = (byte: number, size: number): Uint8Array => new Uint8Array(size).fill(byte);
const bootstrap: ChannelKey = { id: filled(0xb0, 8), secret: filled(0xb1, 32) };
const key: ChannelKey = { id: filled(0xc0, 8), secret: filled(0xc1, 32) };
const host = filled(0x11, 16);
const service = filled(0x22, 16);
const nonces = { host, service };
const timeMs = 1_700_000_000_000;

/** One connection, from hello to the answer of a call. */
const CONNECTION: readonly (readonly [
  type: FrameType,
  direction: Direction,
  used: ChannelKey,
  nonces: typeof nonces,
  sequence: number,
  name: string,
  content: string,
])[] = [
  ['hello', 2, bootstrap, NO_NONCES, 0, 'stock', `{"nonce":"${toHex(service)}"}`],
  ['welcome', 1, bootstrap, { ...NO_NONCES, service }, 0, 'stock', `{"nonce":"${toHex(host)}"}`],
  ['ready', 2, bootstrap, nonces, 1, 'stock', '{}'],
  [
    'key',
    1,
    bootstrap,
    nonces,
    1,
    'stock',
    `{"id":"${toHex(key.id)}","wrapped":"${toHex(wrapped(bootstrap, nonces, key))}"}`,
  ],
  ['taken', 2, bootstrap, nonces, 2, 'stock', `{"id":"${toHex(key.id)}"}`],
  ['call', 1, key, nonces, 2, 'reserve', '{"id":0,"arguments":["äpples",1.0]}'],
  [
    'ask',
    2,
    key,
    nonces,
    3,
    'price_of',
    '{"id":0,"ask":0,"arguments":["äpples",1.0],"service":"prices","function":"price_of"}',
  ],
  ['reply', 1, key, nonces, 3, 'price_of', '{"id":0,"ask":0,"result":2.0}'],
  [
    'ask',
    2,
    key,
    nonces,
    4,
    'clear',
    '{"id":0,"ask":1,"arguments":[],"service":"prices","function":"clear"}',
  ],
  [
    'reply',
    1,
    key,
    nonces,
    4,
    'clear',
    '{"id":0,"ask":1,"fail":"`prices.clear` is not on the allow-list","details":null}',
  ],
  ['answer', 2, key, nonces, 5, 'reserve', '{"id":0,"result":{"left":6}}'],
  ['cancel', 1, key, nonces, 5, 'reserve', '{"id":0}'],
];

const frames = CONNECTION.map(([type, direction, used, seen, sequence, name, content]) => {
  const frame: Frame = { type, direction, keyId: used.id, sequence, timeMs, name, content };
  return { frame, hmac: frameHmac(used, direction, seen), used, seen };
});
const unkeyed: Frame = { type: 'hello', direction: 2, sequence: 0, timeMs, name: 'stock', content: '{}' };

/** What the file has. */
const vectors = {
  bootstrap: { id: toHex(bootstrap.id), secret: toHex(bootstrap.secret), text: bootstrapText(bootstrap) },
  key: { id: toHex(key.id), secret: toHex(key.secret) },
  nonces: { host: toHex(host), service: toHex(service) },
  wrapped: toHex(wrapped(bootstrap, nonces, key)),
  frames: frames.map(({ frame: { keyId, ...frame }, hmac, seen }) => ({
    ...frame,
    keyId: toHex(keyId as Uint8Array),
    hostNonce: toHex(seen.host),
    serviceNonce: toHex(seen.service),
    bytes: toHex(encodeFrame({ keyId, ...frame }, hmac)),
  })),
  unkeyed: { ...unkeyed, bytes: toHex(encodeFrame(unkeyed, undefined)) },
};

describe('channels', () => {
  it('are encoded as the vectors say', async () => {
    await expect(`${JSON.stringify(vectors, null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it('are read as they were written', () => {
    for (const { frame, hmac } of frames) {
      const { signed, mac, ...read } = decodeFrame(encodeFrame(frame, hmac).subarray(4));
      expect(read).toEqual(frame);
      expect(hmac.of(signed)).toEqual(mac);
    }
    expect(readBootstrap(bootstrapText(bootstrap))).toEqual(bootstrap);
    expect(wrapped(bootstrap, nonces, { ...key, secret: wrapped(bootstrap, nonces, key) })).toEqual(
      key.secret,
    );
  });

  it('have MACs as another implementation computes them', () => {
    const hmacOf = (secret: Uint8Array, data: Uint8Array): Uint8Array =>
      createHmac('sha256', secret).update(data).digest();
    for (const { frame, hmac, used, seen } of frames) {
      const label = concat(
        utf8('beryl/channel/1'),
        Uint8Array.of(0, frame.direction),
        seen.host,
        seen.service,
      );
      const bytes = encodeFrame(frame, hmac);
      const mac = hmacOf(hmacOf(used.secret, label), bytes.subarray(4, -32));
      expect(toHex(bytes.subarray(-32))).toBe(toHex(mac));
    }
  });

  it.skipIf(!hasPython)('are the same in Python (skipped where there is no python3)', () => {
    const program = `
import json, sys
from beryl_channel import *
v = json.load(sys.stdin)
secrets_of = {v[name]["id"]: bytes.fromhex(v[name]["secret"]) for name in ("bootstrap", "key")}
kinds = dict(hello=HELLO, welcome=WELCOME, ready=READY, call=CALL, answer=ANSWER, cancel=CANCEL, key=KEY, taken=TAKEN, ask=ASK, reply=REPLY)
for f in v["frames"]:
    used = derived(secrets_of[f["keyId"]], f["direction"], bytes.fromhex(f["hostNonce"]), bytes.fromhex(f["serviceNonce"]))
    made = encode(kinds[f["type"]], f["direction"], bytes.fromhex(f["keyId"]), used, f["sequence"], f["timeMs"], f["name"], f["content"])
    assert made.hex() == f["bytes"], f
    assert decode(made[4:])[7] == f["content"]
print(len(v["frames"]))
`;
    const env = { ...process.env, PYTHONPATH: EXAMPLE, PYTHONDONTWRITEBYTECODE: '1' };
    const end = spawnSync('python3', ['-c', program], {
      encoding: 'utf8',
      env,
      input: JSON.stringify(vectors),
    });
    expect(end.stderr).toBe('');
    expect(Number(end.stdout)).toBe(CONNECTION.length);
  });

  it('calls of a service are written and read as the vectors say', () => {
    const contents = frames.map(({ frame: { type, content } }) => ({ type, content }));
    for (const { content } of contents.filter(({ type }) => type === 'ask')) {
      const { id, ask, ...call } = readAsk(content);
      expect(askContent({ id, ask }, call)).toBe(content);
    }
    for (const { content } of contents.filter(({ type }) => type === 'reply')) {
      const { answer, ...askId } = readReply(content);
      expect(replyContent(askId, answer)).toBe(content);
    }
  });

  it.each([
    ['an ask without a number', () => readAsk('{"id":0,"service":"a","function":"b","arguments":[]}')],
    ['an ask with more', () => readAsk('{"id":0,"ask":0,"service":"a","function":"b","arguments":[],"x":1}')],
    ['an ask that is 1.0', () => readAsk('{"id":0,"ask":1.0,"service":"a","function":"b","arguments":[]}')],
    ['arguments in an object', () => readAsk('{"id":0,"ask":0,"service":"a","function":"b","arguments":{}}')],
    ['a reply with two ends', () => readReply('{"id":0,"ask":0,"result":1,"fail":"no"}')],
    ['a reply without an end', () => readReply('{"id":0,"ask":0}')],
    ['a cancel with more', () => readCancel('{"id":0,"ask":0}')],
    ['no object', () => readReply('[]')],
  ])('refuse %s', (_, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_CHANNEL_FRAME' }) as Error);
  });

  const good = encodeFrame(unkeyed, undefined).subarray(4);
  const with_ = (at: number, byte: number): Uint8Array => good.map((old, i) => (i === at ? byte : old));
  it.each([
    ['nothing', new Uint8Array(0)],
    ['another version', with_(0, 2)],
    ['an unknown type', with_(1, 11)],
    ['no direction', with_(2, 0)],
    ['a third kind of MAC', with_(3, 2)],
    ['a sequence over 2^53', with_(12, 0xff)],
    ['a name beyond the end', with_(28, 0xff)],
    ['a content beyond the end', with_(30 + 5, 1)],
    ['a MAC that is not there', with_(3, 1)],
    ['a name that is not UTF-8', with_(30, 0xff)],
    ['bytes behind the end', concat(good, Uint8Array.of(0))],
  ])('refuse %s', (_, body) => {
    expect(() => decodeFrame(body)).toThrow(ChannelError);
    expect(() => decodeFrame(body)).toThrow(expect.objectContaining({ code: 'ERR_CHANNEL_FRAME' }) as Error);
  });

  it('directions are those of the page', () => {
    expect([FROM_HOST, FROM_SERVICE]).toEqual([1, 2]);
    expect(readFileSync(join(ROOT, 'docs/spec/channel.md'), 'utf8')).toContain('vectors/channel.json');
  });
});

import { describe, expect, it } from 'vitest';
import { FRAME_BYTES_MAX } from '../../services/channel/limits.ts';
import { ChannelStage } from '../support/channel-stage.ts';
import { settle } from '../unit/services/harness.ts';
import { chanceOf } from './chance.ts';
import { ALL_CHANGES, playCase } from './channel-case.ts';

/**
 * Channels under frames that are changed, cut, reordered, doubled and made up, from hello on, in both directions; and with a side that has
 * turned and holds the key. `npm run fuzz:channels -- --long` plays 5 000 cases, `--seed`, `--cases` and `--case channel:N` choose.
 */
const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const isLong = process.env['BERYL_LONG'] === '1';
const CASES = Number(process.env['BERYL_COUNT'] ?? (isLong ? 5000 : 120));
const [, only] = /^channel:(\d+)$/.exec(process.env['BERYL_CASE'] ?? '') ?? [];
/** From so many cases on, chance must bring about each change and each code. */
const CASES_OF_ALL = 100;
const CODES = [
  'served',
  ...['FRAME', 'DIRECTION', 'UNKEYED', 'KEY', 'MAC', 'SEQUENCE', 'TIME', 'ENDED', 'FLOOD'].map(
    code => `ERR_CHANNEL_${code}`,
  ),
];

describe('channels', () => {
  it(`processes nothing that was not sent, nothing twice, and goes on afterwards (seed ${SEED}, ${CASES} cases)`, async () => {
    const [changes, codes] = [new Set<string>(), new Set<string>()];
    const failures: string[] = [];
    const first = only === undefined ? 0 : Number(only);
    const last = only === undefined ? CASES : first + 1;
    for (let i = first; i < last; i++) {
      const played = await playCase(SEED, i);
      played.changes.forEach(change => changes.add(change));
      played.codes.forEach(code => codes.add(code));
      failures.push(...played.wrong.map(what => `--seed ${SEED} --case channel:${i}: ${what}`));
    }
    expect(failures).toEqual([]);
    if (last - first < CASES_OF_ALL) return;
    expect(ALL_CHANGES.filter(change => !changes.has(change))).toEqual([]);
    expect(CODES.filter(code => !codes.has(code))).toEqual([]);
  }, 3_600_000);

  it.each([
    ['before hello or welcome', false, 1000, 1000],
    ['on an open connection', true, FRAME_BYTES_MAX, 65_536],
  ])('takes no more of a stream without end than one message: %s', async (_, isOpen, most, size) => {
    for (const direction of [1, 2] as const) {
      const stage = await ChannelStage.make();
      if (!isOpen) stage.tap = () => [];
      const opened = stage.channel.open().catch(() => undefined);
      await settle();
      const { wire } = stage;
      const announced = new Uint8Array(4);
      new DataView(announced.buffer).setUint32(0, most);
      wire.inject(announced, direction);
      const noise = chanceOf(SEED, direction).bytes(size);
      let taken = 0;
      while (!wire.isClosed && taken < 3 * most) {
        wire.inject(noise, direction);
        await settle();
        if (!wire.isClosed) taken += size;
      }
      const { rejected } = direction === 1 ? stage.server.status : stage.channel.status;
      expect(Object.keys(rejected)).toEqual(['ERR_CHANNEL_FRAME']);
      expect(taken).toBeLessThanOrEqual(most + size);
      stage.channel.close();
      stage.server.close();
      await opened;
    }
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { childProcess } from '../../channels/index.ts';
import {
  createChannel,
  createKeyService,
  type AnswerAsk,
  type Channel,
  type ChannelAnswer,
  type ChannelCall,
  type ChannelMode,
  type ServiceAsk,
} from '../../services/index.ts';
import { ROOT } from '../support/cli.ts';

const EXAMPLE = join(ROOT, 'examples/12-remote-service');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const SERVICES = [
  { language: 'JavaScript', command: process.execPath, file: join(EXAMPLE, 'serve.mjs'), isHere: true },
  { language: 'Python', command: 'python3', file: join(EXAMPLE, 'stock.py'), isHere: hasPython },
];

const channels: Channel[] = [];
afterEach(() => channels.splice(0).forEach(channel => channel.close()));

async function channelTo(command: string, file: string, mode: ChannelMode = 'enforce') {
  const lines: string[] = [];
  const channel = createChannel({
    name: 'stock',
    mode,
    keys: await createKeyService(),
    connector: childProcess({
      command,
      args: [file],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      onErrorLine: line => lines.push(line),
    }),
    limits: { backOffMs: 20, connectWaitMs: 60_000 },
  });
  channels.push(channel);
  return { channel, lines };
}

const reserve = (item: string, count: number, idempotencyKey = `${item} ${count}`): ChannelCall => ({
  service: 'stock',
  function: 'reserve',
  argumentsJson: JSON.stringify([item, count]),
  tetraplets: [[{ peerId: 'p', serviceId: '', functionName: '', getter: '' }], []],
  elementwise: [false, false],
  peerId: 'p',
  initPeerId: 'p',
  particleId: 'p',
  timestamp: 0,
  ttl: 1,
  remainingMs: 30_000,
  idempotencyKey,
});
/** Starting processes takes long on a busy machine. */
const LONG_MS = 180_000;
const noEnd = (): AbortSignal => new AbortController().signal;

describe.each(SERVICES)('a service in $language', ({ language, command, file, isHere }) => {
  const itHere = it.skipIf(!isHere);

  itHere(
    `prints what the example says (needs ${language})`,
    () => {
      const args = [join(EXAMPLE, 'host.mjs'), command, file];
      const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      expect(stderr).toBe('');
      expect(stdout).toBe(readFileSync(join(EXAMPLE, 'expected.txt'), 'utf8'));
      expect(status).toBe(0);
    },
    LONG_MS,
  );

  itHere(
    `answers many calls, refuses, and takes new keys meanwhile (needs ${language})`,
    async () => {
      const { channel } = await channelTo(command, file);
      await channel.open();
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => channel.call(reserve('apples', 1, `k${i}`), noEnd())),
      );
      expect(answers.filter(answer => 'resultJson' in answer)).toHaveLength(10);
      expect(answers.at(-1)).toMatchObject({ fail: 'not enough apples' });
      expect(channel.status).toMatchObject({ state: 'open', connections: 1, rejected: {} });
    },
    LONG_MS,
  );

  itHere(
    `calls services of the peer while it performs calls (needs ${language})`,
    async () => {
      const { channel } = await channelTo(command, file);
      const seen: ServiceAsk[] = [];
      const answer = (ask: ServiceAsk): Promise<ChannelAnswer> => {
        seen.push(ask);
        const [item] = JSON.parse(ask.argumentsJson) as string[];
        const isKnown = item === 'apples' || item === 'pears';
        return Promise.resolve(isKnown ? { resultJson: '2' } : { fail: 'no such item', details: null });
      };
      const value = (item: string, answerAsk?: AnswerAsk): Promise<ChannelAnswer> =>
        channel.call(
          { ...reserve(item, 1), function: 'value', argumentsJson: JSON.stringify([item]) },
          noEnd(),
          answerAsk,
        );
      const items = ['apples', 'plums', 'pears', 'apples'];
      const ends = await Promise.all(items.map(item => value(item, answer)));
      expect(ends).toMatchObject([
        { resultJson: '20' },
        { fail: expect.stringContaining('no such item') as string },
        { resultJson: '6' },
        { resultJson: '20' },
      ]);
      expect(seen.map(({ service, function: fn, argumentsJson }) => [service, fn, argumentsJson])).toEqual(
        items.map(item => ['prices', 'price_of', JSON.stringify([item])]),
      );
      expect(await value('apples')).toMatchObject({
        fail: expect.stringContaining('may call no other services') as string,
      });
      expect(channel.status).toMatchObject({ state: 'open', connections: 1, rejected: {} });
    },
    LONG_MS,
  );

  itHere(
    `a call that is given up while it waits for the peer ends, and the next one is performed (needs ${language})`,
    async () => {
      const { channel } = await channelTo(command, file);
      const controller = new AbortController();
      let asked: () => void = () => undefined;
      const hasAsked = new Promise<void>(resolve => (asked = resolve));
      const given = channel
        .call(
          { ...reserve('apples', 1), function: 'value', argumentsJson: '["apples"]' },
          controller.signal,
          () => new Promise(() => asked()),
        )
        .catch((error: unknown) => error);
      await hasAsked;
      controller.abort();
      expect(await given).toMatchObject({ code: 'ERR_CHANNEL_CANCELLED' });
      expect(await channel.call(reserve('apples', 4), noEnd())).toMatchObject({
        resultJson: '{"item":"apples","left":6}',
      });
      expect(channel.status).toMatchObject({ connections: 1, rejected: {} });
    },
    LONG_MS,
  );

  itHere(
    `is started again when it was killed (needs ${language})`,
    async () => {
      const { channel } = await channelTo(command, file);
      const { resultJson: before } = (await channel.call(reserve('apples', 4), noEnd())) as {
        resultJson: string;
      };
      const children = spawnSync('pgrep', ['-P', String(process.pid), '-f', file], { encoding: 'utf8' });
      const pids = children.stdout.trim().split('\n').map(Number);
      expect(pids).toHaveLength(1);
      process.kill(pids[0] as number, 'SIGKILL');
      await expect.poll(() => channel.status.connections, { timeout: 90_000 }).toBe(2);
      const after = await channel.call(reserve('apples', 4), noEnd());
      // What it kept in memory is gone: state that must last belongs into a database.
      expect([before, after]).toEqual([
        '{"item":"apples","left":6}',
        { resultJson: '{"item":"apples","left":6}' },
      ]);
    },
    LONG_MS,
  );
});

describe('a service in JavaScript', () => {
  it(
    'without a one-time key does not start, and says why',
    () => {
      const { BERYL_CHANNEL_KEY: _, ...env } = process.env;
      const end = spawnSync(process.execPath, [join(EXAMPLE, 'serve.mjs')], {
        encoding: 'utf8',
        env,
        input: '',
      });
      expect(end.status).not.toBe(0);
      expect(end.stderr).toContain('ERR_CHANNEL_BOOTSTRAP');
    },
    LONG_MS,
  );
});

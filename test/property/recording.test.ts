import { expect, it } from 'vitest';
import { memorySource, MemorySink, Recorder, replay } from '../../audit/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { createSimulation, seededRandom } from '../../peer/index.ts';
import { defineService, fail, okJson, startService, type ServiceInstance } from '../../services/index.ts';
import { answer, PEERS } from '../differential/services.ts';
import { idOf, seedOf } from '../support/cast.ts';
import { Forgery, RECORDER, TRUST, verdictOf, verifyText } from '../support/recording.ts';
import { programs, PROGRAMS, TIMEOUT } from './play.ts';

const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;
const FUNCTIONS = [
  'string',
  'number',
  'object',
  'array',
  'objects',
  'peers',
  'who',
  'empty',
  'next',
  'numbers',
  'words',
  'fail',
  'crash',
  'broken',
  'echo',
];

/** Answers as the oracle's services do; what is not JSON there fails here. */
function serviceOf(name: string): ServiceInstance {
  const declared = FUNCTIONS.map(fn => [
    fn,
    {
      arguments: {},
      rest: anything,
      guards: {},
      handler: (_: unknown, { argumentsJson }: { argumentsJson: string }) => {
        const { retCode, text } = answer(idOf(name), fn, argumentsJson);
        return retCode === 0 ? okJson(text) : fail(text);
      },
    },
  ]);
  return startService(defineService({ id: 's', functions: Object.fromEntries(declared) as never }));
}

/** Records a random program on a network that loses, doubles and reorders. */
async function record(air: string, seed: number): Promise<string> {
  const simulation = createSimulation({ seed, startMs: 1_700_000_000_000 });
  const random = seededRandom(seed);
  simulation.network.faults = {
    latencyMs: [1, 100],
    duplication: random.next() < 0.5 ? 0.3 : 0,
    loss: random.next() < 0.3 ? 0.1 : 0,
  };
  const sink = new MemorySink();
  const recorder = new Recorder({
    sink,
    origin: 'x',
    signer: RECORDER,
    clock: simulation.clock,
    checkpointEvery: 16,
  });
  const peers = PEERS.map(name => {
    const services = [serviceOf(name)];
    recorder.addPeer({ peerId: idOf(name), name, rules: { services } });
    return simulation.addPeer({ secretKey: seedOf(name), services, observer: recorder });
  });
  peers[0]?.run(air).done.catch(() => undefined);
  await simulation.settle();
  await simulation.runToEnd();
  recorder.end();
  return sink.text();
}

/** A stream that feeds itself ends by a race; where an answer is lost it may not. */
const ends = (air: string): boolean => !air.includes('"next"');

it(
  'verify(record(network)) = equal; replay(record(network)) = network, whatever is lost, doubled or late',
  async () => {
    const trust = { ...TRUST, peers: new Map(PEERS.map(name => [idOf(name), name])) };
    let calls = 0;
    for (const { air, seed } of programs(PROGRAMS / 8, { size: 14 }, ends)) {
      const text = await record(air, seed);
      const report = verifyText(text, { trust });
      expect([verdictOf(report), air]).toEqual([
        expect.stringMatching(/^equal (complete$|unproven missing-peer$)/),
        air,
      ]);
      expect(replay(memorySource(utf8(text))).equal).toBe(true);
      calls += new Forgery(text).all('decision').length;
    }
    expect(calls).toBeGreaterThan(PROGRAMS / 8);
  },
  TIMEOUT,
);

import { expect, it } from 'vitest';
import { z } from 'zod';
import { utf8 } from '../../../base/bytes.ts';
import { MemorySink, memorySource, Recorder, verifyRecordings } from '../../../audit/index.ts';
import { createSimulation } from '../../../peer/index.ts';
import { defineService, startService, type ServiceDefinition } from '../../../services/index.ts';
import { idOf, seedOf } from '../../support/cast.ts';

const SOURCE = 'ab'.repeat(32);

it('a recording names the code that answered, and the calls that the handler made', async () => {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const sink = new MemorySink();
  const recorder = new Recorder({ sink, origin: 'test', clock: simulation.clock });
  const stock = defineService({
    id: 'stock',
    functions: { price: { arguments: {}, guards: {}, result: z.number(), handler: () => 7 } },
  });
  const shop = defineService({
    id: 'shop',
    functions: {
      quote: {
        arguments: {},
        guards: {},
        handler: async (_, call) => (await call.callService('stock', 'price', [])).kind,
      },
    },
  });
  const services = [startService({ ...shop, source: SOURCE } as ServiceDefinition), startService(stock)];
  recorder.addPeer({ peerId: idOf('alice'), name: 'alice', rules: { services } });
  const peer = simulation.addPeer({ secretKey: seedOf('alice'), services, observer: recorder });
  const run = peer.run('(call %init_peer_id% ("shop" "quote") [] x)').done.catch((failure: Error) => failure);
  await simulation.settle();
  expect(await run).toBeNull();
  recorder.end();
  const text = sink.text();
  expect(text).toContain(`"source":"${SOURCE}"`);
  expect(text).toContain('{"args":"[]","function":"price","result":"7","retCode":0,"service":"stock"}');
  const report = verifyRecordings([memorySource(utf8(text))]);
  expect(report.findings.filter(({ content }) => content !== 'unknown-key')).toEqual([]);
});

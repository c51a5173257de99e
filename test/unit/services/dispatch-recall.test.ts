import { expect, it } from 'vitest';
import type { CallEvent, Recall } from '../../../services/index.ts';
import { defineService, fail, startService } from '../../../services/index.ts';
import { createSimulation } from '../../../peer/index.ts';
import { idOf, seedOf } from '../../support/cast.ts';

it('an earlier answer stands for a call: the rules are checked, the handler does not run', async () => {
  let ran = 0;
  const service = startService(
    defineService({
      id: 's',
      functions: {
        count: { arguments: {}, guards: {}, handler: () => (ran += 1) },
        fails: {
          arguments: {},
          guards: {},
          handler: () => {
            ran += 1;
            return fail('no');
          },
        },
      },
    }),
  );
  const calls: CallEvent[] = [];
  let recall: Recall = () => undefined;
  const simulation = createSimulation({ seed: 1, startMs: 0 });
  const peer = simulation.addPeer({
    secretKey: seedOf('alice'),
    services: [service],
    recall: call => recall(call),
    observer: { call: event => void calls.push(event) },
  });
  const run = async (fn: string): Promise<CallEvent['decision']> => {
    peer.run(`(xor (call %init_peer_id% ("s" "${fn}") [] x) (null))`);
    await simulation.settle();
    await simulation.runToEnd();
    return (calls.at(-1) as CallEvent).decision;
  };
  const first = { count: await run('count'), fails: await run('fails') };
  expect(ran).toBe(2);
  recall = ({ peerId, request }) => {
    expect(peerId).toBe(idOf('alice'));
    return first[request.functionName as keyof typeof first] as ReturnType<Recall>;
  };
  expect(await run('count')).toMatchObject({ kind: 'served', result: { retCode: 0, resultJson: '1' } });
  expect(await run('fails')).toMatchObject({ kind: 'failed', text: 'no' });
  expect(ran).toBe(2);
});

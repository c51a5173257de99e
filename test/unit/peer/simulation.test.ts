import { describe, expect, it } from 'vitest';
import { createSimulation } from '../../../peer/index.ts';
import { defineService, startService } from '../../../services/index.ts';
import { seedOf } from '../../support/cast.ts';

const START_MS = 1_700_000_000_000;
const SCRIPT = (fn: string): string =>
  `(seq (call %init_peer_id% ("slow" "${fn}") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;

function world(options: { realWorkMs?: number } = {}) {
  const simulation = createSimulation({ seed: 1, startMs: START_MS, ...options });
  const now = (): number => simulation.clock.now() - START_MS;
  const wait = (ms: number): Promise<number> => new Promise(resolve => setTimeout(() => resolve(now()), ms));
  const slow = defineService({
    id: 'slow',
    functions: {
      real: { arguments: {}, guards: {}, timeoutMs: 5, handler: () => wait(30) },
      turns: {
        arguments: {},
        guards: {},
        timeoutMs: 5,
        async handler() {
          for (let i = 0; i < 100; i++) await new Promise<void>(resolve => void setImmediate(resolve));
          return now();
        },
      },
      never: { arguments: {}, guards: {}, timeoutMs: 5, handler: () => new Promise(() => undefined) },
    },
  });
  const peer = simulation.addPeer({ secretKey: seedOf('alice'), services: [startService(slow)] });
  return { simulation, peer, now };
}

describe('virtual time', () => {
  it.each(['real', 'turns'])('stands still while a handler works (%s)', async fn => {
    const { simulation, peer } = world();
    const run = peer.run(SCRIPT(fn));
    await simulation.settle();
    expect(await run.done).toBe(0);
  });

  it('continues when the work takes too long, so that time-outs fire', async () => {
    const { simulation, peer, now } = world({ realWorkMs: 20 });
    const run = peer.run(SCRIPT('never'));
    await simulation.settle();
    await expect(run.done).rejects.toThrow('gave no answer within 5 ms');
    expect(now()).toBe(5);
  });
});

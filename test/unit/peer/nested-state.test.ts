import { expect, it } from 'vitest';
import { memoryStore } from '../../../peer/index.ts';
import { defineService, startService } from '../../../services/index.ts';
import { idOf, withIds } from '../../support/cast.ts';
import { Survivor } from '../../support/crash.ts';
import { Stage } from '../../support/stage.ts';

it('what a call by a service changes is stored, and is there after a restart', async () => {
  const stage = new Stage();
  const lives: { readonly state: { readonly count: number } }[] = [];
  const services = () => {
    const counter = startService(
      defineService({
        id: 'counter',
        state: { count: 0 },
        functions: { add: { arguments: {}, guards: {}, handler: (_, call) => (call.state.count += 1) } },
      }),
    );
    lives.push(counter);
    const outer = defineService({
      id: 'outer',
      functions: {
        run: {
          arguments: {},
          guards: {},
          handler: async (_, call) => (await call.callService('counter', 'add', [])).kind,
        },
      },
    });
    return [counter, startService(outer)];
  };
  const ports = () => ({
    clock: stage.clock,
    transport: stage.network.join(idOf('bob')),
    services: services(),
  });
  const bob = new Survivor('bob', ports, memoryStore());
  const script = withIds(
    '(seq (call "bob" ("outer" "run") [] x) (call "bob" ("callbackSrv" "response") [x]))',
  );
  const peer = await bob.start();
  expect(await stage.end(peer.run(script).done)).toBe('served');
  expect(lives[0]?.state.count).toBe(1);
  await bob.crash();
  await bob.start();
  expect(lives[1]?.state.count).toBe(1);
});

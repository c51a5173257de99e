import { describe, expect, it } from 'vitest';
import { defineService, startService, type CallDecision } from '../../services/index.ts';
import { idOf, withIds } from '../support/cast.ts';
import { LITERAL_RULES } from '../support/literal-bank.ts';
import { World } from '../support/world.ts';

// Goal:    mallory decides which of the customer's literals passes for the customer's own choice.
// Means:   the script raises literals with `fail`; which one has run is mallory's word, and a register holds the object.
// Refused: by literal rules; an object that `fail` composes is an error in both registers, never a literal (executor/instructions/fail.ts).
const bank = defineService({ id: 'bank', functions: LITERAL_RULES });
const adviser = defineService({
  id: 'adviser',
  functions: { choose: { arguments: {}, guards: {}, handler: () => 1 } },
});
const RULES = Object.keys(LITERAL_RULES);

async function decide(script: string, rule: string): Promise<CallDecision | undefined> {
  const world = new World();
  const alice = world.add('alice');
  world.add('mallory', { services: [startService(adviser)] });
  world.add('carol', { services: [startService(bank)] });
  alice.run(withIds(script.replace('RULE', rule))).done.catch(() => undefined);
  await world.simulation.settle();
  return world.calls.find(({ peerId, request }) => peerId === idOf('carol') && request.serviceId === 'bank')
    ?.decision;
}

const pay = (argument: string): string => `(call "carol" ("bank" "RULE") [${argument}])`;
const CHOSEN = '(call "mallory" ("adviser" "choose") [] n)';
const raised = (argument: string): string =>
  `(seq ${CHOSEN} (xor (xor (match n 1 (fail 1 "carol")) (fail 2 "bob")) ${pay(argument)}))`;

describe.each(RULES)('%s', rule => {
  it.each([
    ['%last_error%', '%last_error%.$.message'],
    [':error:', ':error:.$.message'],
    ['the code in %last_error%', '%last_error%.$.error_code'],
    ['the whole of %last_error%', '%last_error%'],
    ['the whole of :error:', ':error:'],
  ])('refuses a raised literal: %s', async (_, argument) => {
    expect(await decide(raised(argument), rule)).toMatchObject({
      kind: 'denied',
      code: 'ERR_CALL_DENIED_GUARD',
    });
  });

  it('refuses one that was kept with `ap`', async () => {
    const script = `(seq ${CHOSEN} (xor (fail 1 "carol") (seq (ap %last_error% e) ${pay('e.$.message')})))`;
    expect(await decide(script, rule)).toMatchObject({ kind: 'denied' });
  });

  it('honest twin: the literal itself, also in the handler of an error', async () => {
    expect(await decide(`(seq ${CHOSEN} ${pay('"carol"')})`, rule)).toMatchObject({ kind: 'served' });
    expect(await decide(`(seq ${CHOSEN} (xor (fail 1 "bob") ${pay('"carol"')}))`, rule)).toMatchObject({
      kind: 'served',
    });
  });
});

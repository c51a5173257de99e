import { expect } from 'vitest';
import { z } from 'zod';
import {
  anyPart,
  defineService,
  derivedOnlyFrom,
  each,
  expectLiteral,
  fail,
  from,
  initPeer,
  literalOf,
  startService,
  whose,
  type CallDecision,
  type Reason,
} from '../../services/index.ts';
import { idOf, withIds } from './cast.ts';
import { World } from './world.ts';

/** Of alice, the customer: everybody she ever paid. */
const book = defineService({
  id: 'book',
  functions: {
    find: {
      arguments: { name: z.json() },
      guards: {},
      handler: ({ name }) =>
        typeof name === 'string' && name.startsWith('nobody')
          ? fail('Mallory')
          : { account: `account of ${JSON.stringify(name)}`, name },
    },
  },
});
/** The key of bob, who delivers data of strangers. */
const mail = defineService({
  id: 'mail',
  functions: {
    read: {
      arguments: {},
      guards: {},
      handler: () => ({
        payee: 'Mallory',
        payees: ['Mallory'],
        field: 'name',
        amount: 5,
        error: { error_code: 7, message: 'Mallory' },
      }),
    },
    bounce: { arguments: {}, guards: {}, handler: () => fail('Mallory') },
  },
});
/** Of dave, who is trusted to compute. */
const calculator = defineService({
  id: 'sums',
  functions: {
    add: { arguments: { a: z.json(), b: z.json().optional() }, guards: {}, handler: () => [1, 2] },
  },
});
const echo = defineService({
  id: 'echo',
  functions: { say: { arguments: { text: z.json() }, guards: {}, handler: ({ text }) => text ?? null } },
});
const chosen = from(initPeer, 'book', 'find', '.$.account', whose(0, literalOf(initPeer)));
const bank = defineService({
  id: 'bank',
  functions: {
    pay: { arguments: { account: z.json() }, guards: { account: chosen }, handler: () => 'paid' },
    pay_all: { arguments: { accounts: z.json() }, guards: { accounts: each(chosen) }, handler: () => 'paid' },
    invest: {
      arguments: { amount: z.json() },
      guards: {
        amount: derivedOnlyFrom(literalOf(initPeer), from(idOf('dave'), 'sums', 'add', anyPart)),
      },
      handler: () => 'paid',
    },
    note: { arguments: { text: z.json() }, guards: { text: expectLiteral() }, handler: () => 'paid' },
  },
});

/** What carol's bank decides about the script of alice. */
export async function decide(script: string): Promise<CallDecision> {
  const world = new World();
  const alice = world.add('alice', { services: [startService(book)] });
  world.add('bob', { services: [startService(mail)] });
  world.add('carol', { services: [startService(bank)] });
  world.add('dave', { services: [startService(calculator), startService(echo)] });
  world.add('mallory', { services: [startService(book), startService(echo)] });
  const run = alice.run(withIds(script));
  run.done.catch(() => undefined);
  await world.simulation.settle();
  expect(world.refusals).toEqual([]);
  const decisions = world.calls.filter(({ request }) => request.serviceId === 'bank');
  expect(decisions).toHaveLength(1);
  return (decisions[0] as { decision: CallDecision }).decision;
}

/** The kinds of the reason, from the argument down. */
function kinds(reason: Reason | undefined): string[] {
  if (reason === undefined) return [];
  if (reason.kind === 'whose' || reason.kind === 'derived') return [reason.kind, ...kinds(reason.reason)];
  if (reason.kind === 'each') return [reason.kind, ...kinds(reason.elements[0]?.reason)];
  if (reason.kind === 'any-of') return [reason.kind, ...reason.reasons.flatMap(kinds)];
  return [reason.kind];
}

export async function denied(script: string): Promise<string> {
  const decision = await decide(script);
  if (decision.kind !== 'denied') return decision.kind;
  expect(decision.code).toBe('ERR_CALL_DENIED_GUARD');
  expect(decision.denial.arguments).toHaveLength(1);
  return kinds(decision.denial.arguments[0]?.reason).join(' ');
}

/** One after the other. */
export const seq = (...instructions: string[]): string =>
  instructions.reduceRight((rest, first) => `(seq ${first} ${rest})`);

export const read = '(call "bob" ("mail" "read") [] mail)';
export const find = (name: string): string => `(call "alice" ("book" "find") [${name}] payee)`;
export const pay = (account: string): string => `(call "carol" ("bank" "pay") [${account}])`;
export const asking = (name: string): string => seq(find(name), pay('payee.$.account'));

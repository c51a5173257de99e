import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Origin, Tetraplet } from '../../../../interpreter/index.ts';
import { Producer, SourcedValue } from '../../../../interpreter/provenance/sourced-value.ts';
import { Value } from '../../../../interpreter/index.ts';
import {
  anyPart,
  createDispatcher,
  createRegistry,
  defineService,
  derivedOnlyFrom,
  each,
  expectInitPeer,
  expectLiteral,
  expectOrigin,
  from,
  initPeer,
  literalOf,
  startService,
  whose,
} from '../../../../services/index.ts';
import type { Guard } from '../../../../services/index.ts';
import { atInstruction } from '../../../support/forge.ts';
import {
  ALICE,
  AUTH,
  HOST,
  START_MS,
  TTL_MS,
  VirtualClock,
  composedOf,
  literal,
  originOf,
  summary,
  tetraplet,
} from '../harness.ts';

/** Dispatches one call, and counts how often origins were looked at: those of the arguments, and those behind them. */
async function looks(guard: Guard | undefined, found: Tetraplet, elements?: number) {
  const looked = { origins: 0, below: 0 };
  const origin: Origin = {
    ...originOf(found),
    record: found.serviceId === '' ? undefined : 'record',
    get arguments() {
      looked.below += 1;
      return found.serviceId === '' ? [] : [originOf(literal(ALICE))];
    },
  };
  const many = <T>(one: T): T[] => Array<T>(elements ?? 1).fill(one);
  const service = defineService({
    id: 's',
    functions: {
      f: {
        arguments: { x: z.json() },
        guards: guard === undefined ? {} : { x: guard },
        caller: expectInitPeer(ALICE),
        handler: () => null,
      },
    },
  });
  const registry = createRegistry([startService(service)]);
  const decision = await createDispatcher({ peerId: HOST, registry, clock: new VirtualClock() }).dispatch({
    request: {
      serviceId: 's',
      functionName: 'f',
      arguments: [elements === undefined ? 'x' : many('x')],
      argumentsJson: '["x"]',
      tetraplets: [many(found)],
      elementwise: [elements !== undefined],
      get origins() {
        looked.origins += 1;
        return [elements === undefined ? origin : composedOf(many(origin))];
      },
      site: 'site',
    },
    particle: {
      id: 'p',
      initPeerId: ALICE,
      timestamp: START_MS,
      ttl: TTL_MS,
      signature: new Uint8Array(64),
    },
  });
  expect(summary(decision)).toBe('served result');
  return looked;
}

describe('origins are built only for guards that read them', () => {
  const genuine = tetraplet(AUTH, 's', 'f', '.$.x');
  const expected = expectOrigin(AUTH, 's', 'f', '.$.x');

  test('not for guards on tetraplets, nor without guards', async () => {
    const nothing = { origins: 0, below: 0 };
    expect(await looks(undefined, genuine)).toEqual(nothing);
    expect(await looks(expected, genuine)).toEqual(nothing);
    expect(await looks(each(expected), genuine, 3)).toEqual(nothing);
  });

  test('as far down as rules read, and once for all elements of a canon', async () => {
    const here = from(AUTH, 's', 'f', '.$.x');
    const below = from(AUTH, 's', 'f', '.$.x', whose(0, literalOf(initPeer)));
    expect(await looks(expectLiteral(), literal(ALICE))).toEqual({ origins: 1, below: 0 });
    expect(await looks(here, genuine)).toEqual({ origins: 1, below: 0 });
    expect(await looks(each(here), genuine, 3)).toEqual({ origins: 1, below: 0 });
    expect(await looks(each(below), genuine, 3)).toEqual({ origins: 1, below: 3 });
  });
});

describe('the origins that a run offers', () => {
  const sum = (...given: SourcedValue[]): SourcedValue => {
    const record = { hash: `record ${(records += 1)}`, record: { site: atInstruction(records) } };
    return new SourcedValue(Value.ofJson(1), Producer.service(AUTH, 'math', 'add', record, given));
  };
  let records = 0;
  const written = new SourcedValue(Value.ofJson(1), Producer.literal(ALICE));
  const mailed = new SourcedValue(Value.ofJson(1), Producer.service('bob', 'mail', 'read'));
  const rule = derivedOnlyFrom(literalOf(initPeer), from(AUTH, 'math', 'add', anyPart));
  const decide = (value: SourcedValue) => {
    const { origin } = value;
    const call = { peerId: HOST, initPeerId: ALICE, particleId: 'p', timestamp: 0, ttl: 0 };
    const facts = { ...call, serviceId: 's', functionName: 'f', now: () => 0 };
    return rule.check({ origin }, facts)?.kind;
  };
  const times = (count: number, bottom: SourcedValue, next: (value: SourcedValue) => SourcedValue) =>
    Array.from({ length: count }).reduce<SourcedValue>(next, bottom);

  test('2^60 ways down', () => {
    expect(decide(times(60, written, value => sum(value, value)))).toBeUndefined();
    expect(decide(times(60, mailed, value => sum(value, value)))).toBe('derived');
  });

  test('10 000 calls down', () => {
    expect(decide(times(10_000, written, value => sum(value)))).toBeUndefined();
    expect(decide(times(10_000, mailed, value => sum(value)))).toBe('derived');
  });
});

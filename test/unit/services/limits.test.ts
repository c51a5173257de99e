import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  anyPart,
  defineService,
  derivedOnlyFrom,
  each,
  expectOrigin,
  fail,
  from,
  loadAcl,
  type AclRule,
  type Guard,
} from '../../../services/index.ts';
import type { Origin } from '../../../interpreter/index.ts';
import {
  ACL_PEERS_MAX,
  ACL_RULES_MAX,
  DENIED_ELEMENTS_MAX,
  FAILURE_TEXT_MAX,
  ORIGIN_STEPS_MAX,
  ORIGINS_MAX,
  PROMISE_SEARCH_MAX,
  QUOTED_MAX,
  STACK_MAX,
  STATE_QUEUE_MAX,
} from '../../../services/limits.ts';
import { findPromise } from '../../../services/promises.ts';
import { oneLine, stackOf } from '../../../services/text.ts';
import { run, serviceOf } from '../../support/handler.ts';
import {
  ALICE,
  BANK,
  facts,
  HOST,
  composedOf,
  originOf,
  summary,
  tetraplet,
  textOf,
  world,
} from './harness.ts';

// Every bound of services/limits.ts: just below and at it nothing happens, just above it does.
const around = (limit: number): number[] => [limit - 1, limit, limit + 1];
const list = <T>(length: number, item: T): T[] => Array.from({ length }, () => item);

describe('limits of services', () => {
  test('FAILURE_TEXT_MAX: a longer text of a failure is shortened', async () => {
    const lengths = around(FAILURE_TEXT_MAX).map(async length => {
      const { decision } = await run(() => fail('x'.repeat(length)));
      return textOf(decision);
    });
    const whole = 'x'.repeat(FAILURE_TEXT_MAX);
    expect(await Promise.all(lengths)).toEqual([whole.slice(1), whole, `${whole}…`]);
  });

  test('QUOTED_MAX: a longer quotation is shortened', () => {
    const whole = 'x'.repeat(QUOTED_MAX);
    expect(around(QUOTED_MAX).map(length => oneLine('x'.repeat(length)))).toEqual([
      whole.slice(1),
      whole,
      `${whole}…`,
    ]);
  });

  test('STACK_MAX: a longer stack is shortened', () => {
    const sizes = around(STACK_MAX).map(length => stackOf({ stack: 'x'.repeat(length) })?.length);
    expect(sizes).toEqual([STACK_MAX - 1, STACK_MAX, STACK_MAX + 1]);
    expect(stackOf({ stack: 'x'.repeat(STACK_MAX + 1) })?.at(-1)).toBe('…');
  });

  test('STATE_QUEUE_MAX: one call more is refused', async () => {
    const it = world([serviceOf(() => new Promise(() => undefined), { timeoutMs: 10 })]);
    const call = () => it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    const waiting = list(STATE_QUEUE_MAX - 1, 0).map(call);
    const last = call();
    expect(summary(await call())).toBe('refused handler ERR_SERVICE_BUSY');
    await it.clock.advance(10);
    expect(summary(await last)).toBe('failed handler ERR_HANDLER_TIMEOUT');
    await Promise.all(waiting);
  });

  test('ACL_RULES_MAX and ACL_PEERS_MAX: a longer list is refused', () => {
    const rule: AclRule = { effect: 'allow', initPeers: [ALICE], service: '*' };
    const loads = (load: () => unknown): boolean => {
      try {
        load();
        return true;
      } catch {
        return false;
      }
    };
    const rules = around(ACL_RULES_MAX).map(length => loads(() => loadAcl({ rules: list(length, rule) })));
    const peers = around(ACL_PEERS_MAX).map(length =>
      loads(() => loadAcl({ rules: [{ ...rule, initPeers: list(length, ALICE) }] })),
    );
    expect([rules, peers]).toEqual(list(2, [true, true, false]));
  });

  const canon = async (guard: Guard, length: number): Promise<string[]> => {
    const service = defineService({
      id: 's',
      functions: { f: { arguments: { x: z.unknown() }, guards: { x: guard }, handler: () => 1 } },
    });
    const forged = tetraplet(ALICE, 'mail', 'read');
    const args = [{ value: list(length, 1), from: list(length, forged), whole: true }];
    return textOf(await world([service]).call({ service: 's', fn: 'f', args })).split('\n');
  };

  test('DENIED_ELEMENTS_MAX: more denied elements are counted', async () => {
    const guard = each(expectOrigin(HOST, 'a', 'b', ''));
    const told = await Promise.all(around(DENIED_ELEMENTS_MAX).map(length => canon(guard, length)));
    const elements = told.map(lines => lines.filter(line => /^ {4}element/.test(line)).length);
    expect(elements).toEqual([DENIED_ELEMENTS_MAX - 1, DENIED_ELEMENTS_MAX, DENIED_ELEMENTS_MAX]);
    expect(told.map(lines => lines.at(-1)?.trim().startsWith('and 1 more'))).toEqual([false, false, true]);
  });

  const sums = from(BANK, 'math', 'add', anyPart);
  let records = 0;
  const sum = (...args: Origin[]): Origin => ({
    ...originOf(tetraplet(BANK, 'math', 'add')),
    record: `record ${(records += 1)}`,
    arguments: args,
  });

  test('ORIGINS_MAX: more origins behind the arguments of one call are denied', () => {
    const one = sum();
    const kinds = around(ORIGINS_MAX).map(
      count => derivedOnlyFrom(sums).check({ origin: sum(...list(count, one)) }, facts())?.kind,
    );
    expect(kinds).toEqual([undefined, undefined, 'too-many-origins']);
    const whole = around(ORIGINS_MAX).map(
      count => derivedOnlyFrom(sums).check({ origin: composedOf(list(count, one)) }, facts())?.kind,
    );
    expect(whole).toEqual([undefined, undefined, 'too-many-origins']);
  });

  test('ORIGIN_STEPS_MAX: more steps down to a culprit are counted', () => {
    const deep = (steps: number): Origin =>
      steps === 0 ? originOf(tetraplet(ALICE, 'mail', 'read')) : sum(deep(steps - 1));
    const told = around(ORIGIN_STEPS_MAX).map(steps => {
      const reason = derivedOnlyFrom(sums).check({ origin: deep(steps) }, facts());
      return reason?.kind === 'derived' && [reason.steps.length, reason.skipped];
    });
    expect(told).toEqual([
      [ORIGIN_STEPS_MAX - 1, 0],
      [ORIGIN_STEPS_MAX, 0],
      [ORIGIN_STEPS_MAX, 1],
    ]);
  });

  test('PROMISE_SEARCH_MAX: the search for a promise ends; the answer is refused all the same', async () => {
    const answer = (count: number): unknown => [...list(count, 0).map(() => ({})), Promise.resolve(1)];
    expect(findPromise(answer(PROMISE_SEARCH_MAX - 1))).toBe(`[${PROMISE_SEARCH_MAX - 1}]`);
    expect(findPromise(answer(PROMISE_SEARCH_MAX + 1))).toBeUndefined();
    const { decision } = await run(() => answer(PROMISE_SEARCH_MAX + 1));
    expect(summary(decision)).toBe('failed result ERR_HANDLER_RESULT');
  });
});

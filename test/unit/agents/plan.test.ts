import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../agents/index.ts';
import { compileSteps } from '../../../agents/plan/compile.ts';
import type { PlanSteps } from '../../../agents/index.ts';
import { z } from 'zod';
import { defineService } from '../../../services/index.ts';

const { functions } = defineService({
  id: 's',
  functions: {
    f: {
      arguments: { a: z.unknown(), b: z.unknown().optional(), c: z.unknown().optional() },
      guards: {},
      handler: () => null,
    },
  },
});
const compiled = (plan: object, ruled: readonly string[] = []): string =>
  compileSteps(parsePlan(plan) as PlanSteps, {
    names: ['s.f'],
    functionOf: (service, name) => (service === 's' ? functions.get(name) : undefined),
    ruledOf: () => ruled,
  });
const step = (args: object, id = 'x') => ({ id, call: 's.f', args });

describe('steps become a script', () => {
  it('values are literals, results are variables', () => {
    const plan = {
      steps: [step({ a: 'text' }), step({ a: { $result: 'x', $part: ['b', 0] } }, 'y')],
      return: ['x', 'y'],
    };
    expect(compiled(plan)).toBe(
      `(seq
  (call %init_peer_id% ("s" "f") ["text"] result_x)
  (seq
    (call %init_peer_id% ("s" "f") [result_x.$.b.[0]] result_y)
    (call %init_peer_id% ("callbackSrv" "response") [result_x result_y])))
`,
    );
  });

  it('a list is a canon, so that each element keeps its origin', () => {
    expect(compiled({ steps: [step({ a: ['p', 1] })] })).toContain('(canon %init_peer_id% $l_1 #l_1)');
  });

  it.each([
    [{ a: 1, c: 2 }, [], '[1 v_1 2]'],
    [{ a: 1 }, ['b'], '[1 v_1]'],
    [{ a: 1 }, [], '[1]'],
  ])(
    'arguments that are left out are null, if others follow or a rule asks for them: %j, %j',
    (args, ruled, expected) => {
      expect(compiled({ steps: [step(args)] }, ruled)).toContain(`("s" "f") ${expected} result_x)`);
    },
  );

  it.each([
    [
      'a function that there is not',
      { steps: [{ id: 'x', call: 's.g' }] },
      /steps\.0\.call.*unknown function `s\.g`; did you mean `s\.f`\?/,
    ],
    ['an argument that there is not', { steps: [step({ d: 1 })] }, /`f` has no such argument/],
    [
      'a result that is not there yet',
      { steps: [step({ a: { $result: 'x' } })] },
      /no earlier step has the id `x`/,
    ],
    ['a result to return that there is not', { steps: [step({ a: 1 })], return: ['y'] }, /return\.0/],
    ['an id twice', { steps: [step({ a: 1 }), step({ a: 1 })] }, /stands twice/],
    ['a key with a dollar sign', { steps: [step({ a: { $other: 1 } })] }, /other keys do not begin with/],
    [
      'a step of a part that is not a name',
      { steps: [step({ a: 1 }), step({ a: { $result: 'x', $part: ['b c'] } }, 'y')] },
      /names of fields/,
    ],
  ])('refuses %s', (_, plan, message) => {
    expect(() => compiled(plan)).toThrow(
      expect.objectContaining({ code: 'ERR_AGENT_PLAN', message: expect.stringMatching(message) }),
    );
  });
});

describe('the form of a plan', () => {
  it.each([
    [null],
    [{}],
    [{ script: 1 }],
    [{ script: '(null)', steps: [] }],
    [{ steps: [] }],
    [{ steps: [{ id: '1x', call: 's.f' }] }],
    [{ steps: [{ id: 'x', call: 'f' }] }],
    [{ steps: [{ id: 'x', call: 's.f', more: 1 }] }],
  ])('refuses %j', plan => {
    expect(() => parsePlan(plan)).toThrow(expect.objectContaining({ code: 'ERR_AGENT_PLAN' }));
  });

  const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);
  it.each([
    ['long', { script: 'a'.repeat(300_000) }],
    ['deep', { steps: [step({ a: deep(30) })] }],
    ['wide', { steps: [step({ a: Array.from({ length: 300_000 }, () => 1) })] }],
  ])('refuses a plan that is too %s', (_, plan) => {
    expect(() => parsePlan(plan)).toThrow(expect.objectContaining({ code: 'ERR_AGENT_PLAN_SIZE' }));
  });
});

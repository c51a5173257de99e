import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkScript } from '../../agents/check/check.ts';
import { compileSteps } from '../../agents/plan/compile.ts';
import { parsePlan, type PlanSteps } from '../../agents/index.ts';
import {
  compilePolicy,
  createPolicySet,
  defineService,
  startService,
  type ArgumentCondition,
} from '../../services/index.ts';
import { testNetwork } from '../../testing/index.ts';

const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const RUNS = Number(process.env['BERYL_COUNT'] ?? (process.env['BERYL_LONG'] === undefined ? 300 : 10_000));

/** Answers with an object, whatever it is asked. */
const source = (id: string) =>
  defineService({
    id,
    functions: {
      get: { arguments: { of: z.unknown() }, guards: {}, handler: () => ({ part: 'value', other: 'value' }) },
    },
  });
const sink = defineService({
  id: 'sink',
  functions: { take: { arguments: { it: z.unknown() }, guards: {}, handler: () => 'taken' } },
});
const services = [source('a'), source('b'), sink];

const literal = fc.constantFrom('text', 7, true, 'say "x"');
/** An argument of step `n`: written, or of an earlier step. */
const argument = (n: number): fc.Arbitrary<unknown> => {
  const written: fc.Arbitrary<unknown> = literal;
  if (n === 0) return written;
  const result = fc
    .tuple(fc.nat(n - 1), fc.constantFrom([], ['part'], ['other']))
    .map(([i, $part]) => ({ $result: `s${i}`, ...($part.length > 0 && { $part }) }));
  const one = fc.oneof(written, result);
  return fc.oneof(written, result, fc.array(one, { minLength: 1, maxLength: 3 }), fc.record({ key: one }));
};
const plan = fc.integer({ min: 1, max: 4 }).chain(n =>
  fc
    .tuple(
      ...Array.from({ length: n }, (_, i) => fc.tuple(fc.constantFrom('a', 'b'), argument(i))),
      argument(n),
    )
    .map(parts => ({
      steps: [
        ...parts.slice(0, -1).map((part, i) => {
          const [service, of] = part as [string, unknown];
          return { id: `s${i}`, call: `${service}.get`, args: { of } };
        }),
        { id: 'end', call: 'sink.take', args: { it: parts.at(-1) } },
      ],
    })),
);

const from = fc
  .record({ service: fc.constantFrom('a', 'b'), getter: fc.constantFrom(undefined, '.$.part') })
  .map(({ service, getter }) => ({
    peer: 'host',
    service,
    function: 'get',
    ...(getter === undefined ? { anyPart: true as const } : { getter }),
  }));
const { condition } = fc.letrec<{ condition: ArgumentCondition }>(tie => {
  const inner = tie('condition') as fc.Arbitrary<ArgumentCondition>;
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  return {
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant({ literal: true } as ArgumentCondition),
      from.map(of => ({ from: of }) as ArgumentCondition),
      fc
        .tuple(from, inner)
        .map(([of, whose]) => ({ from: { ...of, whose: { '0': whose } } }) as ArgumentCondition),
      several.map(all => ({ derivedOnlyFrom: all }) as ArgumentCondition),
      several.map(all => ({ anyOf: all }) as ArgumentCondition),
      several.map(all => ({ allOf: all }) as ArgumentCondition),
    ),
  };
});

it('check(plan) = run(plan): what a check refuses is denied, what it lets pass is served, and only what it calls open may be either', async () => {
  const seen = { refused: 0, passed: 0, open: 0 };
  await fc.assert(
    fc.asyncProperty(plan, condition, async (data, one) => {
      const rules = [{ id: 'rule', service: 'sink', functions: ['take'], arguments: { it: one } }];
      const policy = { format: 'beryl/policy/1', rules };
      const network = testNetwork();
      const peer = network.add('alice', {
        services: services.map(definition => startService(definition)),
        policies: createPolicySet(policy),
      });
      const functionOf = (service: string, name: string) =>
        peer.peer.services.find(service)?.definition.functions.get(name);
      const script = compileSteps(parsePlan(data) as PlanSteps, {
        names: [],
        functionOf,
        ruledOf: () => [],
      });
      const { findings } = checkScript(script, {
        peerId: peer.peerId,
        functionOf,
        functions: [],
        policy: compilePolicy(policy),
      });
      const end = await peer.run(script).then(
        () => 'served',
        (failure: unknown) => (String(failure).includes('denied `sink.take`') ? 'denied' : String(failure)),
      );
      const codes = findings.map(({ code }) => code);
      if (codes.includes('policy-refuses')) {
        seen.refused += 1;
        expect(end).toBe('denied');
      } else if (codes.includes('known-at-run')) {
        seen.open += 1;
        expect(['served', 'denied']).toContain(end);
      } else {
        seen.passed += 1;
        expect(end).toBe('served');
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(seen.refused).toBeGreaterThan(20);
  expect(seen.passed).toBeGreaterThan(20);
  expect(seen.open).toBeLessThan(seen.refused + seen.passed);
}, 3_600_000);

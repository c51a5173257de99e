import { describe, expect, it } from 'vitest';
import { parse, predicts, staticOrigins, type StaticOrigin } from '../../air-grammar/index.ts';
import type { CallRequest, Tetraplet } from '../../interpreter/index.ts';
import { idOf, withNames } from '../support/cast.ts';
import { LONG_PROGRAMS, Play, PROGRAMS, programs, SEED, TIMEOUT } from './play.ts';

/** The long run is longer than that of other laws: docs/scripts.md names it. */
const COUNT = PROGRAMS === LONG_PROGRAMS ? 20_000 : PROGRAMS;

describe(`${COUNT} random programs from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  it('tetraplets(argument) ⊆ staticOrigins(argument), for every call of every run', () => {
    let checked = 0;
    let runs = 0;
    for (const program of programs(COUNT, { size: 14 }, undefined, 3)) {
      const calls = new Map(staticOrigins(parse(program.air)).map(entry => [entry.call.index, entry]));
      const play = new Play(program);
      runs += play.steps.length;
      for (const { request } of play.calls) {
        const predicted = calls.get(Number.parseInt(request.site, 10))?.arguments ?? [];
        expect(predicted).toHaveLength(request.tetraplets.length);
        for (const [i, list] of request.tetraplets.entries()) {
          for (const tetraplet of list) {
            checked += 1;
            const origins = predicted[i]?.origins ?? [];
            const isPredicted = kindsOf(request, i, tetraplet).some(kind =>
              origins.some(origin => predicts(origin, { kind, ...tetraplet }, idOf('alice'))),
            );
            expect(isPredicted, told(program, { kind: request.origins[i]?.kind, tetraplet, origins })).toBe(
              true,
            );
          }
        }
      }
    }
    console.info(`${COUNT} programs, ${runs} runs: each of ${checked} tetraplets was predicted`);
    expect(checked).toBeGreaterThan(COUNT);
  });
});

/** Of an element of a canon, the tetraplet alone is at hand. */
function kindsOf(request: CallRequest, i: number, { serviceId, getter }: Tetraplet): StaticOrigin['kind'][] {
  if (request.elementwise[i] !== true) return [request.origins[i]?.kind ?? 'any'];
  if (getter.startsWith(':error:')) return ['error'];
  return serviceId === '' ? ['literal', 'composed', 'error'] : ['service'];
}

const told = ({ seed, air }: { seed: number; air: string }, what: object): string =>
  `seed ${seed}: ${withNames(JSON.stringify(what, (key, value: unknown) => (key === 'composition' ? undefined : value)))} ${withNames(air)}`;

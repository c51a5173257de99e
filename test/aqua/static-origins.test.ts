import { describe, expect, it } from 'vitest';
import { parse, predicts, staticOrigins } from '../../air-grammar/index.ts';
import type { CallRequest } from '../../interpreter/index.ts';
import { seededRandom } from '../../peer/index.ts';
import { Oracle } from '../differential/oracle.ts';
import { play } from '../differential/scenario.ts';
import { idOf } from '../support/cast.ts';
import { answers, compiled, PROGRAMS } from './programs.ts';

/** On average, for each origin that a run shows, at most this many are predicted: "from anywhere" would be sound, too. */
const PREDICTED_PER_SEEN_MAX = 2;

describe('where the arguments of compiled Aqua programs can come from', () => {
  it('is predicted for each, and closely', async () => {
    const oracle = await Oracle.open();
    let seenCount = 0;
    let predictedCount = 0;
    for (const name of new Set(PROGRAMS.map(([program]) => program))) {
      const air = await compiled(name);
      const predicted = new Map(staticOrigins(parse(air)).map(entry => [entry.call.index, entry]));
      for (const [place, seen] of await seenIn(oracle, name, air)) {
        const [call = 0, argument = 0] = place.split(' ').map(Number);
        const origins = predicted.get(call)?.arguments[argument]?.origins ?? [];
        for (const text of seen) {
          const tetraplet = JSON.parse(text) as CallRequest['tetraplets'][number][number];
          const kinds = ['service', 'literal', 'composed', 'error'];
          const isPredicted = kinds.some(kind =>
            origins.some(o => predicts(o, { kind, ...tetraplet }, idOf('alice'))),
          );
          expect(isPredicted, `${name}, call ${place}: ${text}`).toBe(true);
        }
        seenCount += seen.size;
        predictedCount += origins.length;
      }
    }
    expect(seenCount).toBeGreaterThan(60);
    expect(predictedCount / seenCount).toBeLessThanOrEqual(PREDICTED_PER_SEEN_MAX);
  });
});

/** The tetraplets of each argument, by call and argument, of all runs of a program. An index of an array is one origin, whichever it is. */
async function seenIn(oracle: Oracle, name: string, air: string): Promise<Map<string, Set<string>>> {
  const seen = new Map<string, Set<string>>();
  for (const [, args] of PROGRAMS.filter(([program]) => program === name)) {
    const answer = answers(args, []);
    await play(oracle, air, seededRandom(0), 'fifo', (peerId, request) => {
      for (const [argument, list] of request.tetraplets.entries()) {
        const place = `${Number.parseInt(request.site, 10)} ${argument}`;
        const known = seen.get(place) ?? new Set();
        for (const tetraplet of list) known.add(JSON.stringify(tetraplet));
        seen.set(place, known);
      }
      return answer(peerId, request);
    });
  }
  return seen;
}

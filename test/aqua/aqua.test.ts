import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../interpreter/index.ts';
import { seededRandom } from '../../peer/index.ts';
import { Oracle } from '../differential/oracle.ts';
import { DELIVERIES } from '../differential/network.ts';
import { play } from '../differential/scenario.ts';
import { answers, compiled, PROGRAMS } from './programs.ts';

const oracle = await Oracle.open();

describe('compiled Aqua programs', () => {
  it.each(PROGRAMS)('%s %j', async (name, args, response) => {
    const air = await compiled(name);
    for (const [i, delivery] of DELIVERIES.entries()) {
      const responses: string[] = [];
      const end = await play(oracle, air, seededRandom(i), delivery, answers(args, responses));
      expect(end.difference).toBeUndefined();
      expect(end.deviation).toBeUndefined();
      const [got] = responses.map(text => JSON.parse(text) as JsonValue[]);
      expect(sorted(got)).toEqual(sorted(response));
    }
  });
});

/** Values that came from several peers side by side have no order. */
const sorted = (values: JsonValue[] | undefined): unknown =>
  values?.map(value => (Array.isArray(value) ? value.map(item => JSON.stringify(item)).toSorted() : value));

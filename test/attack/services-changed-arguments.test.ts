import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineService } from '../../services/index.ts';
import { summary, valueOf, world } from '../unit/services/harness.ts';

// Goal:    what a handler acts on is not what its guards have allowed.
// Means:   something changes an argument between guard and use: a schema that converts, code that writes into it.
// Refused: by nameArguments: values are frozen, and a schema accepts or refuses but changes nothing.
describe('arguments changed between guard and use', () => {
  test('the honest twin: a handler that reads them', async () => {
    const service = defineService({
      id: 's',
      functions: { f: { arguments: { x: z.array(z.number()) }, guards: {}, handler: ({ x }) => x.length } },
    });
    expect(valueOf(await world([service]).call({ service: 's', fn: 'f', args: [{ value: [1, 2] }] }))).toBe(
      2,
    );
  });

  test('they are frozen', async () => {
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { x: z.object({ deep: z.array(z.number()) }) },
          guards: {},
          handler: ({ x }) => x.deep.push(1),
        },
      },
    });
    const decision = await world([service]).call({
      service: 's',
      fn: 'f',
      args: [{ value: { deep: [0] } }],
    });
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_FAILED');
  });

  test('a schema that changes values does not', async () => {
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { x: z.string().trim().toLowerCase() },
          guards: {},
          handler: ({ x }) => x,
        },
      },
    });
    expect(valueOf(await world([service]).call({ service: 's', fn: 'f', args: [{ value: ' A ' }] }))).toBe(
      ' A ',
    );
  });
});

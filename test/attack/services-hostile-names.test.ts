import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtins, createGatekeeper, defineService, expectOrigin } from '../../services/index.ts';
import { AUTH, HOST, MALLORY, summary, tetraplet, textOf, valueOf, world } from '../unit/services/harness.ts';

// Goal:    reach what is not a service, or make a text lie.
// Means:   names and values with a meaning of their own for JavaScript or for a reader.
// Refused: by lookups in maps, and texts that quote in one bounded line.
const service = defineService({
  id: 's',
  functions: {
    f: {
      arguments: { token: z.unknown() },
      guards: { token: expectOrigin(AUTH, 'auth', 'get', '') },
      handler: () => 'served',
    },
    echo: { arguments: { value: z.json() }, guards: {}, handler: ({ value }) => value },
  },
});
const it = world([service]);

describe('names of JavaScript', () => {
  const traps = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', ''];

  test.each(traps)('service `%s`', async name => {
    expect(summary(await it.call({ service: name, fn: 'f' }))).toBe('refused find ERR_SERVICE_UNKNOWN');
  });

  test.each(traps)('function `%s`', async fn => {
    expect(summary(await it.call({ service: 's', fn }))).toBe('refused find ERR_FUNCTION_UNKNOWN');
  });

  test.each(traps)('no access rule is inherited for `%s`', name => {
    const gatekeeper = createGatekeeper(HOST, {
      rules: [{ effect: 'allow', initPeers: [MALLORY], service: 's' }],
    });
    const request = { initPeerId: MALLORY, serviceId: name, functionName: name, management: true };
    expect(gatekeeper.check(request)).toMatchObject({ kind: 'management' });
  });

  test('keys of arguments and results reach no prototype', async () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    const decision = await it.call({ service: 's', fn: 'echo', args: [{ value }] });
    expect(decision.result).toEqual({
      retCode: 0,
      resultJson: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('nor do keys that builtins put', async () => {
    const own = world(builtins({ clock: it.clock }));
    const args = [{ value: '__proto__' }, { value: { polluted: true } }];
    const decision = await own.call({ service: 'json', fn: 'obj', args });
    expect(decision.result).toEqual({ retCode: 0, resultJson: '{"__proto__":{"polluted":true}}' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('misleading texts', () => {
  const found = async (...parts: [string, string, string, string]) =>
    textOf(
      await it.call({
        by: MALLORY,
        service: 's',
        fn: 'f',
        args: [{ value: 1, from: [tetraplet(...parts)] }],
      }),
    ).split('\n')[3];

  test('the honest twin is served', async () => {
    const args = [{ value: 1, from: [tetraplet(AUTH, 'auth', 'get')] }];
    expect(valueOf(await it.call({ service: 's', fn: 'f', args }))).toBe('served');
  });

  test.each([
    [
      'a line break',
      ['p', 'a\n    found    (me', 'get', ''],
      "    found    (p, 'a\\u{a}    found    (me', get, '')",
    ],
    ['a comma', ['p', 'auth, get', '', ''], "    found    (p, 'auth, get', '', '')"],
    ['a mark that turns text around', ['p', 'a\u202eb', 'get', ''], "    found    (p, a\\u{202e}b, get, '')"],
    ['half a character', ['p', 'a\ud83d', 'get', ''], "    found    (p, a\\u{d83d}, get, '')"],
    [
      'a text without end',
      ['p', 'a'.repeat(1e6), 'get', ''],
      `    found    (p, ${'a'.repeat(160)}…, get, '')`,
    ],
  ] as [string, [string, string, string, string], string][])('%s', async (_, parts, line) => {
    expect(await found(...parts)).toBe(line);
  });

  test('an argument of a megabyte is cut', async () => {
    const args = [{ value: 'x'.repeat(1_000_000) }];
    const decision = await it.call({ service: 'nobody', fn: 'f', args });
    expect(textOf(decision)).toHaveLength(4097);
    expect(textOf(decision)).toMatch(
      /^No service found for service call: serviceId='nobody', fnName='f' args='\["xx/,
    );
  });
});

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  auth,
  authStatus,
  blog,
  builtins,
  createDispatcher,
  createGatekeeper,
  createRegistry,
  defineService,
  expectOrigin,
  hostPeer,
  isServiceInstance,
  loadAcl,
  argumentIndexOf,
  startService,
} from '../../../services/index.ts';
import { HOST, VirtualClock } from './harness.ts';

// Programs in plain JavaScript have no compiler: what it would refuse is refused at run time, and the message says where.
const define = (functions: unknown, more: object = {}) =>
  defineService({ id: 's', functions, ...more } as Parameters<typeof defineService>[0]);
const f = { arguments: {}, guards: {}, handler: () => null };

describe('a mistaken service', () => {
  test('the honest twin', () => {
    const all = { ...f, rest: z.string(), management: true, guardMode: 'monitor', timeoutMs: 5 };
    expect([...define({ f: all }, { guardMode: 'off', state: {} }).functions.keys()]).toEqual(['f']);
  });

  test.each([
    [
      'no service',
      () => defineService(undefined as never),
      'defineService: keys must be an object, found undefined',
    ],
    ['no id', () => defineService({ functions: {} } as never), 'defineService: key `id` is missing'],
    ['no functions', () => defineService({ id: 's' } as never), 'defineService: key `functions` is missing'],
    [
      'a misspelt key',
      () => define({}, { stat: {} }),
      'defineService: unknown key `stat`; did you mean `state`?',
    ],
    [
      'a misspelt mode',
      () => define({}, { guardMode: 'Enforce' }),
      'defineService: key `guardMode` must be `enforce` or `monitor` or `off`, found "Enforce"; did you mean `enforce`?',
    ],
    [
      'a handler in place of a declaration',
      () => define({ f: () => 1 }),
      's.f: expected { arguments, guards, handler }, found a function',
    ],
    [
      'nothing',
      () => define({ f: undefined }),
      's.f: expected { arguments, guards, handler }, found undefined',
    ],
    ['a function without name', () => define({ '': f }), 's.: a function needs a name'],
    ['no arguments', () => define({ f: { ...f, arguments: undefined } }), 's.f: key `arguments` is missing'],
    ['no handler', () => define({ f: { ...f, handler: undefined } }), 's.f: key `handler` is missing'],
    [
      'a handler that is not a function',
      () => define({ f: { ...f, handler: 1 } }),
      's.f: key `handler` must be a function, found 1',
    ],
    [
      'a misspelt `management`',
      () => define({ f: { ...f, managment: true } }),
      's.f: unknown key `managment`; did you mean `management`?',
    ],
    [
      'a misspelt `guards`',
      () => define({ f: { arguments: {}, gaurds: {}, handler: f.handler } }),
      's.f: unknown key `gaurds`; did you mean `guards`?',
    ],
    [
      'a `management` that is not a boolean',
      () => define({ f: { ...f, management: 'yes' } }),
      's.f: key `management` must be true or false, found "yes"',
    ],
    [
      'a caller that is not a rule',
      () => define({ f: { ...f, caller: HOST } }),
      /^s\.f: key `caller` must be an object with a method `checkCaller`/,
    ],
    [
      'a guard of an argument as caller',
      () => define({ f: { ...f, caller: expectOrigin(hostPeer, 'a', 'b', '') } }),
      's.f: key `caller` must be an object with a method `checkCaller`, found an object',
    ],
    [
      'a misspelt argument',
      () =>
        define({
          f: {
            ...f,
            arguments: { token: z.string() },
            guards: { tokn: expectOrigin(hostPeer, 'a', 'b', '') },
          },
        }),
      's.f: guard for unknown argument `tokn`; did you mean `token`?',
    ],
    [
      'a function as guard',
      () => define({ f: { ...f, arguments: { a: z.string() }, guards: { a: () => true } } }),
      /^s\.f: guard of `a` must be a guard with a check function/,
    ],
    [
      'a type in place of a schema',
      () => define({ f: { ...f, arguments: { a: String } } }),
      's.f: argument `a` needs a schema that implements Standard Schema, found a function',
    ],
    [
      'a schema in place of schemas',
      () => define({ f: { ...f, rest: {} } }),
      's.f: rest needs a schema that implements Standard Schema, found an object',
    ],
    [
      'a state that is not JSON',
      () => define({}, { state: { at: new Date(0) } }),
      /^defineService: state of `s` must be plain JSON data: `state\.at` is an instance of a class/,
    ],
    [
      'a state that is a number',
      () => define({}, { state: 1 }),
      'defineService: state of `s` must be an object or an array, found 1',
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(TypeError);
    expect(build).toThrow(typeof message === 'string' ? new TypeError(message) : message);
  });

  const thenable = (): unknown => ({
    // oxlint-disable-next-line unicorn/no-thenable
    then: (resolve: (value: unknown) => void) => resolve({ value: 1 }),
  });
  test.each([
    ['a promise', async () => ({ value: 1 })],
    ['a promise that rejects', () => Promise.reject(new Error('no'))],
    ['a thenable of another library or realm', thenable],
  ])('a schema that answers with %s', (_, validate) => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate } };
    expect(() => define({ f: { ...f, arguments: { a: schema } } })).toThrow(
      new TypeError(
        's.f: argument `a` has an asynchronous schema; only synchronous ones decide before the guards',
      ),
    );
  });

  test('accepts a schema that throws on `undefined`: it refuses calls', () => {
    const validate = (value: unknown) => ({ value: (value as string).trim() });
    const schema = { '~standard': { version: 1, vendor: 'test', validate } };
    expect(() => define({ f: { ...f, arguments: { a: schema } } })).not.toThrow();
  });
});

describe('mistaken options of samples and builtins', () => {
  test.each([
    ['auth', () => auth({ admin: [] } as never), 'auth: unknown option `admin`; did you mean `admins`?'],
    ['auth without admins', () => auth({} as never), 'auth: option `admins` is missing'],
    ['auth with one admin', () => auth({ admins: HOST as never }), /^auth: option `admins` must be a list/],
    // Left out it would be the peer that runs the service.
    [
      'authStatus',
      () => authStatus({ authpeer: HOST } as never),
      'authStatus: unknown option `authpeer`; did you mean `authPeer`?',
    ],
    ['authStatus with a name', () => authStatus({ authPeer: 'auth' }), /peer must be a peer id/],
    ['blog', () => blog({} as never), 'blog: option `authPeer` is missing'],
    ['blog with a name', () => blog({ authPeer: 'auth' }), /peer must be a peer id/],
    ['builtins', () => builtins({} as never), 'builtins: option `clock` is missing'],
    [
      'builtins, misspelt',
      () => builtins({ clock: new VirtualClock(), versoin: '1' } as never),
      'builtins: unknown option `versoin`; did you mean `version`?',
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(TypeError);
    expect(build).toThrow(typeof message === 'string' ? new TypeError(message) : message);
  });

  test('argumentIndexOf', () => {
    const book = define({ find: { ...f, arguments: { name: z.string() } } });
    expect(argumentIndexOf(book, 'find', 'name')).toBe(0);
    expect(() => argumentIndexOf(book, 'fnd', 'name')).toThrow(
      new TypeError('argumentIndexOf: `s` has no function `fnd`; did you mean `find`?'),
    );
    expect(() => argumentIndexOf(book, 'find', 'nmae')).toThrow(
      new TypeError('argumentIndexOf: `s.find` has no argument `nmae`; did you mean `name`?'),
    );
    expect(() => argumentIndexOf(startService(book) as never, 'find', 'name')).toThrow(
      new TypeError('argumentIndexOf: expected what defineService(…) gives, found an object'),
    );
  });
});

describe('a service that does not run', () => {
  const definition = define({ f });

  test.each([
    [
      'a specification',
      { id: 's', functions: {} },
      'startService: expected what defineService(…) gives, found an object',
    ],
    ['nothing', undefined, 'startService: expected what defineService(…) gives, found undefined'],
    [
      'a running service',
      startService(definition),
      'startService: expected what defineService(…) gives, found a service that runs already',
    ],
  ])('startService refuses %s', (_, given, message) => {
    expect(() => startService(given as typeof definition)).toThrow(new TypeError(message));
  });

  test.each([
    [
      'a definition',
      definition,
      'register: service `s` is not running; write startService(…) around its definition',
    ],
    ['nothing', undefined, 'register: expected a running service, startService(definition), found undefined'],
    ['a text', 's', 'register: expected a running service, startService(definition), found "s"'],
  ])('a registry refuses %s', (_, given, message) => {
    expect(isServiceInstance(given)).toBe(false);
    expect(() => createRegistry([given as never])).toThrow(new TypeError(message));
  });

  test('misspelt options of register', () => {
    const registry = createRegistry([startService(definition)]);
    const again = () => registry.register(startService(definition), { overide: true } as never);
    expect(again).toThrow(new TypeError('register: unknown option `overide`; did you mean `override`?'));
  });
});

describe('a mistaken dispatcher', () => {
  const options = { peerId: HOST, registry: createRegistry(), clock: new VirtualClock() };

  test.each([
    ['a misspelt mode', { guardMode: 'Monitor' }, /`guardMode` must be .* did you mean `monitor`\?$/],
    ['a misspelt option', { guardmode: 'off' }, /unknown option `guardmode`; did you mean `guardMode`\?$/],
    ['no clock', { clock: undefined }, /option `clock` is missing$/],
    ['an invalid clock', { clock: Date }, /option `clock` must be an object with a method `after`/],
    ['names as a table', { nameOf: {} }, /option `nameOf` must be a function/],
  ])('%s', (_, more, message) => {
    const build = () => createDispatcher({ ...options, ...more } as typeof options);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
  });

  test('a gatekeeper without owner', () => {
    expect(() => createGatekeeper('')).toThrow(TypeError);
  });

  const rule = { effect: 'allow', initPeers: '*', service: '*' };
  test.each([
    ['a misspelt key', { rules: [{ ...rule, servce: 's' }] }, /`rules\.0`.*did you mean `service`\?$/],
    ['a misspelt list', { rule: [] }, /`\(top\)`.*did you mean `rules`\?$/],
    [
      'a misspelt effect',
      { rules: [{ ...rule, effect: 'Deny' }] },
      /`rules\.0\.effect`.*did you mean `deny`\?$/,
    ],
  ])('an access list with %s', (_, acl, message) => {
    expect(() => loadAcl(acl)).toThrow(message);
    expect(() => loadAcl({ rules: [rule] })).not.toThrow();
  });
});

import { signer } from '../../support/cast.ts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../network/index.ts';
import { readNetworkFile } from '../../../cli/network-file.ts';
import { startServices } from '../../../network/services.ts';
import { VirtualClock } from '../../../peer/index.ts';
import { folderOf, ROOT, sessionOf } from '../../support/cli.ts';

const INDEX = JSON.stringify(join(ROOT, 'services/index.ts'));
const OPEN = { init: 'a', peers: { a: {} } };
const withServices = (...services: object[]): object => ({ ...OPEN, peers: { a: { services } } });
const module = { kind: 'module', path: './s.mjs' };

async function response(network: object | string, call: string, files = {}): Promise<string> {
  const session = await sessionOf(network, files);
  const script = `(seq (call a ${call} x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;
  const report = await session.run(script, { file: 's' });
  return report.failure?.message ?? report.responseJson;
}

describe('a constant service', () => {
  const network =
    '{"init":"a","peers":{"a":{"services":[{"kind":"constant","id":"c","functions":{"f":{"n":9007199254740993,"d":1.0}}}]}}}';

  it.each(['("c" "f") []', '("c" "f") [1]', '("c" "f") ["a" [] 1.5 %timestamp% a]'])(
    'takes any arguments: %s',
    async call => expect(await response(network, call)).toBe('{"d":1.0,"n":9007199254740993}'),
  );
});

describe('a builtin', () => {
  const op = { kind: 'constant', id: 'op', functions: { identity: 'mine' } };

  it('is replaced as a whole', async () => {
    const network = withServices({ ...op, builtin: 'replace' });
    expect(await response(network, '("op" "identity") ["x"]')).toBe('"mine"');
    expect(await response(network, '("op" "array") ["x"]')).toContain('array');
  });

  it('is extended: other functions stay', async () => {
    const network = withServices({ ...op, builtin: 'extend' });
    expect(await response(network, '("op" "identity") ["x"]')).toBe('"mine"');
    expect(await response(network, '("op" "array") ["x"]')).toBe('["x"]');
  });

  it.each<[string, object[], RegExp]>([
    ['not by accident', [op], /peers\.a\.services\.0: service `op`: every peer has it/],
    [
      'not where there is none',
      [{ ...op, id: 'mine', builtin: 'extend' }],
      /service `mine`: no builtin has this id/,
    ],
    [
      'two services of one id are refused',
      [
        { kind: 'constant', id: 'x', functions: {} },
        { kind: 'constant', id: 'x', functions: {} },
      ],
      /peers\.a\.services\.1: service `x`: another service of this peer has it/,
    ],
    ['two samples, too', [{ kind: 'auth' }, { kind: 'auth' }], /service `authSrv`: another service/],
  ])('%s', async (_, services, text) => {
    const opened = sessionOf(withServices(...services));
    await expect(opened).rejects.toMatchObject({ code: 'ERR_CLI_NETWORK_FILE' });
    await expect(opened).rejects.toThrow(text);
  });
});

describe('a module', () => {
  it.each([
    ['whose factory throws', 'export default () => { throw new Error("no \\u001b[2J") }', 'no \\u{1b}[2J'],
    ['whose factory rejects', 'export default async () => { throw new Error("later") }', 'later'],
    ['whose factory throws nothing', 'export default () => { throw undefined }', 'undefined'],
    [
      'that throws what cannot be shown',
      'export default () => { throw { toString() { throw 1 } } }',
      'cannot be shown',
    ],
    ['that throws when loaded', 'throw new Error("at once")', 'at once'],
    ['that is not JavaScript', '(', 'cannot load'],
    ['without a default export', 'export const x = 1', 'must export a service definition'],
    ['that exports something else', 'export default { id: 1, functions: new Map() }', 'must export'],
    [
      'with a state that is not JSON',
      'export default { id: "x", functions: new Map(), initialState: { f() {} } }',
      'plain JSON data',
    ],
  ])('%s is refused with a code', async (_, source, text) => {
    const opened = sessionOf(withServices(module), { 's.mjs': source });
    await expect(opened).rejects.toBeInstanceOf(NetworkError);
    await expect(opened).rejects.toMatchObject({ code: 'ERR_CLI_MODULE' });
    await expect(opened).rejects.toThrow(text);
  });

  it.each([
    ['awaits for ever when it is loaded', 'await new Promise(() => {}); export default 1;'],
    ['whose factory never settles', 'export default () => new Promise(() => {})'],
    ['whose factory gives a thenable that never settles', 'export default () => ({ then() {} })'],
  ])('that %s is given up', async (_, source) => {
    const folder = folderOf({ 'n.json': JSON.stringify(withServices(module)), 's.mjs': source });
    const network = readNetworkFile(join(folder, 'n.json'));
    const started = startServices('a', network, new Map(), new VirtualClock(0), signer('alice'), 50);
    await expect(started).rejects.toMatchObject({
      code: 'ERR_CLI_MODULE',
      message: expect.stringContaining('s.mjs`: it is not ready after 0.05 s: see what it awaits'),
    });
  });

  it('honest twin: a factory, also an asynchronous one', async () => {
    const source = `import { defineService } from ${INDEX};
      export default async ({ peers }) => defineService({ id: 'm', functions: {
        f: { arguments: {}, guards: {}, handler: () => Object.keys(peers) } } });`;
    expect(await response(withServices(module), '("m" "f") []', { 's.mjs': source })).toBe('["a"]');
  });

  it('gives bigints that stay what they are', async () => {
    const source = `import { defineService } from ${INDEX};
      export default defineService({ id: 'm', functions: {
        f: { arguments: {}, guards: {}, handler: () => 2n ** 63n } } });`;
    expect(await response(withServices(module), '("m" "f") []', { 's.mjs': source })).toBe(
      '9223372036854775808',
    );
  });
});

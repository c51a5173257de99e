import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNetworkFile } from '../../../cli/network-file.ts';
import type { NetworkFile } from '../../../network/index.ts';
import { folderOf } from '../../support/cli.ts';

const read = (text: string): NetworkFile =>
  readNetworkFile(join(folderOf({ 'network.json': text }), 'network.json'));

describe('a network file', () => {
  it('has defaults', () => {
    expect(read('{"init":"a","peers":{"a":{}}}')).toMatchObject({
      clock: 'real',
      ttlMs: 7000,
      variables: {},
      data: {},
      peers: { a: { services: [] } },
    });
  });

  it.each([
    'A',
    'Büro 2',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'x'.repeat(256),
    '12D3KooW',
    '"',
    '\u001b',
  ])('has a peer of any name: %j', name => {
    const text = `{"init":${JSON.stringify(name)},"peers":{${JSON.stringify(name)}:{}}}`;
    expect(Object.keys(read(text).peers)).toEqual([name]);
  });

  it.each<[string, string, string | RegExp]>([
    ['not JSON', '{\n  "init": "a",\n}', /is not a network file: line 3: /],
    ['empty', '', 'is not a network file: '],
    ['a list', '[]', 'file: Invalid input'],
    ['without init', '{"peers":{"a":{}}}', 'init: '],
    ['an empty name', '{"init":"","peers":{"":{}}}', 'init: '],
    ['an unknown relay', '{"init":"a","relay":"z","peers":{"a":{}}}', 'relay: unknown peer `z`'],
    ['an unknown clock', '{"init":"a","clock":"sun","peers":{"a":{}}}', 'clock: '],
    [
      'a misspelt key',
      '{"init":"a","peers":{"a":{"service":[]}}}',
      /peers\.a: Unrecognized key: "service"; did you mean `services`\?/,
    ],
    [
      'an unknown kind',
      '{"init":"a","peers":{"a":{"services":[{"kind":"x"}]}}}',
      'peers.a.services.0.kind: Invalid',
    ],
    [
      'an unknown mode of a builtin',
      '{"init":"a","peers":{"a":{"services":[{"kind":"constant","id":"op","functions":{},"builtin":"yes"}]}}}',
      'peers.a.services.0.builtin: ',
    ],
    ['hostile text', '{"init":"\\u001b[2J\\u202e","peers":{"a":{}}}', 'unknown peer `\\u{1b}[2J\\u{202e}`'],
  ])('refuses %s', (_, text, message) => {
    const act = (): unknown => read(text);
    expect(act).toThrow(expect.objectContaining({ code: 'ERR_CLI_NETWORK_FILE' }) as Error);
    expect(act).toThrow(message);
  });

  it('shows ten mistakes, and counts the rest', () => {
    const peers = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`p${i}`, { seed: '00' }]));
    expect(() => read(JSON.stringify({ init: 'p0', peers }))).toThrow(/p9\.seed: .*; and 5 more$/);
  });
});

import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTrust } from '../../audit/index.ts';
import { readConfig } from '../../cli/daemon/config.ts';
import { readDenyFile } from '../../cli/daemon/deny-files.ts';
import { readKeyFile } from '../../cli/daemon/key-file.ts';
import { readNetworkFile } from '../../cli/network-file.ts';
import { readPolicyFile } from '../../cli/policy-file.ts';
import { idOf } from '../support/cast.ts';
import { folderOf } from '../support/cli.ts';

// Goal:    a reviewer reads one value of a file, and Beryl takes another.
// Means:   a key that stands twice in one object, of which JSON.parse takes the last.
// Refused: by every reader of a policy, network, trust, configuration, deny or key file, with the path.
const [alice, bob] = [idOf('alice'), idOf('bob')];
const RULE = '"rules": [{ "id": "r", "service": "s", "allow": true }]';

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  network: text => readNetworkFile(join(folderOf({ f: text }), 'f')),
  policy: text => readPolicyFile(join(folderOf({ f: text }), 'f')),
  trust: parseTrust,
  configuration: text => readConfig(join(folderOf({ f: text }), 'f')),
  deny: text => readDenyFile(join(folderOf({ f: text }), 'f')),
  key(text) {
    const path = join(folderOf({ f: text }), 'f');
    chmodSync(path, 0o600);
    return readKeyFile(path);
  },
};

describe('a key that stands twice', () => {
  it.each([
    [
      'network',
      'peers.a.seed',
      `{"init":"a","peers":{"a":{"seed":"${'0'.repeat(64)}","seed":"${'1'.repeat(64)}"}}}`,
    ],
    ['network', 'peers.a', '{"init":"a","peers":{"a":{},"b":{},"a":{}}}'],
    ['network', 'variables.x.0.y', '{"init":"a","variables":{"x":[{"y":1,"y":2}]},"peers":{"a":{}}}'],
    ['policy', 'mode', `{"mode": "enforce", ${RULE}, "mode": "monitor"}`],
    ['policy', 'rules.0.id', `{"rules": [{"id": "a", "id": "b"}]}`],
    ['trust', 'peers.alice', `{"peers":{"alice":"${alice}","alice":"${bob}"}}`],
    ['trust', 'peers.alice', `{"peers":{"alice":"${alice}","\\u0061lice":"${bob}"}}`],
    ['configuration', 'envelopes', '{"envelopes":"enforce", // yes\n"envelopes":"observe",}'],
    ['configuration', 'network.listen', '{"network":{"listen":[],"listen":[]}}'],
    ['deny', '0.peerId', `[{"peerId":"${alice}","peerId":"${bob}"}]`],
    ['key', 'format', '{"format":"a","format":"b"}'],
  ])('%s file: %s', (kind, path, text) => {
    expect(() => readers[kind]?.(text)).toThrow(`\`${path}\` stands in it twice`);
  });

  it.each([
    ['network', '{"init":"a","peers":{"a":{},"b":{}},"variables":{"a2":{"x":1},"b2":{"x":1}}}'],
    ['trust', `{"peers":{"alice":"${alice}","bob":"${bob}"}}`],
    ['configuration', '{"network":{"listen":[]}} // "network": {}, "network": {}'],
    ['deny', `[{"peerId":"${alice}"},{"peerId":"${bob}"}]`],
  ])('honest twin: a %s file without one is read', (kind, text) => {
    expect(() => readers[kind]?.(text)).not.toThrow();
  });
});

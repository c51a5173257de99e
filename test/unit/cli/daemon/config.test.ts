import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../cli/daemon/config.ts';
import { withoutComments } from '../../../../cli/daemon/jsonc.ts';
import { configTemplate } from '../../../../cli/daemon/template.ts';
import { idOf } from '../../../support/cast.ts';
import { folderOf } from '../../../support/cli.ts';

const fileOf = (text: string): string => join(folderOf({ 'peer.jsonc': text }), 'peer.jsonc');

describe('withoutComments', () => {
  it.each([
    ['{"a": 1} // end', { a: 1 }],
    ['/* a\n b */ {"a": /* x */ 1,}', { a: 1 }],
    [
      '{"a": "// no comment /* either */ ,]", "b": [1, 2,],}',
      { a: '// no comment /* either */ ,]', b: [1, 2] },
    ],
    ['{"a": "\\"//"}', { a: '"//' }],
  ])('%s', (text, value) => expect(JSON.parse(withoutComments(text))).toEqual(value));

  it('keeps the places of what is left', () => {
    const text = '{ // one\n  "a": /* two\n three */ 1 }';
    const left = withoutComments(text);
    expect(left.length).toBe(text.length);
    expect(left.indexOf('1')).toBe(text.indexOf('1 }'));
  });

  it.each(['{"a": "no end', '/* no end', '"', '/'])('ends on %s', text => {
    expect(withoutComments(text).length).toBe(text.length);
  });
});

describe('readConfig', () => {
  it('the template of `beryl peer init` is right, and holds every default', () => {
    const listen = '/ip4/127.0.0.1/tcp/4001';
    const [made, empty] = [fileOf(configTemplate(listen, '127.0.0.1:9464')), fileOf('{}')].map(path => {
      const { folder, key, data, nats, record, ...rest } = readConfig(path);
      const hosts = nats.hosts.map(host => relative(folder, host));
      return {
        ...rest,
        nats: { ...nats, hosts },
        record: { ...record, key: relative(folder, record.key) },
        key: relative(folder, key),
        data: relative(folder, data),
      };
    });
    expect(made).toEqual(empty);
  });

  it('the environment is over the file, flags are over both', () => {
    const path = fileOf('{"envelopes": "off", "log": {"level": "debug"}, "metrics": "off"}');
    expect(readConfig(path)).toMatchObject({ envelopes: 'off', log: { level: 'debug' } });
    const environment = { BERYL_ENVELOPES: 'monitor', BERYL_LISTEN: '/a, /b', BERYL_LOG_LEVEL: '' };
    expect(readConfig(path, environment)).toMatchObject({
      envelopes: 'monitor',
      network: { listen: ['/a', '/b'] },
      log: { level: 'debug' },
    });
    const flags = { envelopes: 'enforce', 'network.listen': undefined, 'log.level': 'warn' };
    expect(readConfig(path, environment, flags)).toMatchObject({
      envelopes: 'enforce',
      network: { listen: ['/a', '/b'] },
      log: { level: 'warn', format: 'json' },
    });
  });

  it('paths are relative to the file', () => {
    const path = fileOf('{"key": "../k", "data": "/var/lib/beryl", "denyFile": "d.json"}');
    const { folder, key, data, denyFile } = readConfig(path);
    expect([key, data, denyFile]).toEqual([join(folder, '../k'), '/var/lib/beryl', join(folder, 'd.json')]);
  });

  it('names every mistake by its path', () => {
    const path = fileOf(`{
      "envelopes": "maybe", "network": { "listen": ["4001"], "peers": ["/ip4/1.2.3.4/tcp/1"] }, "names": { "a": "bob" },
      "limits": { "ttl": 1 }, "grace": 1, "services": [{ "kind": "blog" }]
    }`);
    expect(() => readConfig(path)).toThrow(
      expect.objectContaining({
        code: 'ERR_CLI_CONFIG',
        message: expect.stringMatching(
          /network\.listen\.0: .*network\.peers\.0: a peer’s address ends.*envelopes: .*names\.a: .*services\.0\.auth: .*limits: .*ttl.*grace/s,
        ) as string,
      }) as Error,
    );
  });

  it.each([
    ['[]', /must be an object/],
    ['{', /is not a configuration/],
    ['{"network": 5}', /network: /],
    ['{"metrcs": "off"}', /file: Unrecognized key: "metrcs"; did you mean `metrics`\?/],
    ['{"network": {"relay": []}}', /network: Unrecognized key: "relay"; did you mean `relays`\?/],
  ])('refuses %s', (text, message) => {
    expect(() => readConfig(fileOf(text), { BERYL_LISTEN: '/a' })).toThrow(message);
  });

  it.each<[string, string, Record<string, string>, object, RegExp]>([
    ['a variable', '{}', { BERYL_LOG_LEVEL: 'loud' }, {}, /: log\.level \(set by BERYL_LOG_LEVEL\): /],
    [
      'an item of a variable',
      '{}',
      { BERYL_PEERS: '/ip4' },
      {},
      /: network\.peers\.0 \(set by BERYL_PEERS\): /,
    ],
    ['a flag', '{}', { BERYL_METRICS: 'off' }, { metrics: 'on' }, /: metrics \(set by a flag\): must be /],
    ['the file', '{"metrics": "on"}', { BERYL_LOG_LEVEL: 'info' }, {}, /: metrics: must be /],
    ['a line of the file', '{\n  "data": "a" // no comma\n  "key": "b"\n}', {}, {}, /line 3,? column 3\)/],
  ])('says that %s is at fault', (_, text, environment, flags, message) => {
    expect(() => readConfig(fileOf(text), environment, { ...flags })).toThrow(message);
  });

  it('takes peer ids by name', () => {
    expect(readConfig(fileOf(`{"names": {"a": "${idOf('alice')}"}}`)).names).toEqual({ a: idOf('alice') });
  });
});

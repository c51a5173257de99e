import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFromString } from '@fluencelabs/aqua-api';
import { describe, expect, it } from 'vitest';
import { AirError, parse } from '../../../air-grammar/index.ts';
import { NetworkError } from '../../../network/index.ts';
import { bindVariables } from '../../../network/variables.ts';
import { ROOT, sessionOf } from '../../support/cli.ts';

const respond = (value: string): string => `(call %init_peer_id% ("callbackSrv" "response") [${value}])`;

describe('variables of a network file', () => {
  const network = {
    init: 'alice',
    peers: { alice: {}, bob: {}, 'Büro 2': {} },
    variables: {
      one: 'bob',
      all: ['alice', 'bob'],
      mixed: ['bob', 'nobody'],
      office: 'Büro 2',
      inside: { peer: 'bob' },
      empty: [],
    },
    data: { word: 'bob' },
  };

  it.each([
    ['the name of a peer is its id', 'one', ['bob']],
    ['so are the names in a list of nothing else', 'all', [['alice', 'bob']]],
    ['a peer has any name', 'office', ['Büro 2']],
  ])('%s', async (_, variable, names) => {
    const session = await sessionOf(network);
    const id = (name: string | string[]): unknown =>
      Array.isArray(name) ? name.map(id) : session.peerIds.get(name);
    const { responseJson } = await session.run(respond(variable), { file: 's' });
    expect(JSON.parse(responseJson)).toEqual(id(names[0] as string));
  });

  it.each([
    ['a list with other text', 'mixed', '["bob","nobody"]'],
    ['an object', 'inside', '{"peer":"bob"}'],
    ['an empty list', 'empty', '[]'],
    ['data', 'word', '"bob"'],
  ])('%s stays as it is', async (_, variable, json) => {
    const { responseJson } = await (await sessionOf(network)).run(respond(variable), { file: 's' });
    expect(responseJson).toBe(json);
  });

  it('keeps numbers as they are written', async () => {
    const session = await sessionOf(
      '{"init":"a","peers":{"a":{}},"variables":{"n":[9007199254740993,18446744073709551615,1.0,1]}}',
    );
    const { responseJson } = await session.run(respond('n'), { file: 's' });
    expect(responseJson).toBe('[9007199254740993,18446744073709551615,1.0,1]');
  });
});

describe('compiled Aqua', () => {
  const compiled = async (name: string, noRelay: boolean): Promise<string> => {
    const code = readFileSync(join(ROOT, `test/aqua/programs/${name}.aqua`), 'utf8');
    const { functions } = await compileFromString({ code, noRelay, logLevel: 'off' });
    return functions['main']?.script as string;
  };

  it('loads its arguments, and a relay', async () => {
    const air = await compiled('call', false);
    expect(air).toContain('-relay-');
    const session = await sessionOf({
      init: 'alice',
      relay: 'bob',
      peers: { alice: {}, bob: {}, carol: {} },
      variables: { peer: 'carol', name: 'Ada' },
    });
    const report = await session.run(air, { file: 'main.air' });
    expect(report.failure).toBeUndefined();
    expect(report.responseJson).toBe('"Ada"');
    const visited = report.steps.map(({ input }) => session.nameOf(input.params.currentPeerId));
    expect(new Set(visited)).toEqual(new Set(['alice', 'bob', 'carol']));
  });

  it('has the init peer as its relay if the file names none', async () => {
    const session = await sessionOf({
      init: 'alice',
      peers: { alice: {}, carol: {} },
      variables: { peer: 'carol', name: 'Ada' },
    });
    const report = await session.run(await compiled('call', false), { file: 'main.air' });
    expect(report.responseJson).toBe('"Ada"');
  });

  it('takes lists of peers', async () => {
    const session = await sessionOf({
      init: 'alice',
      peers: { alice: {}, bob: {}, carol: {}, dave: {} },
      variables: { peers: ['bob', 'carol', 'dave'] },
    });
    const report = await session.run(await compiled('gather', true), { file: 'main.air' });
    expect(report.steps.length).toBeGreaterThan(3);
    expect(report.sends.every(({ failure }) => failure === undefined)).toBe(true);
  });
});

describe('bindVariables', () => {
  const bind = (script: string): unknown => {
    try {
      return bindVariables(script, new Map([['bob', 'id']]), 'dir/my.air');
    } catch (failure) {
      return failure;
    }
  };

  it.each([
    ['a syntax error', '(seq\n  (null)\n  (call bob ("op" "noop") [)', 3],
    ['a broken rule', '(seq\n  (call bob ("op" "noop") [])\n  (fail 0 "m"))', 3],
  ])('%s has the line of the user’s own text', (_, script, line) => {
    const failure = bind(script);
    expect(failure).toBeInstanceOf(AirError);
    expect((failure as AirError).message).toContain(`┌─ dir/my.air:${line}:`);
    expect((failure as AirError).diagnostics[0]?.line).toBe(line);
  });

  it('names where an unknown name stands, and what is known', () => {
    const failure = bind('(seq\n  (null)\n  (call nobody ("op" "noop") []))');
    expect(failure).toBeInstanceOf(NetworkError);
    expect((failure as NetworkError).code).toBe('ERR_CLI_VARIABLE');
    expect((failure as NetworkError).message).toBe(
      'the script uses `nobody` (dir/my.air:3:3), which neither it nor the network file defines; known are bob',
    );
  });

  it.each([
    ['(seq (ap 1 $s) (canon bob $s #s))', true],
    ['(seq (call bob ("op" "noop") []) (seq (ap 1 $s) (canon bob $s #s)))', true],
    ['(seq (ap "p" bob) (seq (ap 1 $s) (canon bob $s #s)))', false],
    ['(seq (ap (1 1) %m) (seq (canon bob %m #%m) (canon bob %m x)))', true],
    ['(seq (ap 1 $s) (canon unknown $s #s))', false],
  ])('loads a peer of `canon` once: %s %s', (script, isLoaded) => {
    const loads = String(bind(script)).match(/"getDataSrv" "bob"/g) ?? [];
    expect(loads.length).toBe(isLoaded ? 1 : 0);
  });

  it('leaves room for a comment at the end', () => {
    expect(() => parse(String(bind('(call bob ("op" "noop") []) ; the end')))).not.toThrow();
  });

  it('loads only what the script does not define', () => {
    expect(bind('(seq (ap 1 x) (call bob ("op" "noop") [x]))')).toBe(
      '(seq (call %init_peer_id% ("getDataSrv" "bob") [] bob)\n(seq (ap 1 x) (call bob ("op" "noop") [x])))',
    );
  });
});

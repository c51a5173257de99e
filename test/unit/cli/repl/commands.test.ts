import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource, replay } from '../../../../audit/index.ts';
import { COMMANDS, ReplState } from '../../../../cli/repl/commands.ts';
import { folderOf, sessionOf } from '../../../support/cli.ts';

const NETWORK = {
  init: 'a',
  clock: 'virtual',
  peers: {
    a: {},
    b: { services: [{ kind: 'auth', admins: ['a'] }] },
    c: { services: [{ kind: 'blog', auth: 'b' }] },
  },
  variables: { text: 'hello' },
};
const POST =
  '(seq (call b ("authSrv" "get_status") [] s) (call c ("blogSrv" "add_post") [text s.$.is_admin]))';

async function played(script?: string): Promise<(line: string) => string> {
  const state = new ReplState(await sessionOf(NETWORK));
  if (script !== undefined) await state.run(script);
  return line => {
    const [verb = '', ...words] = line.split(' ');
    return COMMANDS[verb]?.run(state, words) ?? '';
  };
}

describe('commands of the prompt', () => {
  it('answer before any script has run', async () => {
    const command = await played();
    for (const verb of ['trace', 'calls', 'why']) expect(command(verb)).toBe('no script has run yet');
    expect(command('peers')).toMatch(/^a {12}12D3KooW\w+\nb {12}12D3KooW\w+\nc {12}/);
    expect(command('help').split('\n')).toHaveLength(Object.keys(COMMANDS).length + 2);
  });

  it('show calls, origins, traces and services of the last script', async () => {
    const command = await played(POST);
    const calls = command('calls');
    const [, number] = /(\d+)\. c `blogSrv.add_post` \["hello",true\] served/.exec(calls) ?? [];
    expect(calls).toContain('     argument 2: from (b, authSrv, get_status, .$.is_admin)');
    expect(command(`why ${number} 2`)).toMatch(
      /^\(b, authSrv, get_status, \.\$\.is_admin\) record [0-9a-f]{16}…$/,
    );
    expect(command('trace')).toMatch(/^a: code 0\n/);
    expect(command('services')).toMatch(
      /c {12}blogSrv: add_post, list_posts\n {2}\{"posts":\[\{"id":1,"author":"a"/,
    );
  });

  it.each(['why', 'why 0', 'why 1 9', 'why x', 'tamper', 'record'])('refuse `%s`', async line => {
    const command = await played(POST);
    expect(() => command(line)).toThrow(expect.objectContaining({ code: 'ERR_CLI_COMMAND' }) as Error);
  });

  it('put an attacker on the wire, and take it off', async () => {
    const state = new ReplState(await sessionOf(NETWORK));
    COMMANDS['tamper']?.run(state, ['"is_admin":true', '"is_admin":null']);
    expect((await state.run(POST)).exitCode).toBe(5);
    expect(COMMANDS['tamper']?.run(state, ['off'])).toBe('the wire is free');
    expect((await state.run(POST)).exitCode).toBe(0);
  });

  it('write a recording that replays', async () => {
    const command = await played(POST);
    const path = join(folderOf({}), 'r.beryl');
    expect(command(`record ${path}`)).toMatch(/^recorded \d+ runs and \d+ calls so far in /);
    expect(replay(memorySource(new Uint8Array(readFileSync(path))))).toMatchObject({ equal: true });
  });
});

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayCommand } from '../../../../cli/commands/replay.ts';
import { runCommand } from '../../../../cli/commands/run.ts';
import { capture, folderOf } from '../../../support/cli.ts';

const network = (auth: string, admins: readonly string[] = ['author']): string =>
  JSON.stringify({
    init: 'author',
    clock: 'virtual',
    variables: { text: 'hello' },
    peers: {
      author: {},
      auth: { services: [{ kind: 'auth', admins }] },
      blog: { services: [{ kind: 'blog', auth }] },
    },
  });
const folder = folderOf({
  'post.air':
    '(seq (call auth ("authSrv" "get_status") [] s) (xor (call blog ("blogSrv" "add_post") [text s.$.is_admin]) (call blog ("blogSrv" "add_post") [text true])))',
  'network.json': network('auth'),
  // The Blog trusts another Auth service now.
  'changed.json': network('author'),
  'without.json': '{"init":"author","peers":{"author":{}}}',
});
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  const options = { network: at('network.json'), record: at('r.beryl') };
  expect(await runCommand(at('post.air'), options, capture())).toBe(0);
});

describe('beryl replay --services', () => {
  it('asks the guards of today about each recorded call', async () => {
    const same = capture();
    expect(await replayCommand(at('r.beryl'), { services: at('network.json') }, same)).toBe(0);
    expect(same.said).toMatch(/guards asked again for \d+ calls?: equal/u);
  });

  it('names the call that changed services decide otherwise, with the reason', async () => {
    const output = capture();
    expect(await replayCommand(at('r.beryl'), { services: at('changed.json'), json: true }, output)).toBe(5);
    expect(output.said).toContain('`blogSrv.add_post` ended at `passed`, now at `guards`');
    expect(output.said).toContain('argument `is_admin` has the wrong origin');
    expect(JSON.parse(output.documents[0] ?? '')).toMatchObject({
      equal: true,
      guards: { changedCount: 1, changed: [{ service: 'blogSrv', function: 'add_post', now: 'guards' }] },
    });
  });

  it('says how many calls it did not ask about', async () => {
    const output = capture();
    expect(await replayCommand(at('r.beryl'), { services: at('without.json') }, output)).toBe(0);
    expect(output.said).toMatch(/; \d+ calls? of services that the file does not have/u);
  });
});

import { expect, it } from 'vitest';
import { jsonText } from '../../../cli/json-text.ts';
import { runJson, stateOf } from '../../../cli/run-json.ts';
import { sessionOf } from '../../support/cli.ts';

it('runJson is lossless, and has all fields of docs/cli.md', async () => {
  const session = await sessionOf(
    '{"init":"a","clock":"virtual","peers":{"a":{"services":[{"kind":"auth"}]}},"variables":{"n":18446744073709551615}}',
  );
  const json = runJson(
    session,
    await session.run('(call %init_peer_id% ("callbackSrv" "response") [n 1.0])', { file: 's' }),
  );
  const text = jsonText(json);
  expect(text).toContain('"response": [18446744073709551615,1.0]');
  const parsed = JSON.parse(text) as object;
  expect(Object.keys(parsed).toSorted()).toEqual(
    'outcome exitCode layer code peerId text particleId initPeerId peers steps response calls refusals state'
      .split(' ')
      .toSorted(),
  );
  expect(parsed).toMatchObject({ outcome: 'ok', calls: [{ functionName: 'n', decision: 'served' }, {}] });
});

it('stateOf names state by peer and service', async () => {
  const session = await sessionOf({
    init: 'a',
    peers: { a: {}, 'b c': { services: [{ kind: 'blog', auth: 'a' }] } },
  });
  expect(stateOf(session)).toEqual({ 'b c/blogSrv': { posts: [] } });
});

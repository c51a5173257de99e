import { expect, it } from 'vitest';
import { jsonText } from '../../../cli/json-text.ts';
import { runJson } from '../../../cli/run-json.ts';
import { sessionOf } from '../../support/cli.ts';

// Names are the user's. Those of what JavaScript objects inherit must neither be lost nor find what nobody has written.
const NETWORK = `{"init":"__proto__","clock":"virtual",
  "variables":{"constructor":"toString","hasOwnProperty":[1]},"data":{"valueOf":{"__proto__":1}},
  "peers":{"toString":{},"__proto__":{"services":[
    {"kind":"constant","id":"s","functions":{"__proto__":7,"constructor":8}},
    {"kind":"auth","admins":["__proto__"]}]}}}`;

it('peers, variables, data and functions keep names such as `__proto__`', async () => {
  const session = await sessionOf(NETWORK);
  expect([...session.peerIds.keys()]).toEqual(['toString', '__proto__']);
  const report = await session.run(
    `(seq (seq (call __proto__ ("s" "__proto__") [] x) (call __proto__ ("s" "constructor") [] y))
      (seq (call __proto__ ("authSrv" "get_status") [] z)
        (call %init_peer_id% ("callbackSrv" "response") [x y valueOf constructor hasOwnProperty z.$.is_admin])))`,
    { file: 'odd' },
  );
  const id = session.peerIds.get('toString');
  expect(report.responseJson).toBe(`[7,8,{"__proto__":1},"${id}",[1],true]`);
  const { peers } = JSON.parse(jsonText(runJson(session, report))) as { peers: object };
  expect(Object.entries(peers)).toEqual([...session.peerIds]);
});

it('a name that nobody has defined is not found', async () => {
  const session = await sessionOf('{"init":"a","peers":{"a":{}}}');
  for (const name of ['__proto__', 'constructor', 'toString'])
    await expect(session.run(`(call ${name} ("op" "noop") [])`, { file: 'odd' })).rejects.toMatchObject({
      code: 'ERR_CLI_VARIABLE',
    });
});

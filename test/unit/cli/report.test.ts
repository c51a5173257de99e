import { describe, expect, it } from 'vitest';
import { reportText } from '../../../cli/report.ts';
import { sessionOf } from '../../support/cli.ts';

const NETWORK = {
  init: 'a',
  clock: 'virtual',
  peers: { a: {}, b: {}, blog: { services: [{ kind: 'blog', auth: 'b' }] } },
  variables: { text: 'hello' },
};

async function report(script: string, network: object | string = NETWORK, verbose = false): Promise<string> {
  const session = await sessionOf(network);
  return reportText(session, await session.run(script, { file: 's' }), { verbose });
}

describe('reportText', () => {
  it('says where each argument came from', async () => {
    const text = await report(`
      (seq
        (seq
          (seq (call b ("json" "obj") ["k" "v"] o) (ap o.$.k $s))
          (seq (ap "lit" $s) (canon a $s #c)))
        (xor
          (call b ("json" "parse") ["no"] p)
          (call b ("op" "array") [text "x" o.$.k #c :error:.$.message])))`);
    expect(text).toContain('    argument 1: from (a, getDataSrv, text, )\n');
    expect(text).toContain("    argument 2: literal in a's script\n");
    expect(text).toContain('    argument 3: from (b, json, obj, .$.k)\n');
    expect(text).toMatch(/argument 4: from \(b, json, obj, \.\$\.k\); literal in a's script\n/);
    expect(text).toMatch(/argument 5: error from \(b, json, parse, :error:\.\$\.message\)/);
  });

  it('gives the reason of a failure that no event shows', async () => {
    expect(await report('(seq (never) (call %init_peer_id% ("callbackSrv" "response") []))')).toMatch(
      /outcome: network-error \(network, ERR_STARTED_EXPIRED\)\n {4}reason: particle `[0-9a-f]{32}` expired after its ttl of 7000 ms; nothing is awaited/,
    );
    expect(await report('(fail 7 "because")')).toMatch(/script-error at a .*\n {4}reason: .*because/);
  });

  it('gives each reason once', async () => {
    const text = await report('(call blog ("blogSrv" "add_post") [text true])');
    expect(text.match(/denied `blogSrv.add_post`/g)).toHaveLength(1);
    expect(text).not.toContain('reason:');
  });

  it('shows loads that fail, and hides those that do not', async () => {
    const text = await report(
      '(xor (call %init_peer_id% ("getDataSrv" "missing") [] x) (call b ("op" "identity") [text]))',
    );
    expect(text).toContain('a: `getDataSrv.missing` []\n    refused (find, ERR_FUNCTION_UNKNOWN)');
    expect(text).not.toContain('getDataSrv.text`');
  });

  it('reports an author’s mistake as such', async () => {
    const text = await report(
      '(seq (call b ("op" "identity") [1] x) (seq (call blog ("op" "noop") []) (call blog ("op" "identity") [2] x)))',
    );
    expect(text).toContain('the script cannot go on here (script, ERR_RUN_20007)\n    ');
    expect(text).not.toContain('refused what');
  });

  it('shows numbers without loss', async () => {
    const network = '{"init":"a","peers":{"a":{}},"variables":{"n":[18446744073709551615,1.0]}}';
    const text = await report('(call %init_peer_id% ("callbackSrv" "response") [n])', network);
    expect(text).toContain('response: [18446744073709551615,1.0]\n');
  });

  it('with verbose shows every hop and every load', async () => {
    const text = await report('(call b ("op" "identity") [text] x)', NETWORK, true);
    expect(text).toMatch(/^script:\n {2}\(seq \(call/);
    expect(text).toContain('hop 1 at a, with ');
    expect(text).toContain('a: `getDataSrv.text` []');
    expect(text).toMatch(/site \d+: ok `op\.identity` by b = "hello"/);
  });
});

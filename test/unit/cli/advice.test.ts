import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditCallsCommand, auditTimelineCommand } from '../../../cli/commands/audit-list.ts';
import { auditVerifyCommand, verifyCommand } from '../../../cli/commands/verify.ts';
import { receiptCommand } from '../../../cli/commands/receipt.ts';
import { reportText } from '../../../cli/report.ts';
import { idOf } from '../../support/cast.ts';
import { capture, folderOf, sessionOf } from '../../support/cli.ts';
import { POST, recordWorld } from '../../support/recording.ts';

// A message says what to do: which names exist, which one was meant, which file and line are wrong.
const folder = folderOf({ 'r.beryl': await recordWorld({ scripts: [POST] }) });
const at = (name: string): string => join(folder, name);
const RECORDING = at('r.beryl');

describe('a name that a recording does not have', () => {
  it.each([
    [{ peer: 'carrol' }, 'the recordings have no peer `carrol`; did you mean `carol`?'],
    [{ peer: 'nobody' }, /^the recordings have no peer `nobody`; there are (`\w+`, )+`\w+`$/],
    [{ peer: '\u001b[2J' }, /no peer `\\u\{1b\}\[2J`; there are/],
    [{ particle: 'p-none' }, /^the recordings have no particle `p-none`/],
  ])('%j is refused, with those that it has', (options, message) => {
    for (const command of [auditCallsCommand, auditTimelineCommand])
      expect(() => command([RECORDING], options, capture())).toThrow(message);
  });

  it.each([
    [
      { service: 'blogSrv', function: 'add_pots' },
      'no calls of that kind; did you mean `blogSrv.add_post`?\n',
    ],
    [{ outcome: 'denied' }, 'no calls\n'],
  ])('%j: an empty list says so', (options, said) => {
    const output = capture();
    auditCallsCommand([RECORDING], options, output);
    expect([output.said, output.listed]).toEqual([said, '']);
  });

  it('honest twin: names, ids, and names of the trust file find calls', () => {
    writeFileSync(at('named.json'), JSON.stringify({ peers: { host: idOf('carol') } }));
    for (const peer of ['carol', idOf('carol'), 'host']) {
      const output = capture();
      auditCallsCommand([RECORDING], { peer, trust: at('named.json') }, output);
      expect(output.listed).toContain('blogSrv.add_post');
    }
  });
});

describe('an audit', () => {
  it('says which name the file gives to a peer that is not known', () => {
    const output = capture();
    auditVerifyCommand([RECORDING], {}, output);
    expect(output.listed).toContain(
      `you did not name the key of peer ${idOf('carol')} (\`carol\`, says the file)`,
    );
  });

  it('says which command takes a file that is not a recording', () => {
    writeFileSync(at('not-json.txt'), 'hello');
    const kept = at('kept.checkpoint');
    writeFileSync(kept, 'example.com/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n');
    expect(() => auditVerifyCommand([RECORDING, kept], {}, capture())).toThrow(
      `\`${kept}\` is not a recording but of the kind checkpoint: \`beryl verify\` takes it`,
    );
    expect(() => verifyCommand([RECORDING, at('not-json.txt')], {}, capture())).toThrow(
      `\`${at('not-json.txt')}\`: this is nothing that Beryl verifies`,
    );
  });

  it.each([
    ['trust', '{"peers":{"x":5}}', /t\.txt`: peers\.x: .*; a trust file is \{ "peers"/, 'ERR_TRUST_FILE'],
    ['trust', '{', /t\.txt`: it is not JSON; a trust file is/, 'ERR_TRUST_FILE'],
    [
      'policy',
      'fly\n',
      /t\.txt`: line 1 of the policy: `fly` is not a line of a policy: write `log <key>`/,
      'ERR_LOG_POLICY',
    ],
    ['policy', '\n\nlog x\n', /t\.txt`: line 3 of the policy: `x` is not a key of the form/, 'ERR_NOTE_KEY'],
  ])('names file, place and form of a mistake: --%s %j', (option, text, message, code) => {
    writeFileSync(at('t.txt'), text);
    const verify = () => auditVerifyCommand([RECORDING], { [option]: at('t.txt') }, capture());
    expect(verify).toThrow(message);
    expect(verify).toThrow(expect.objectContaining({ code }) as Error);
  });
});

it('a list of receipts says what stands for a value that is left out', () => {
  const output = capture();
  receiptCommand(RECORDING, undefined, { value: false, arguments: true }, output);
  for (const line of output.listed.trim().split('\n'))
    expect(line).toMatch(/: ok left out; hash [0-9a-f]{64}$/);
});

describe('a script with a misspelt name', () => {
  const NETWORK = {
    init: 'author',
    clock: 'virtual',
    peers: { author: {}, auth: { services: [{ kind: 'auth' }] } },
    variables: { text: 'hello' },
  };
  const shown = async (script: string): Promise<string> => {
    const session = await sessionOf(NETWORK);
    return reportText(session, await session.run(script, { file: 's' }), { verbose: false });
  };

  it.each([
    ['(call auth ("authSrv" "get_stats") [])', 'did you mean `authSrv.get_status`?'],
    ['(call auth ("autSrv" "get_status") [])', 'did you mean `authSrv.get_status`?'],
    ['(call auth ("op" "nop") [])', 'did you mean `op.noop`?'],
  ])('%s', async (script, hint) => expect(await shown(script)).toContain(`      ${hint}`));

  it('what is like nothing gets no hint', async () => {
    expect(await shown('(call auth ("weather" "tomorrow") [])')).not.toContain('did you mean');
  });

  it.each([
    ['(call auht ("op" "noop") [])', 'defines; did you mean `auth`? known are'],
    ['(call auth ("op" "identity") [txt])', 'defines; did you mean `text`? known are'],
  ])('%s', async (script, message) => await expect(shown(script)).rejects.toThrow(message));

  it('of a peer in the network file', () => {
    const services = [{ kind: 'blog', auth: 'auht' }];
    expect(() => sessionOf({ ...NETWORK, peers: { ...NETWORK.peers, b: { services } } })).toThrow(
      'unknown peer `auht`; did you mean `auth`? peers are author, auth, b',
    );
  });
});

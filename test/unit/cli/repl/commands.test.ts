import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memorySource, replay } from '../../../../audit/index.ts';
import { folderOf, ROOT } from '../../../support/cli.ts';
import { POST_PROGRAM } from '../../../support/post-program.ts';
import { Typed } from '../../../support/repl.ts';

const POST =
  '(seq (call auth ("authSrv" "get_status") [] s) (call blog ("blogSrv" "add_post") ["hi" s.$.is_admin] post))';

describe('commands of the prompt', () => {
  it.each(['trace', 'calls', 'step', 'back', 'run', 'why 1', 'explain', 'fmt'])(
    '`:%s` says that nothing has run yet',
    async line => {
      const typed = await Typed.open();
      expect(await typed.type(`:${line}`)).toBe('ERR_CLI_COMMAND: no script has run yet');
    },
  );

  it.each([
    ['peers all', ':peers'],
    ['trace 1', ':trace'],
    ['why', ':why <name> | <call> [argument]'],
    ['why s 2', ':why <name> | <call> [argument]'],
    ['step x', ':step [count | run <number>]'],
    ['step run 99', ':step [count | run <number>]'],
    ['tamper off now', ':tamper value'],
    ['tamper value a', ':tamper value'],
    ['record', ':record <file>'],
    ['set x', ':set [name] [value]'],
    ['service blog greeter', ':service <peer> <id> <{"function": answer}>'],
    ['quit now', ':quit'],
  ])('refuses words that are missing, or that it would ignore: `:%s`', async (line, usage) => {
    const typed = await Typed.open();
    await typed.type(POST);
    expect(await typed.type(`:${line}`)).toContain(`ERR_CLI_COMMAND: usage: ${usage}`);
  });

  it.each([
    ['call', 'unknown command `:call`; did you mean `:calls`?'],
    ['__proto__', 'unknown command `:__proto__`; :help lists them'],
    ['value stat', 'no script has set `stat`; did you mean `s`?'],
    ['value s.$.is_admn', '`s` has no part `.$.is_admn`; did you mean `is_admin`?'],
    ['as blg', 'unknown peer `blg`; did you mean `blog`?'],
    ['help tampr', 'unknown topic `tampr`; did you mean `tamper`?'],
    ['tamper recrd x', '`recrd` cannot be tampered with; did you mean `record`?'],
    ['tamper envelope origim', 'unknown change of envelopes `origim`; did you mean `origin`?'],
    ['tamper record authSrv.get_statu', 'no peer has a function `authSrv.get_statu`; did you mean'],
    ['why 99', 'unknown call 99: calls are 1 to'],
    ['why 2 9', 'that call has 2 arguments'],
  ])('names the near miss: `:%s`', async (line, text) => {
    const typed = await Typed.open();
    await typed.type('(call auth ("authSrv" "get_status") [] s)');
    await typed.type('(call blog ("blogSrv" "add_post") ["hi" s.$.is_admin] post)'.replace('s.$', 's.$'));
    await typed.type(POST);
    const shown = await typed.type(`:${line}`);
    expect(shown).toContain(line === 'value stat' ? 'no script has set `stat`' : text);
  });

  it('goes through what has happened, forwards and backwards', async () => {
    const typed = await Typed.open();
    await typed.type(POST);
    const first = await typed.type(':step');
    expect(first).toMatch(
      /^run 1 of \d+ at author, before instruction 1 of 1 \(line 1, column 6, site \d+\)\n/,
    );
    let last = first;
    for (let i = 0; i < 100 && !last.endsWith('this is the end'); i++) last = await typed.type(':step');
    expect(last).toContain('s = {"is_admin":true,"is_misbehaving":false} from (auth, authSrv, get_status, )');
    expect(last).toContain('ok `blogSrv.add_post` by blog = 1');
    for (let i = 0; i < 100 && !last.endsWith('this is the beginning'); i++) last = await typed.type(':back');
    expect(last.replace('\nthis is the beginning', '')).toBe(first);
    expect(await typed.type(':step run 2')).toMatch(/^run 2 of \d+ at auth, before instruction 1 of/);
    const pending = await typed.type(':step 99');
    expect(pending).toMatch(/this is the end$/);
  });

  it('puts attackers on the wire, who are refused, and takes them off', async () => {
    const typed = await Typed.open();
    expect(await typed.type(POST)).toContain('outcome: ok');
    for (const [attack, code] of [
      ['value "is_admin":true "is_admin":null', 'ERR_RUN_8'],
      ['argument authSrv.get_status', 'ERR_RUN_9'],
      ['record authSrv.get_status', 'ERR_RUN_9'],
      ['hop add_post del_post', 'ERR_PARTICLE_SIGNATURE'],
      ['envelope payload', 'ERR_ENVELOPE_PAYLOAD'],
      ['envelope origin', 'ERR_ENVELOPE_SIGNATURE'],
      ['envelope route', 'ERR_ENVELOPE_ROUTE'],
      ['envelope missing', 'ERR_ENVELOPE_MISSING'],
      ['envelope replay', 'ERR_ENVELOPE_REPLAYED'],
    ]) {
      await typed.type(`:tamper ${attack}`);
      expect(await typed.type(':run'), attack).toContain(`, ${code})`);
      expect(await typed.type(':refused')).toContain(code);
    }
    expect(await typed.type(':tamper off')).toBe('the wire is free');
    expect(await typed.type(':run')).toContain('outcome: ok');
  });

  it('shows a denial in full, with the origins of the arguments', async () => {
    const typed = await Typed.open();
    await typed.type('(call blog ("blogSrv" "add_post") ["hi" true] post)');
    expect(await typed.type(':refused')).toMatch(
      /^blog: `blogSrv\.add_post` \["hi",true\]\n {2}guards, ERR_CALL_DENIED_GUARD\n[^]*argument 2\n {4}\(author, , , \) literal$/,
    );
  });

  it('defines a service, changes it, and loads one with code', async () => {
    const typed = await Typed.open();
    expect(await typed.type(':service blog greeter {"hello": "a"}')).toBe('on blog: greeter: hello()');
    expect(await typed.type('(call blog ("greeter" "hello") [] g)')).toContain('g = "a"');
    await typed.type(':service blog greeter {"hello": "b"}');
    expect(await typed.type(':run')).toContain('g = "b"');
    expect(await typed.type(':service blog {"kind": "x"}')).toContain('ERR_CLI_COMMAND: not a service');
    expect(await typed.type(':service blog op {"f": 1}')).toContain('ERR_CLI_NETWORK_FILE');
    const module = join(folderOf({}), 'm.mjs');
    const write = (answer: number): void =>
      writeFileSync(
        module,
        `import { defineService } from ${JSON.stringify(join(ROOT, 'dist/services/index.js'))};
        export default defineService({ id: 'own', functions: { f: { arguments: {}, guards: {}, handler: () => ${answer} } } });`,
      );
    write(1);
    expect(await typed.type(`:load ${module} auth`)).toBe('on auth: own: f()');
    expect(await typed.type('(call auth ("own" "f") [] f)')).toContain('f = 1');
    write(2);
    await typed.type(`:load ${module} auth`);
    expect(await typed.type(':run')).toContain('f = 2');
    expect(await typed.type(':services auth')).toContain('own: f()');
  });

  it('writes a recording that replays, also after services have changed', async () => {
    const typed = await Typed.open();
    await typed.type(`${POST}\n:service blog greeter {"hello": "a"}\n(call blog ("greeter" "hello") [] g)`);
    const path = join(folderOf({}), 'r.beryl');
    expect(await typed.type(`:record ${path}`)).toMatch(/^recorded \d+ runs and \d+ calls so far in /);
    expect(replay(memorySource(new Uint8Array(readFileSync(path))))).toMatchObject({ equal: true });
    expect(await typed.type(':replay')).toMatch(/^replayed \d+ runs and \d+ calls: equal to the byte$/);
    expect(await typed.type(`:replay ${path}`)).toMatch(/equal to the byte$/);
  });

  it('saves a session that only its owner reads, and opens it', async () => {
    const typed = await Typed.open();
    await typed.type(`; a comment\n${POST}\n:set note "kept"\n:fly`);
    const path = join(folderOf({}), 's.txt');
    expect(await typed.type(`:save ${path}`)).toContain('saved 2 inputs in ');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await typed.type('(ap 1 other)');
    expect(await typed.type(`:open ${path}`)).toContain('outcome: ok');
    expect(await typed.type(':origins')).toMatch(/^post [^]*\ns /);
    expect(await typed.type('other')).toContain('no script has set `other`');
    expect(await typed.type(':set')).toContain('note = "kept"');
  });

  it('sets names for values, and chooses who starts', async () => {
    const typed = await Typed.open();
    expect(await typed.type(':set who auth')).toBe('who = "auth"');
    expect(await typed.type('(call who ("authSrv" "get_status") [] s)')).toContain(
      'auth: `authSrv.get_status`',
    );
    expect(await typed.type(':set 1x 2')).toContain('is not a name');
    expect(await typed.type(':as mallory')).toBe('mallory starts scripts');
    expect(await typed.type('(call auth ("authSrv" "get_status") [] s)')).toContain('"is_admin":false');
    expect(await typed.type(':peers')).toMatch(/mallory +12D3\w+ \*/);
  });

  it('calls functions of Aqua programs, with names of the session and callbacks', async () => {
    const typed = await Typed.open();
    const path = join(folderOf({ 'post.aqua': POST_PROGRAM }), 'post.aqua');
    const functions = await typed.type(`:aqua ${path}`);
    expect(functions).toContain(
      'say which function to call, with `--call` or at the prompt behind the file: ',
    );
    expect(functions).toContain('post(text: string, auth: string, blog: string, log: string -> ())');
    expect(functions).toContain('raise(text: string, blog: string)');
    const posted = await typed.type(`:aqua ${path} post("hello", auth, blog)`);
    expect(posted).toContain('log: "hello"\n');
    expect(posted).toMatch(/^response: 1\noutcome: ok$/m);
    const raised = await typed.type(`:aqua ${path} raise("hello", blog)`);
    expect(raised).toContain('argument `is_admin` has the wrong origin');
    expect(await typed.type(':refused')).toContain('denied `blogSrv.add_post`');
    expect(await typed.type(`:aqua ${path} rise("hello", blog)`)).toContain('ERR_AQUA_FUNCTION');
    expect(await typed.type(`:aqua ${path} raise("hello", bloog)`)).toContain('did you mean `blog`?');
    expect(await typed.type(`:aqua ${path} raise(`)).toContain('is not a call');
    expect(await typed.type(':aqua none.aqua f()')).toMatch(/^ERR_\w+: /);
    // The session goes on.
    expect(await typed.type('(ap 1 x)')).toContain('x = 1');
  });

  it('explains and formats the last script, a text, or a file', async () => {
    const typed = await Typed.open();
    await typed.type(POST);
    expect(await typed.type(':explain')).toContain('2 steps on 2 peers');
    expect(await typed.type(':explain (call auth ("authSrv" "get_status") [] q)')).toContain(
      '1 step on 1 peer',
    );
    const path = join(folderOf({ 'x.air': '; why\n(seq (null)\n(null))' }), 'x.air');
    expect(await typed.type(`:fmt ${path}`)).toMatch(/^; why\n\(seq\n/);
    expect(await typed.type(':explain (call')).toContain('prompt:1:');
  });
});

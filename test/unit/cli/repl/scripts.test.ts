import { describe, expect, it } from 'vitest';
import { Typed } from '../../../support/repl.ts';

const STATUS = '(call auth ("authSrv" "get_status") [] status)';
const POST = '(call blog ("blogSrv" "add_post") ["hi" status.$.is_admin] post)';

describe('variables of earlier scripts', () => {
  it('keep their true origins: a guard accepts the result of an earlier call', async () => {
    const typed = await Typed.open();
    await typed.type(STATUS);
    const shown = await typed.type(POST);
    expect(shown).toContain('argument 2: from (auth, authSrv, get_status, .$.is_admin)');
    expect(shown).toContain('post = 1');
    expect(await typed.type(':why post')).toContain('(auth, authSrv, get_status, .$.is_admin) record');
    expect(await typed.type(':replay')).toMatch(/equal to the byte$/);
  });

  it('run no handler twice', async () => {
    const typed = await Typed.open();
    await typed.type(`${STATUS}\n${POST}\n(ap post again)`);
    expect(await typed.type('(ap again thrice)')).toContain('thrice = 1');
    const posts = await typed.type('(call blog ("blogSrv" "list_posts") [] posts)');
    expect(posts.match(/"id":/g)).toHaveLength(2); // the call, and the variable
  });

  it('are those of the newest script, under any names', async () => {
    const typed = await Typed.open();
    await typed.type('(seq (ap 2 a) (ap a b))');
    expect(await typed.type('(seq (ap 3 a) (call author ("op" "array") [a b] r))')).toContain('r = [3,2]');
    await typed.type('(ap 4 a)');
    expect(await typed.type('(call author ("op" "array") [a b r] r2)')).toContain('r2 = [4,2,[3,2]]');
  });

  it('survive the failure of their script', async () => {
    const typed = await Typed.open();
    const failed = await typed.type('(seq (call auth ("authSrv" "get_status") [] status) (fail 7 "no"))');
    expect(failed).toContain('outcome: script-error');
    expect(failed).toContain('status = {"is_admin":true');
    expect(await typed.type(POST)).toContain('post = 1');
  });

  it('may be streams and canons, folds and private ones left out', async () => {
    const typed = await Typed.open();
    await typed.type('(seq (ap 1 $s) (ap 2 $s))');
    expect(await typed.type('(canon author $s #c)')).toContain('#c = [1,2]');
    await typed.type('(new $s (ap 9 $s))');
    expect(await typed.type('(fold #c i (seq (ap i $out) (next i)))')).toContain('$out = [1,2]');
    expect(await typed.type('i')).toContain('no script has set `i`');
    expect(await typed.type('exit')).toContain('no script has set `exit`; the command is `:quit`');
  });

  it('are data where another peer starts the script, and guards see that', async () => {
    const typed = await Typed.open();
    await typed.type(`${STATUS}\n:as mallory`);
    const shown = await typed.type(POST);
    expect(shown).toContain('note: status loaded as data');
    expect(shown).toContain('found    (mallory, getDataSrv, status, .$.is_admin)');
    expect(shown).toContain('outcome: denied');
  });

  it('mistakes are shown in the text as it was typed', async () => {
    const typed = await Typed.open();
    await typed.type(STATUS);
    expect(await typed.type('(call blog ("blogSrv" "add_post") ["hi" stats] post)')).toContain(
      '`stats` (prompt:1:1), which neither it nor the network file defines; did you mean `status`?',
    );
  });

  it('a script that waits says so', async () => {
    const typed = await Typed.open();
    expect(await typed.type('(seq (never) (ap 1 x))')).toContain('note: the script is not complete');
  });

  it('a script that names a variable replaces what :set gave, and the other way round', async () => {
    const typed = await Typed.open();
    await typed.type(':set x 1\n(ap 2 x)');
    expect(await typed.type('(ap x y)')).toContain('y = 2');
    await typed.type(':set x 3');
    expect(await typed.type('(ap x z)')).toContain('z = 3');
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { offerOf } from '../../../../cli/repl/completer.ts';
import { COMMANDS } from '../../../../cli/repl/table.ts';
import { Typed } from '../../../support/repl.ts';

describe('the tabulator key', () => {
  let typed: Typed;
  beforeAll(async () => {
    typed = await Typed.open();
    await typed.type('(call auth ("authSrv" "get_status") [] status)');
  });
  const offer = (before: string): readonly string[] => offerOf(typed.state, COMMANDS, before).words;

  it.each<[string, string[]]>([
    [':rec', [':record']],
    ['(nul', ['null']],
    ['(seq (ap 1 first)\n (call fi', ['first']],
    ['(null', []],
    ['(call bl', ['blog', 'blogSrv']],
    ['(call blog ("blo', ['blogSrv']],
    ['(call blog ("blogSrv" "', ['add_post', 'list_posts']],
    ['(call auth ("authSrv" "get', ['get_status']],
    ['(ap sta', ['status']],
    ['(ap status.$.is_a', ['is_admin']],
    ['status.$.', ['is_admin', 'is_misbehaving']],
    ['status.', ['$.']],
    ['sta', ['status']],
    ['status', ['status.$.']],
    ['(ap status', ['status.$.']],
    ['(call auth ("authSrv" "get_status") [] status', []],
    [':why sta', ['status']],
    [':as mal', ['mallory']],
    [':tamper rec', ['record']],
    [':tamper record authSrv.get', ['authSrv.get_status']],
    [':help tamp', ['tamper']],
    [':explain (call bl', ['blog', 'blogSrv']],
    [':load READM', []],
  ])('%j offers %j', (before, words) => expect(offer(before)).toEqual(words));

  it('offers %init_peer_id% and peers where a peer stands', () =>
    expect(offer('(call ')).toEqual(expect.arrayContaining(['%init_peer_id%', 'author', 'status'])));

  it('says which part of the text a word replaces', () =>
    expect(offerOf(typed.state, COMMANDS, '(ap status.$.is_a').typed).toBe('is_a'));

  it('says which words a dot may follow', () => {
    const { goOn } = offerOf(typed.state, COMMANDS, '(seq (ap 1 first)\n (ap fi');
    expect([...goOn]).toEqual(expect.arrayContaining(['first', 'status']));
    expect(goOn.has('null')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { toBase58, utf8 } from '../../base/bytes.ts';
import { peerIdOf, RetCode } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { answeredByAuth, HONEST_POST } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a peer id under which anybody can sign, or that two people spell alike, has a log.
// Means:   ids without a key, of other algorithms, of points of small order, in other spellings.
// Refused: by verifyKey, before any signature is looked at; one id is one Ed25519 key.
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const IDENTITY = `01${'00'.repeat(31)}`;

describe('records of a peer id that is not a key', () => {
  it('honest twin: alice’s id', () => {
    const { bench, forgery } = answeredByAuth();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_POST);
  });

  it.each([
    ['nothing', ''],
    ['a name', 'alice'],
    ['fifty-two characters', '12D3KooW'.padEnd(52, 'x')],
    ['an RSA key', 'QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC'],
    ['a secp256k1 key', '16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY'],
    ['an Ed25519 key as a CID', 'bafzaajaiaejcbaznwr6bzzp4lqo4djhbgz7qoyy2ok2xwlxnfpc5d3dvs27ipq3f'],
    ['a key of another algorithm in the same form', toBase58(hex(`002408021220${'22'.repeat(32)}`))],
    ['no key of that length', toBase58(hex(`00240801121f${'22'.repeat(31)}`))],
    ['no point', peerIdOf(hex(`02${'00'.repeat(31)}`))],
    ['the identity, under which one signature fits every message', peerIdOf(hex(IDENTITY))],
    ['a point of order 2', peerIdOf(hex(`ec${'ff'.repeat(30)}7f`))],
    ['a point of order 4', peerIdOf(new Uint8Array(32))],
    ['a point of order 8', peerIdOf(hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'))],
    ['a coordinate that is not reduced', peerIdOf(hex(`ee${'ff'.repeat(30)}7f`))],
    ['alice’s id and a blank', `${idOf('alice')} `],
    ['alice’s id in small letters', idOf('alice').toLowerCase()],
  ])('are refused: %s', (_, peerId) => {
    const { bench, forgery } = answeredByAuth();
    forgery.attribute(forgery.log('alice'), peerId);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.keyInvalid, {
      text: `records are attributed to \`${peerId}\`, which is not the id of an Ed25519 key`,
    });
  });

  it('are refused before they are read: an id of more than 256 bytes', () => {
    const { bench, forgery } = answeredByAuth();
    forgery.attribute(forgery.log('alice'), 'x'.repeat(257));
    expect(utf8('x'.repeat(257))).toHaveLength(257);
    expectRefused(bench.run('bob', { current: forgery.bytes }), RetCode.dataMalformed);
  });
});

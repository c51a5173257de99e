import { describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';

// Goal:    a value passes for another part of Auth's answer than it is.
// Means:   the tricks a script can play: run-time accessors, canons, errors, lengths, odd keys.
// Refused: the tetraplet says what the value really is, so a guard for `.$.is_admin` does not match.
const AUTH = `(call "alice" ("authSrv" "get_status") [] status)`;
const ANSWER =
  '{"is_admin":false,"is_misbehaving":true,"is_admin.x":true,"list":[1,2],"key":"is_misbehaving","good":"is_admin"}';

/** The tetraplet of the first argument of bob's `add_post`. */
function tetraplet(
  script: string,
  answer: { retCode: number; resultJson: string } = { retCode: 0, resultJson: ANSWER },
): string {
  const bench = new Bench(script);
  bench.run('alice');
  bench.run('alice', { results: { 1: answer } });
  const { callRequests, errorMessage } = bench.deliver('alice', 'bob');
  const [found] = callRequests.get(1)?.tetraplets[0] ?? [];
  if (found === undefined) throw new Error(`no call request: ${errorMessage}`);
  return `${found.peerId === idOf('alice') ? 'alice' : found.peerId}/${found.serviceId}/${found.functionName}/${found.getter}`;
}

const post = (argument: string): string => `(call "bob" ("blogSrv" "add_post") [${argument}])`;

describe('laundering a field of an answer', () => {
  it('honest twins: the field itself, by whatever way', () => {
    const honest = 'alice/authSrv/get_status/.$.is_admin';
    expect(tetraplet(`(seq ${AUTH} ${post('status.$.is_admin')})`)).toBe(honest);
    expect(tetraplet(`(seq ${AUTH} (seq (ap status.$.good key) ${post('status.$.[key]')}))`)).toBe(honest);
    expect(tetraplet(`(seq ${AUTH} (seq (ap status.$.is_admin x) ${post('x')}))`)).toBe(honest);
    expect(
      tetraplet(
        `(seq (seq ${AUTH} (ap status $s)) (seq (canon "bob" $s #cc) ${post('#cc.$.[0].is_admin')}))`,
      ),
    ).toBe(honest);
    expect(
      tetraplet(
        `(seq (seq ${AUTH} (ap ("k" status) %m)) (seq (canon "bob" %m #%mm) ${post('#%mm.$.k.[0].is_admin')}))`,
      ),
    ).toBe(honest);
  });

  it.each([
    [
      'a run-time accessor',
      `(seq ${AUTH} (seq (ap status.$.key key) ${post('status.$.[key]')}))`,
      '.$.is_misbehaving',
    ],
    [
      'a literal accessor',
      `(seq ${AUTH} (seq (ap "is_misbehaving" key) ${post('status.$.[key]')}))`,
      '.$.is_misbehaving',
    ],
    [
      'a key with a dot',
      `(seq ${AUTH} (seq (ap "is_admin.x" key) ${post('status.$.[key]')}))`,
      '.$.["is_admin.x"]',
    ],
    [
      'a canon',
      `(seq (seq ${AUTH} (ap status $s)) (seq (canon "bob" $s #cc) ${post('#cc.$.[0].is_misbehaving')}))`,
      '.$.is_misbehaving',
    ],
    [
      'ap of a canon',
      `(seq (seq ${AUTH} (ap status $s)) (seq (canon "bob" $s #cc) (seq (ap #cc.$.[0].is_misbehaving x) ${post('x')})))`,
      '.$.is_misbehaving',
    ],
    [
      'a canon map',
      `(seq (seq ${AUTH} (ap ("k" status) %m)) (seq (canon "bob" %m #%mm) ${post('#%mm.$.k.[0].is_misbehaving')}))`,
      '.$.is_misbehaving',
    ],
    ['two lenses', `(seq ${AUTH} (seq (ap status.$.list l) ${post('l.$.[1]')}))`, '.$.list.[1]'],
    ['a length', `(seq ${AUTH} ${post('status.$.list.[0]')})`, '.$.list.[0]'],
    [
      'the length of a part',
      `(seq ${AUTH} (seq (ap status.$.list l) ${post('l.length')}))`,
      '.$.list.length',
    ],
    ['an iterator', `(seq ${AUTH} (fold status.$.list i ${post('i')}))`, '.$.list.[0]'],
    [
      'a pair of a map',
      `(seq (seq ${AUTH} (ap ("k" status.$.is_misbehaving) %m)) (fold %m i ${post('i.$.value')} (null)))`,
      '.$.is_misbehaving',
    ],
  ])('is shown: %s', (_, script, getter) => {
    expect(tetraplet(script)).toBe(`alice/authSrv/get_status/${getter}`);
  });

  it.each([
    ['the error of a failed Auth', '%last_error%', ':error:'],
    ['a field of it', '%last_error%.$.message', ':error:.$.message'],
    ['the other register', ':error:', ':error:'],
    ['its code', ':error:.$.error_code', ':error:.$.error_code'],
  ])('is shown: %s', (_, argument, getter) => {
    const failed = { retCode: 1, resultJson: '"no"' };
    expect(tetraplet(`(xor ${AUTH} ${post(argument)})`, failed)).toBe(`alice/authSrv/get_status/${getter}`);
    const kept = `(xor ${AUTH} (seq (ap ${argument} e) ${post('e')}))`;
    expect(tetraplet(kept, failed)).toBe(`alice/authSrv/get_status/${getter}`);
  });

  it('a whole pair and a whole map have no service', () => {
    expect(tetraplet(`(seq (seq ${AUTH} (ap ("k" status) %m)) (fold %m i ${post('i')} (null)))`)).toBe(
      'alice///',
    );
  });
});

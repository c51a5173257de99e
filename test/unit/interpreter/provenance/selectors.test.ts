import { describe, expect, it } from 'vitest';
import type { CallResult, Origin } from '../../../../interpreter/index.ts';
import {
  joinSelectors,
  MANY_SELECTORS,
  NO_SELECTORS,
  SELECTORS_MAX,
} from '../../../../interpreter/provenance/selectors.ts';
import { Bench } from '../../../support/bench.ts';
import { withNames } from '../../../support/cast.ts';

const seq = (...instructions: string[]): string =>
  instructions.reduceRight((rest, first) => `(seq ${first} ${rest})`);

/** The origin that alice's `use` gets for its one argument. Bob's and dave's peers make the canons before. */
function originOf(script: string, argument: string, answer: string | CallResult = '0'): Origin {
  const bench = new Bench(seq(script, `(call "alice" ("s" "use") [${argument}])`));
  bench.run('mallory');
  bench.run('mallory', { results: { 1: answer } });
  bench.deliver('mallory', 'bob');
  bench.deliver('bob', 'dave');
  bench.deliver('dave', 'bob');
  const { callRequests, errorMessage } = bench.deliver('bob', 'alice');
  const origin = [...callRequests.values()].find(({ functionName }) => functionName === 'use')?.origins[0];
  if (origin === undefined) throw new TypeError(`the script does not call: ${errorMessage}`);
  return origin;
}

const namesOf = (origin: Origin): string => withNames(origin.selectors.join(' '));

const two = seq('(ap "a" $s)', '(ap "b" $s)');
const canon = seq(two, '(canon "bob" $s #c)');
const again = seq(canon, '(fold #c i (seq (ap i $t) (next i)) (null))', '(canon "dave" $t #d)');
const map = seq('(ap ("k" "a") %m)', '(ap ("l" "b") %m)', '(canon "bob" %m #%mm)');
const asked = '(call "mallory" ("m" "which") [] x)';

describe('the selectors of a value', () => {
  it.each([
    ['a literal', two, '"a"', ''],
    ['a literal that was kept', '(ap "a" x)', 'x', ''],
    ['an element of a canon', canon, '#c.$.[0]', 'bob'],
    ['it, kept', seq(canon, '(ap #c.$.[0] x)'), 'x', 'bob'],
    ['the length of a canon', canon, '#c.length', 'bob'],
    ['the length, kept', seq(canon, '(ap #c.length x)'), 'x', 'bob'],
    ['the length of an empty canon', '(canon "bob" $s #c)', '#c.length', 'bob'],
    ['a whole canon', canon, '#c', 'bob'],
    ['an element of a whole canon', seq(canon, '(ap #c x)'), 'x.$.[1]', 'bob'],
    ['the length of a whole canon', seq(canon, '(ap #c x)'), 'x.length', 'bob'],
    ['an element that passed two canons', again, '#d.$.[0]', 'bob dave'],
    ['the count of such elements', again, '#d.length', 'bob dave'],
    ['all of them', again, '#d', 'bob dave'],
    ['a value of a canon map', map, '#%mm.$.k.[0]', 'bob'],
    ['all values of a key', map, '#%mm.$.k', 'bob'],
    ['a key without values', map, '#%mm.$.nothing', 'bob'],
    ['a whole canon map', map, '#%mm', 'bob'],
    ['the length of a canon map', map, '#%mm.length', 'bob'],
    ['a member of a map as an object', map.replace('#%mm', 'o'), 'o.$.k', 'bob'],
    ['a map as an object', map.replace('#%mm', 'o'), 'o', 'bob'],
    [
      'an element picked by an answer',
      seq(asked, canon.replace('"bob"', '"dave"')),
      '#c.$.[x]',
      'dave mallory',
    ],
    ['the same, out of a kept canon', seq(asked, canon, '(ap #c y)'), 'y.$.[x]', 'bob mallory'],
    ['an element picked by a literal', seq(canon, '(ap 0 x)'), '#c.$.[x]', 'bob'],
    [
      'an element picked by a length',
      seq(canon, '(ap "z" $t)', '(canon "dave" $t #d)', '(ap #d.length x)'),
      '#c.$.[x]',
      'bob dave',
    ],
  ])('%s', (_, script, argument, selectors) => {
    expect(namesOf(originOf(script, argument))).toBe(selectors);
  });

  it.each([
    ['the value under a key that a peer answered', '#%mm.$.k.[0]'],
    ['the value picked by it', '#%mm.$.[x].[0]'],
    ['all values picked by it', '#%mm.$.[x]'],
  ])('%s', (_, argument) => {
    const script = seq(asked, '(ap (x "a") %m)', '(canon "bob" %m #%mm)');
    expect(namesOf(originOf(script, argument, '"k"'))).toMatch(/^(mallory bob|bob mallory)$/);
  });

  it('what an error picks: it may quote any peer, so the selector is unknown', () => {
    const failed = '(xor (match "y" "z" (null)) (ap :error:.$.message key))';
    expect(originOf(seq(failed, map), '#%mm.$.[key]').selectors).toEqual(['*']);
  });

  it('what the error of a call picks: its peer', () => {
    const failed = '(xor (call "mallory" ("m" "f") [] x) (ap :error:.$.message key))';
    const answer = { retCode: 1, resultJson: '"k"' };
    expect(namesOf(originOf(seq(failed, map), '#%mm.$.[key]', answer))).toBe('bob mallory');
  });

  it('a part of an answer that another answer picks', () => {
    const script = seq('(call "mallory" ("m" "list") [] list)', '(ap list.$.at at)');
    expect(namesOf(originOf(script, 'list.$.values.[at]', '{"at":1,"values":[1,2]}'))).toBe('mallory');
    expect(namesOf(originOf(script, 'list.$.values.[0]', '{"at":1,"values":[1,2]}'))).toBe('');
  });

  it('elements of a stream that is folded directly are not selected: each of them gets its turn', () => {
    const body = '(fold $s i (seq (call "alice" ("s" "use") [i]) (next i)))';
    const { callRequests } = new Bench(seq(two, body)).run('alice');
    const origins = [...callRequests.values()].map(({ origins: [origin] }) => origin as Origin);
    expect(origins.map(namesOf)).toEqual(['']);
  });

  it('reaches the parts of what was put together', () => {
    const { parts } = originOf(again, '#d');
    expect(parts.map(namesOf)).toEqual(['bob dave', 'bob dave']);
    const pair = originOf(seq(map, '(fold #%mm p (ap p $p))', '(canon "dave" $p #p)'), '#p.$.[0]');
    expect(namesOf(pair)).toBe('bob dave');
    expect(pair.parts.map(namesOf)).toEqual(['bob dave', 'bob dave']);
  });
});

describe('joinSelectors', () => {
  const peers = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`);

  it('is a union that keeps the order, and the list itself if nothing is new', () => {
    const both = ['a', 'b'];
    expect(joinSelectors(both, ['b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(joinSelectors(both, ['b'])).toBe(both);
    expect(joinSelectors(both, NO_SELECTORS)).toBe(both);
    expect(joinSelectors(NO_SELECTORS, both)).toBe(both);
  });

  it('names at most 64 peers; more are a mark that no peer id can be', () => {
    expect(joinSelectors(peers(SELECTORS_MAX - 1), ['x'])).toHaveLength(SELECTORS_MAX);
    const many = joinSelectors(peers(SELECTORS_MAX), ['x']);
    expect(many).toBe(MANY_SELECTORS);
    expect(joinSelectors(many, ['y'])).toBe(MANY_SELECTORS);
    expect(joinSelectors(['y'], many)).toBe(MANY_SELECTORS);
    expect(joinSelectors(NO_SELECTORS, many)).toBe(MANY_SELECTORS);
  });
});

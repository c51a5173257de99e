import { describe, expect, it } from 'vitest';
import { parseJson, applyGetter } from '../../interpreter/index.ts';
import { ADMIN, AUTH, DENIED, launder, post, seq } from '../support/launder.ts';

// Goal:    a field with a key such as `a.b` passes for the field `b` of the field `a`, or for a field that is not its own.
// Means:   Auth's answer has keys that others may choose; a key at run time may hold any characters.
// Refused: by expectOrigin; a key that is not a plain name is quoted (fieldStep in values/getter.ts).
const keyed = (key: string): string =>
  seq(AUTH, '(ap status.$.key k)', post(`status.$.${key}`)).replace('KEY', 'k');

describe('a key that is not a plain name', () => {
  it('honest twin: the field itself, by a key', async () => {
    const answer = ADMIN.replace('"list"', '"key":"is_admin","list"');
    const { origins, verdict } = await launder(keyed('[KEY]'), answer);
    expect([...origins, verdict]).toEqual(['(alice, authSrv, get_status, .$.is_admin)', 'served']);
  });

  it.each([
    ['a dot', 'deep.is_admin', '.$.["deep.is_admin"]'],
    ['a dot before it', '.is_admin', '.$.[".is_admin"]'],
    ['a blank', 'is_admin ', '.$.["is_admin "]'],
    ['nothing', '', '.$.[""]'],
    ['an index', '[0]', '.$.["[0]"]'],
    ['a number', '0', '.$.["0"]'],
    ['a quoted key', '["is_admin"]', '.$.["[\\"is_admin\\"]"]'],
    ['a whole getter', '$.is_admin', '.$.["$.is_admin"]'],
    ['a mark that turns text around', 'is_\u202eadmin', '.$.["is_\u202eadmin"]'],
    ['a name of JavaScript', '__proto__', '.$.__proto__'],
    ['the name of a length', 'length', '.$.length'],
  ])('is quoted or plain, leads to this field only, and is refused: %s', async (_, key, getter) => {
    const answer = `{"is_admin":false,"key":${JSON.stringify(key)},${JSON.stringify(key)}:true}`;
    const { value, origins, verdict } = await launder(keyed('[KEY]'), answer);
    expect([value, verdict]).toEqual([true, DENIED]);
    expect(origins[0]).toContain(getter);
    expect(applyGetter(parseJson(answer), getter)).toBe(true);
  });

  it('a key that looks alike is another key', async () => {
    const answer = '{"is_admin":false,"key":"is_аdmin","is_аdmin":true}'; // a Cyrillic letter
    const { value, origins, verdict } = await launder(keyed('[KEY]'), answer);
    expect([value, verdict]).toEqual([true, DENIED]);
    expect(origins).toEqual(['(alice, authSrv, get_status, .$.is_аdmin)']);
  });
});

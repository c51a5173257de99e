import { expect, it } from 'vitest';
import { BerylError } from '../../../base/error.ts';

class PortError extends BerylError<'ERR_PORT'> {
  override readonly name = 'PortError';
}

it('an error has name, code, text, details and cause', () => {
  const cause = new Error('below');
  const error = new PortError('ERR_PORT', 'port `7` is taken', { port: 7 }, { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error.cause).toBe(cause);
  expect(String(error)).toBe('PortError: port `7` is taken');
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'PortError',
    code: 'ERR_PORT',
    message: 'port `7` is taken',
    details: { port: 7 },
  });
});

it('details are empty if left out', () => {
  expect(new BerylError('ERR_PORT', 'x').toJSON()).toEqual({
    name: 'BerylError',
    code: 'ERR_PORT',
    message: 'x',
    details: {},
  });
});

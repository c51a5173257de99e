import { expect, it } from 'vitest';
import { isCatchableCode, isScriptError, RetCode, ScriptError } from '../../../interpreter/errors.ts';

it('a script error carries a code that xor catches, and no other compiles', () => {
  const error = new ScriptError('userError', 'text');
  expect([error.code, error.message, error.isOfRegister]).toEqual([10006, 'text', false]);
  expect(isScriptError(error)).toBe(true);
  // @ts-expect-error -- uncatchable
  expect(isCatchableCode(new ScriptError('streamSizeLimit', 'text').code)).toBe(false);
  // @ts-expect-error -- not an error
  expect(isCatchableCode(new ScriptError('success', 'text').code)).toBe(false);
});

it('an error about a register keeps code and text', () => {
  const error = new ScriptError('lensError', 'text').ofRegister();
  expect([error.code, error.message, error.isOfRegister]).toEqual([10007, 'text', true]);
});

it('only an undefined variable makes an instruction wait', () => {
  expect(new ScriptError('variableNotFound', 'text').joinable).toBe(true);
  expect(new ScriptError('clearedByNew', 'text').joinable).toBe(false);
});

it.each(Object.entries(RetCode))('%s is catchable exactly if its code is from 10000 to 19999', (_, code) => {
  expect(isCatchableCode(code)).toBe(code >= 10_000 && code < 20_000);
});

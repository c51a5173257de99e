import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFromString } from '@fluencelabs/aqua-api';
import { expect } from 'vitest';
import type { CallRequest, JsonValue } from '../../interpreter/index.ts';
import { builtins, createDispatcher, createRegistry } from '../../services/index.ts';
import type { AnswerOf } from '../differential/scenario.ts';
import { idOf } from '../support/cast.ts';

/**
 * Programs of test/aqua/programs with their arguments and what they return. There are none about maps: this version of Aqua has no
 * syntax for them.
 */
export const PROGRAMS: readonly [
  name: string,
  args: Readonly<Record<string, JsonValue>>,
  response: JsonValue[],
][] = [
  ['call', { peer: 'bob', name: 'Ada' }, ['Ada']],
  ['relay', { relay: 'bob', peer: 'carol' }, ['far away']],
  ['gather', { peers: ['bob', 'carol', 'dave'] }, [['here', 'here', 'here']]],
  ['sequence', { words: ['a', 'b', 'c'], peer: 'bob' }, [['a', 'b', 'c']]],
  ['branch', { n: 5, peer: 'bob' }, ['large']],
  ['branch', { n: 2, peer: 'bob' }, ['small']],
  ['recover', { peer: 'bob' }, ['recovered']],
  ['otherwise', { peer: 'bob' }, ['otherwise']],
  ['optional', { name: [], fallback: 'nobody' }, ['nobody']],
  ['optional', { name: ['Ada'], fallback: 'nobody' }, ['Ada']],
  ['arithmetic', { a: 3, b: 4 }, [10, true]],
  ['records', { peer: 'carol' }, [{ name: 'Ada', age: 37 }, 'Ada']],
  ['closures', { peer: 'dave' }, ['echo']],
  ['nested', { rows: [['a', 'b'], [], ['c']], peer: 'bob' }, [['a', 'b', 'c']]],
  ['streams', { peer: 'bob' }, [['a', 'b', 'c'], 'c']],
  ['par', { first: 'bob', second: 'carol' }, [['one', 'two']]],
  ['parseq', { peers: ['bob', 'carol', 'dave'] }, [['seen', 'seen', 'seen']]],
  ['relays', { first: 'bob', second: 'carol', peer: 'dave' }, ['there', 'aside']],
  [
    'rejoin',
    { peers: ['bob', 'carol', 'dave'] },
    [
      ['here', 'here', 'here'],
      ['here', 'here', 'here'],
    ],
  ],
  ['first', { peers: ['bob', 'carol'], home: 'dave' }, ['fast', 1]],
  [
    'errors',
    { peer: 'bob' },
    [
      `Local service error, ret_code is 1, error message is '"error parsing json no json {: expected a value at offset 0, found \`n\`"'`,
      true,
    ],
  ],
  ['abilities', { peer: 'carol' }, ['hello', 'Ada']],
  ['recursive', { peer: 'bob', max: 4 }, [[1, 2, 3, 4]]],
];

const clock = { now: () => 1111, after: () => () => undefined };

/** The AIR of a program's function `main`. */
export async function compiled(name: string): Promise<string> {
  const code = readFileSync(join(import.meta.dirname, `programs/${name}.aqua`), 'utf8');
  const { errors, functions } = await compileFromString({ code, noRelay: true, logLevel: 'off' });
  expect(errors).toEqual([]);
  return functions['main']?.script as string;
}

/** What a peer answers: its builtins; on the init peer also the arguments of the program, and its response. */
export function answers(args: Readonly<Record<string, JsonValue>>, responses: string[]): AnswerOf {
  return async (peerId, request) => {
    const { serviceId, functionName } = request;
    if (serviceId === 'getDataSrv')
      return { retCode: 0, text: JSON.stringify(withIds(args[functionName] as JsonValue)) };
    if (serviceId === 'errorHandlingSrv') throw new Error(`the program failed: ${request.argumentsJson}`);
    if (serviceId === 'callbackSrv') {
      responses.push(request.argumentsJson);
      return { retCode: 0, text: '{}' };
    }
    return dispatch(peerId, request);
  };
}

async function dispatch(peerId: string, request: CallRequest): Promise<{ retCode: number; text: string }> {
  const dispatcher = createDispatcher({ peerId, registry: createRegistry(builtins({ clock })), clock });
  const particle = {
    id: 'p',
    initPeerId: idOf('alice'),
    timestamp: 1111,
    ttl: 2222,
    signature: new Uint8Array(64),
  };
  const { result } = await dispatcher.dispatch({ request, particle });
  return {
    retCode: result.retCode,
    text: 'resultJson' in result ? result.resultJson : JSON.stringify(result.result),
  };
}

function withIds(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withIds);
  return typeof value === 'string' && ['alice', 'bob', 'carol', 'dave'].includes(value) ? idOf(value) : value;
}

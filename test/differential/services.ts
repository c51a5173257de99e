import { canonicalJson, parseJson, type Json } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';

/** Peers of the generated programs. */
export const PEERS = ['alice', 'bob', 'carol', 'dave'] as const;

export interface Answer {
  readonly retCode: number;
  /** JSON on success. */
  readonly text: string;
}

/** What each function answers: fixed by peer, function and arguments, so that both interpreters get the same. Shapes: shapes.ts. */
export function answer(peerId: string, functionName: string, argumentsJson: string): Answer {
  switch (functionName) {
    case 'string':
      return json('text');
    case 'number':
      return json(1);
    case 'object':
      return json(objectOf(peerId));
    case 'array':
      return json([1, 2, 3]);
    case 'objects':
      return json([objectOf(peerId), objectOf(peerId)]);
    case 'peers':
      return json([idOf('bob'), idOf('carol')]);
    case 'who':
      return json(peerId);
    case 'empty':
      return json([]);
    case 'next':
      return json(Number((parseJson(argumentsJson) as readonly Json[])[0]) + 1);
    case 'numbers':
      return { retCode: 0, text: '[1.0,-0.0,9007199254740993,18446744073709551615,1e300,0.1]' };
    case 'words':
      return json({ 'ключ-1': 'Ж 😀', éa: peerId, z: ['"\\"', 'a'] });
    case 'fail':
      return { retCode: 7, text: '"no"' };
    case 'crash':
      return { retCode: -1, text: 'it crashed' };
    case 'broken':
      return { retCode: 0, text: 'oops' };
    default: {
      const [first = null] = parseJson(argumentsJson) as readonly Json[];
      return { retCode: 0, text: canonicalJson(first) };
    }
  }
}

const json = (value: unknown): Answer => ({ retCode: 0, text: JSON.stringify(value) });

const objectOf = (peerId: string) => ({
  a: { b: [10, { c: 11 }], w: peerId },
  k: 'a',
  n: 1,
  list: ['p', 'q'],
  e: { error_code: 5, message: 'm' },
  who: peerId,
});

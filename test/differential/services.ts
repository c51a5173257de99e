import { parseJson, type Json } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';

/** Peers of the generated programs. */
export const PEERS = ['alice', 'bob', 'carol', 'dave'] as const;

export interface Answer {
  readonly retCode: number;
  /** JSON on success. */
  readonly text: string;
}

const OBJECT = '{"a":{"b":[10,{"c":11}]},"k":"a","n":1,"list":["p","q"],"e":{"error_code":5,"message":"m"}}';

/** What each function answers: fixed by peer, function and arguments, so that both interpreters get the same. */
export function answer(peerId: string, functionName: string, argumentsJson: string): Answer {
  switch (functionName) {
    case 'string':
      return { retCode: 0, text: '"text"' };
    case 'number':
      return { retCode: 0, text: '1' };
    case 'object':
      return { retCode: 0, text: OBJECT };
    case 'array':
      return { retCode: 0, text: '[1,2,3]' };
    case 'objects':
      return { retCode: 0, text: `[${OBJECT},${OBJECT}]` };
    case 'peers':
      return { retCode: 0, text: JSON.stringify([idOf('bob'), idOf('carol')]) };
    case 'who':
      return { retCode: 0, text: JSON.stringify(peerId) };
    case 'empty':
      return { retCode: 0, text: '[]' };
    case 'fail':
      return { retCode: 7, text: '"no"' };
    default: {
      const [first = null] = parseJson(argumentsJson) as readonly Json[];
      return { retCode: 0, text: JSON.stringify(first) };
    }
  }
}

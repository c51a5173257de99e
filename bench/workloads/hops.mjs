// Particles that go from peer to peer.
import { id } from '../engines/peers.mjs';
import { answers, call, par, range, seq } from './air.mjs';
import { arrivalAt } from './workload.mjs';

const STATUS = '{"is_admin":true,"is_misbehaving":false}';
const mainJob = (comment = '') => ({
  air:
    seq(call(1, 'get_status', [], 'status'), call(2, 'add_post', ['"text"', 'status.$.is_admin'])) + comment,
  answer: answers({ get_status: STATUS }),
});
const chain = hops => ({
  air: seq(...range(hops).map(i => call(i + 1, 'f', [], `x${i}`))),
  answer: answers({}),
});

export const HOPS = [
  {
    name: 'main job',
    what: 'two hops: a status, and a post that needs it',
    sizes: [2],
    script: () => mainJob(),
    runs: 'all',
  },
  {
    name: 'main job, new script',
    what: 'the same with a script that differs each time',
    sizes: [2],
    script: (_, n) => mainJob(` ;${n}`),
    runs: 'all',
  },
  { name: 'chain', what: 'so many hops', sizes: [4, 16], script: chain, runs: 'all' },
  {
    name: 'chain, last peer',
    what: 'the arrival at the last of so many peers, which has seen none of the others',
    sizes: [4, 16],
    script: chain,
    runs: inputs => arrivalAt(inputs.at(-1).to)(inputs),
  },
  {
    name: 'merge of parts',
    what: 'so many peers put a value into a stream; it is canonicalised',
    sizes: [4, 16],
    script: size => ({
      air: seq(
        par(...range(size).map(i => call(i + 1, 'f', [], '$s'))),
        `(canon "${id(0)}" $s #c)`,
        call(0, 'f', ['#c']),
      ),
      answer: answers({}),
    }),
    runs: 'all',
  },
  {
    name: 'join',
    what: 'a call waits for the answers of so many peers',
    sizes: [4, 16],
    script: size => ({
      air: seq(
        par(...range(size).map(i => seq(call(i + 1, 'f', [], `x${i}`), call(0, 'noop')))),
        call(
          0,
          'f',
          range(size).map(i => `x${i}`),
        ),
      ),
      answer: answers({}),
    }),
    runs: 'all',
  },
];

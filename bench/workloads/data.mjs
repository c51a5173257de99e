// Much data arrives at a peer.
import { id } from '../engines/peers.mjs';
import { all, answers, call, each, par, range, seq } from './air.mjs';
import { answered, arrivalAt } from './workload.mjs';

const FIRST = id(0);
const filler = (bytes, i) => JSON.stringify(String.fromCharCode(97 + (i % 26)).repeat(bytes - 8) + i);
const KIB = 1024;

export const DATA = [
  {
    name: 'long-data',
    what: 'a trace of twice as many states arrives at another peer',
    sizes: [162, 650],
    script: size => ({
      air: seq(call(0, 'list', [], 'l'), all('l', 'i', call(0, 'f', ['i'])), call(1, 'f')),
      answer: answers({ list: size }),
    }),
    runs: arrivalAt(id(1)),
  },
  {
    name: 'big-values-data',
    what: 'five values arrive, of so many KiB together',
    sizes: [64, 1024],
    script(size) {
      let n = 0;
      return {
        air: seq(...range(5).map(i => call(0, 'big', [], `x${i}`)), call(1, 'f', ['x0'])),
        answer: name => (name === 'big' ? filler((size * KIB) / 5, n++) : '1'),
      };
    },
    runs: arrivalAt(id(1)),
  },
  {
    name: 'big value, two hops',
    what: 'a field of a value of so many KiB goes on over two hops',
    sizes: [64, 1024],
    script: size => ({
      air: seq(call(0, 'big', [], 'big'), call(1, 'f', ['big.$.key'], 'x'), call(2, 'f', ['x'])),
      answer: answers({ big: `{"filler":${filler(size * KIB, 0)},"key":1}` }),
    }),
    runs: 'all',
  },
  {
    name: 'multiple-cids',
    what: 'the square of so many sequential results of one other peer come back',
    sizes: [10, 20],
    script: size => ({
      air: seq(...range(size ** 2).map(i => call(1, 'f', [i], `x${i}`)), call(0, 'f', ['x0'])),
      answer: answers({}),
    }),
    runs: arrivalAt(FIRST),
  },
  {
    name: 'multiple-peers',
    what: 'of so many peers, the square of so many sequential results each arrive at another peer',
    sizes: [4, 8],
    script: size => ({
      air: seq(
        par(
          ...range(size).map(p =>
            seq(...range(size ** 2).map(i => call(p + 1, 'f', [i], `x${p}_${i}`)), call(0, 'noop')),
          ),
        ),
        call(
          100,
          'f',
          range(size).map(p => `x${p}_${size ** 2 - 1}`),
        ),
      ),
      answer: answers({}),
    }),
    runs: arrivalAt(id(100)),
  },
  {
    name: 'multiple-sigs',
    what: 'the square of so many own results, and those of another peer, are merged and canonicalised',
    sizes: [7, 15],
    script: size => ({
      air: seq(
        par(...range(size ** 2).map(i => call(0, 'f', [i], '$s'))),
        call(1, 'f', [], '$s'),
        `(canon "${FIRST}" $s #c)`,
        call(0, 'f', ['#c']),
      ),
      answer: answers({}),
    }),
    runs: arrivalAt(FIRST),
  },
  {
    name: 'memory-values',
    what: 'so many values of 10 KiB are put into a stream, whose canon is an argument',
    sizes: [16, 64],
    script: size => ({
      air: seq(
        call(0, 'l', [], 'l'),
        each('l', 'i', '(ap i $s)'),
        `(canon "${FIRST}" $s #c)`,
        call(0, 'f', ['#c']),
      ),
      answer: answers({ l: `[${range(size).map(i => filler(10 * KIB, i))}]` }),
    }),
    runs: answered,
  },
  {
    name: 'memory-copies',
    what: 'one value of 64 KiB is put into a stream so many times, whose canon arrives at another peer',
    sizes: [16, 128],
    script: size => ({
      air: seq(
        call(0, 'big', [], 'big'),
        call(0, 'list', [], 'l'),
        each('l', 'i', '(ap big $s)'),
        `(canon "${FIRST}" $s #c)`,
        call(1, 'f'),
      ),
      answer: answers({ big: filler(64 * KIB, 0), list: size }),
    }),
    runs: arrivalAt(id(1)),
  },
];

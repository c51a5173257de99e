// Scripts never seen before. They do nothing, so reading and validating them is what is measured.
import { answers, call, range, seq } from './air.mjs';

const NAMES = 100;
const never = (instruction, size, n) => ({
  air: seq('(never)', ...range(size).map(instruction)) + ` ;${n}`,
  answer: answers({}),
});

export const SCRIPTS = [
  {
    name: 'parser-10000-100',
    what: 'a new script of so many assignments to 100 names',
    sizes: [100, 1000, 10_000],
    script: (size, n) => never(i => `(ap ${i} x${i % NAMES})`, size, n),
    runs: 'first',
  },
  {
    name: 'parser-calls-10000-100',
    what: 'a new script of so many calls on 100 peers',
    sizes: [100, 1000, 10_000],
    script: (size, n) => never(i => call(i % NAMES, 'f', [i], `x${i % NAMES}`), size, n),
    runs: 'first',
  },
];

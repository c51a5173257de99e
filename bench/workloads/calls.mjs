// Calls: requests of a script to its own peer, and their results.
import { all, answers, call, each, par, range, seq } from './air.mjs';
import { answered } from './workload.mjs';

const requests = count => ({ air: par(...range(count).map(() => call(0, 'f'))), answer: answers({}) });
const folded = (each_, count) => ({
  air: seq(call(0, 'list', [], 'l'), each_('l', 'i', call(0, 'f', ['i']))),
  answer: answers({ list: count }),
});

export const CALLS = [
  {
    name: 'null',
    what: 'a script that does nothing, so many times',
    sizes: [1, 1000],
    script: size => ({ air: seq(...range(size).map(() => '(null)')), answer: answers({}) }),
    runs: 'first',
  },
  {
    name: 'call-requests',
    what: 'a run asks for so many calls',
    sizes: [125, 500],
    script: requests,
    runs: 'first',
  },
  {
    name: 'call-results',
    what: 'the answers of so many calls come in',
    sizes: [125, 500],
    script: requests,
    runs: answered,
  },
  {
    name: 'parallel fold',
    what: 'a list, and a call for each item, side by side',
    sizes: [250, 1000],
    script: size => folded(all, size),
    runs: 'all',
  },
  {
    name: 'sequential fold',
    what: 'a list, and a call for each item, one after the other',
    sizes: [30, 100],
    script: size => folded(each, size),
    runs: 'all',
  },
];

// Stream maps: pairs put in, and read as a canon.
import { id } from '../engines/peers.mjs';
import { answers, call, each, range, seq } from './air.mjs';
import { answered } from './workload.mjs';

const SIZES = [192, 770];
const KEYS = { single: '"key"', multiple: 'i' };
const LENS = { single: 'key', multiple: 'k7' };

const populate =
  (keys, ...then) =>
  size => ({
    air: seq(call(0, 'keys', [], 'l'), each('l', 'i', `(ap (${KEYS[keys]} i) %m)`), ...then),
    answer: answers({ keys: JSON.stringify(range(size).map(i => `k${i}`)) }),
  });
const canon = `(canon "${id(0)}" %m #%m)`;

const variants = keys => [
  [`populate-map-${keys}-key`, 'pairs are put into a map', populate(keys)],
  [
    `canon-map-${keys}-key`,
    'the same, and its canon is an argument',
    populate(keys, canon, call(0, 'f', ['#%m'])),
  ],
  [
    `canon-map-${keys}-key-by-lens`,
    'the same, and one key of the canon is an argument',
    populate(keys, canon, call(0, 'f', [`#%m.$.${LENS[keys]}`])),
  ],
  [
    `canon-map-${keys}-key-scalar`,
    'the same, and the canon is a scalar',
    populate(keys, `(canon "${id(0)}" %m object)`, call(0, 'f', [`object.$.${LENS[keys]}`])),
  ],
];

export const MAPS = [...variants('single'), ...variants('multiple')].map(([name, what, script]) => ({
  name,
  what,
  sizes: SIZES,
  script,
  runs: answered,
}));

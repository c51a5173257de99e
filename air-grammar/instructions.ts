import * as p from './places.ts';
import {
  define,
  defineOptional,
  leaf,
  name,
  nested,
  nestedOptional,
  read,
  readAll,
  type Rows,
} from './table.ts';

/**
 * The instructions of AIR: one row each. Tokens, grammar, reader, trees, walks, validation, texts, and the generators of tests are made
 * from it (docs/decisions/0008-instruction-table.md).
 *
 * Rule V1 does not look at the operands of canon, fail and next, nor at the value of a map: AquaVM does not, and scripts rely on it.
 *
 * @spec docs/language.md
 */
export const INSTRUCTIONS = {
  call: {
    ...leaf({
      call: [
        read('peer', p.PEER),
        '(',
        read('service', p.TEXT),
        read('functionName', p.TEXT),
        ')',
        '[',
        readAll('arguments', p.VALUE),
        ']',
        defineOptional('output', p.TARGET),
      ],
    }),
    listedAsAssignment: true,
  },
  canon: leaf({
    canon: [name('peer', p.PEER), name('source', p.STREAM), define('target', p.CANON)],
    canonMap: [name('peer', p.PEER), name('source', p.STREAM_MAP), define('target', p.CANON_MAP)],
    canonMapScalar: [name('peer', p.PEER), name('source', p.STREAM_MAP), define('target', p.SCALAR)],
  }),
  ap: leaf({
    ap: [read('value', p.AP_VALUE), define('target', p.TARGET)],
    apMap: ['(', read('key', p.MAP_KEY), name('value', p.AP_VALUE), ')', define('target', p.STREAM_MAP)],
  }),
  seq: { forms: { seq: [] }, nested: [nested('left', ''), nested('right', '')], tail: 'both' },
  par: { forms: { par: [] }, nested: [nested('left', 'par:'), nested('right', '|')], tail: 'both' },
  xor: { forms: { xor: [] }, nested: [nested('left', 'try:'), nested('right', 'catch:')], tail: 'either' },
  match: {
    forms: { match: [read('left', p.VALUE), read('right', p.VALUE)] },
    nested: [nested('body')],
    tail: 'body',
  },
  mismatch: {
    forms: { mismatch: [read('left', p.VALUE), read('right', p.VALUE)] },
    nested: [nested('body')],
    tail: 'body',
  },
  fold: {
    forms: { fold: [read('iterable', p.ITERABLE), define('iterator', p.SCALAR)] },
    nested: [nested('body'), nestedOptional('last')],
    tail: 'fold',
  },
  next: { ...leaf({ next: [name('iterator', p.SCALAR)] }), tail: 'next' },
  new: { forms: { new: [define('variable', p.NAME)] }, nested: [nested('body')], tail: 'body' },
  fail: leaf({ fail: [name('operand', p.FAILURE)] }),
  never: leaf({ never: [] }),
  null: leaf({ null: [] }),
} as const satisfies Rows;

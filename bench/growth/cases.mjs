// How Beryl's cost grows with size, where AquaVM has a limit in the way (1 023 values in a stream) or takes too long to compare.
import { beryl } from '../engines/beryl.mjs';
import { EMPTY, id, INIT } from '../engines/peers.mjs';
import { play } from '../engines/play.mjs';
import { answers, call, range, seq } from '../workloads/air.mjs';

const me = `"${id(0)}"`;
const list = size => JSON.stringify(range(size));
const filled = '(fold l i (seq (ap i $s) (next i)))';
const nested = size => `${'(seq (null) '.repeat(size)}(null)${')'.repeat(size)}`;
const engine = beryl();
let particles = 0;

/** One run. @returns Its outcome. */
function run(air, particle, prev = EMPTY, results = []) {
  const outcome = engine.run({ to: INIT, air, particle, prev, current: EMPTY, results });
  if (outcome.code !== 0) throw new Error(`code ${outcome.code}: ${outcome.message}`);
  return outcome;
}

/** Over a list `l` of so many items. */
const OVER_A_LIST = {
  'fold over an array': '(fold l i (seq (null) (next i)))',
  'parallel calls of a fold': `(fold l i (par (call ${me} ("s" "f") [i]) (next i)))`,
  'fold over a stream': `(seq ${filled} (fold $s j (seq (ap j $t) (next j)) (null)))`,
  'fold over a canon': `(seq ${filled} (seq (canon ${me} $s #s) (fold #s j (seq (ap j $t) (next j)))))`,
  'fold over a map': `(seq (fold l i (seq (ap (i i) %m) (next i))) (seq (canon ${me} %m #%m) (fold #%m j (seq (null) (next j)))))`,
  'a canon as argument': `(seq ${filled} (seq (canon ${me} $s #s) (call ${me} ("s" "f") [#s])))`,
};

/** Each gives a function that does the work of a size once, for another particle each time, and returns milliseconds. */
export const GROWTH = [
  ...Object.entries(OVER_A_LIST).map(([name, body]) => ({
    name,
    sizes: [2_500, 20_000],
    make(size) {
      const air = `(seq (call ${me} ("s" "l") [] l) ${body})`;
      return () => {
        const particle = ++particles;
        const { data } = run(air, particle);
        return timed(() => run(air, particle, data, [[1, list(size)]]));
      };
    },
  })),
  {
    name: 'nesting, new each time',
    sizes: [2_500, 20_000],
    make: size => () => {
      const air = Buffer.from(`${nested(size)} ;${++particles}`).toString();
      return timed(() => run(air, particles));
    },
  },
  {
    name: 'generations in one run',
    sizes: [250, 1_000],
    make(size) {
      const air = `(seq (ap 0 $s) (fold $s i (xor (match i ${size} (null)) (seq (call ${me} ("s" "inc") [i] $s) (next i))) (null)))`;
      const particle = ++particles;
      let { data } = run(air, particle);
      for (let i = 1; i <= size; i++) ({ data } = run(air, particle, data, [[i, String(i)]]));
      return () => timed(() => run(air, particle, data));
    },
  },
  {
    name: 'hops of a chain',
    sizes: [16, 64],
    make(size) {
      const script = {
        air: seq(...range(size).map(i => call(i + 1, 'f', [], `x${i}`))),
        answer: answers({}),
      };
      return () => play(engine, script, ++particles);
    },
  },
];

function timed(act) {
  const begin = performance.now();
  act();
  return performance.now() - begin;
}

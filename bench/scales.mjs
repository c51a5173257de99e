// How Beryl's cost grows with size, where AquaVM has a limit in the way (1 023 values in a stream) or none could be compared.
import { PEERS } from './engines.mjs';

const me = `"${PEERS[0].peerId}"`;
const list = size => JSON.stringify(Array.from({ length: size }, (_, i) => i));
const filled = '(fold l i (seq (ap i $s) (next i)))';
const nested = size => `${'(seq (null) '.repeat(size)}(null)${')'.repeat(size)}`;

/** Over a list `l` of so many items; a case without one makes its script of that size. */
const OVER_A_LIST = {
  'fold over an array': '(fold l i (seq (null) (next i)))',
  'parallel calls of a fold': `(fold l i (par (call ${me} ("s" "f") [i]) (next i)))`,
  'fold over a stream': `(seq ${filled} (fold $s j (seq (ap j $t) (next j)) (null)))`,
  'fold over a canon': `(seq ${filled} (seq (canon ${me} $s #s) (fold #s j (seq (ap j $t) (next j)))))`,
  'fold over a map': `(seq (fold l i (seq (ap (i i) %m) (next i))) (seq (canon ${me} %m #%m) (fold #%m j (seq (null) (next j)))))`,
  'a canon as argument': `(seq ${filled} (seq (canon ${me} $s #s) (call ${me} ("s" "f") [#s])))`,
};

/** Each gives a function that does the work of a size once. */
export const SCALES = [
  ...Object.entries(OVER_A_LIST).map(([name, body]) => ({
    name,
    sizes: [2_500, 20_000],
    make(engine, size) {
      const air = `(seq (call ${me} ("s" "l") [] l) ${body})`;
      const asked = engine.run(PEERS[0], air, engine.empty, engine.empty, []);
      return () => check(engine.run(PEERS[0], air, asked.data, engine.empty, [[1, list(size)]]));
    },
  })),
  {
    name: 'nesting, new each time',
    sizes: [2_500, 20_000],
    make(engine, size) {
      let n = 0;
      return () => check(engine.run(PEERS[0], `${nested(size)} ;${n++}`, engine.empty, engine.empty, []));
    },
  },
  {
    name: 'generations in one run',
    sizes: [250, 1_000],
    make(engine, size) {
      const air = `(seq (ap 0 $s) (fold $s i (xor (match i ${size} (null)) (seq (call ${me} ("s" "inc") [i] $s) (next i))) (null)))`;
      let data = engine.run(PEERS[0], air, engine.empty, engine.empty, []).data;
      for (let i = 1; i <= size; i++)
        data = engine.run(PEERS[0], air, data, engine.empty, [[i, String(i)]]).data;
      return () => check(engine.run(PEERS[0], air, data, engine.empty, []));
    },
  },
];

function check({ code, message }) {
  if (code !== 0) throw new Error(`code ${code}: ${message}`);
}

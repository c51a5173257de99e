// A value of 32 MB goes over two hops; the process's peak, beyond what it had before. Prints JSON.
import { beryl } from '../engines/beryl.mjs';
import { play } from '../engines/play.mjs';
import { answers, call, seq } from '../workloads/air.mjs';

const MB = 1_000_000;
const SIZE = Number(process.argv[2]) * MB;

const scriptOf = bytes => ({
  air: seq(call(0, 'big', [], 'big'), call(1, 'f', ['big.$.key'], 'x'), call(2, 'f', ['x'])),
  answer: answers({ big: `{"filler":"${'x'.repeat(bytes)}","key":1}` }),
});

const engine = beryl();
play(engine, scriptOf(1000), 1);
const script = scriptOf(SIZE);
globalThis.gc();
const peakOf = () => process.resourceUsage().maxRSS * 1024;
const before = process.memoryUsage().rss;
play(engine, script, 2);
process.stdout.write(JSON.stringify({ sizes: (peakOf() - before) / SIZE, peakMb: peakOf() / MB }));

// What is measured. Each case gives a function that does the work once on an engine and returns how many runs it took.
import { PEERS } from './engines.mjs';

const id = i => PEERS[i].peerId;
const nest = (kind, parts) => parts.reduceRight((rest, part) => `(${kind} ${part} ${rest})`, '(null)');
const range = count => Array.from({ length: count }, (_, i) => i);

/** Runs a script over all its peers until nothing is left to do. Each time is another particle: nothing of it was seen before. */
function drive(engine, air, answer, grouped = true) {
  engine.newParticle();
  const known = new Map();
  const queue = [{ to: id(0), data: engine.empty, results: [] }];
  let runs = 0;
  while (queue.length > 0) {
    const { to, data, results } = queue.shift();
    const peer = PEERS.find(({ peerId }) => peerId === to);
    const outcome = engine.run(peer, air, known.get(to) ?? engine.empty, data, results);
    if (outcome.code !== 0)
      throw new Error(`${engine.name}: code ${outcome.code} ${outcome.message.slice(0, 300)}`);
    runs += 1;
    known.set(to, outcome.data);
    for (const next of outcome.next) queue.push({ to: next, data: outcome.data, results: [] });
    const answers = outcome.requests.map(({ id: request, functionName, args }) => [
      request,
      answer(functionName, args),
    ]);
    if (grouped && answers.length > 0) queue.push({ to, data: engine.empty, results: answers });
    if (!grouped) for (const one of answers) queue.push({ to, data: engine.empty, results: [one] });
  }
  return runs;
}

const array = count => JSON.stringify(range(count));
const twoHops = `(seq (call "${id(1)}" ("authSrv" "get_status") [] status) (call "${id(2)}" ("blogSrv" "add_post") ["text" status.$.is_admin]))`;
const chain = hops =>
  nest(
    'seq',
    range(hops).map(i => `(call "${id((i % 64) + 1)}" ("s" "f") [] x${i})`),
  );
const parallel = count =>
  nest(
    'par',
    range(count).map(() => `(call "${id(0)}" ("s" "f") [])`),
  );
const foldParallel = `(seq (call "${id(0)}" ("s" "list") [] list) (fold list i (par (call "${id(0)}" ("s" "f") [i]) (next i))))`;
const foldSequential = `(seq (call "${id(0)}" ("s" "list") [] list) (fold list i (seq (call "${id(0)}" ("s" "f") [i]) (next i))))`;
const bigValue = `(seq (call "${id(0)}" ("s" "big") [] big) (seq (call "${id(1)}" ("s" "f") [big.$.key] x) (call "${id(2)}" ("s" "f") [x])))`;
const assignments = count =>
  nest(
    'seq',
    range(count).map(i => `(ap ${i} x${i})`),
  );
const fan = parts =>
  `(seq ${nest(
    'par',
    range(parts).map(i => `(call "${id(i + 1)}" ("s" "f") [] $s)`),
  )} (seq (canon "${id(0)}" $s #cc) (call "${id(0)}" ("s" "f") [#cc])))`;
const BIG = `{"filler":"${'x'.repeat(1024 * 1024)}","key":1}`;

const answers = { list: array(1000), get_status: '{"is_admin":true,"is_misbehaving":false}', big: BIG };
const answer = name => answers[name] ?? '1';
const withList = count => name => (name === 'list' ? array(count) : answer(name));

/** One run on data that is there: request or results of 500 calls. */
function single(engine, air, results) {
  const asked = engine.run(PEERS[0], air, engine.empty, engine.empty, []);
  return () => {
    engine.run(
      PEERS[0],
      air,
      results ? asked.data : engine.empty,
      engine.empty,
      results ? asked.requests.map(({ id: request }) => [request, '1']) : [],
    );
    return 1;
  };
}

/** A script that was never seen before, each time. It does nothing: what is measured is reading and validating it. */
function newScripts(engine, air) {
  let n = 0;
  return () => {
    engine.run(PEERS[0], `${air} ;${n++}`, engine.empty, engine.empty, []);
    return 1;
  };
}

export const CASES = [
  { name: 'two hops: the main job', make: engine => () => drive(engine, twoHops, answer) },
  ...[4, 16, 64].map(hops => ({
    name: `chain of ${hops} hops`,
    family: 'chain',
    size: hops,
    make: engine => () => drive(engine, chain(hops), answer),
  })),
  { name: '500 call requests', make: engine => single(engine, parallel(500), false) },
  { name: '500 call results', make: engine => single(engine, parallel(500), true) },
  { name: 'fold of 1 000 parallel calls', make: engine => () => drive(engine, foldParallel, answer) },
  ...[30, 100].map(count => ({
    name: `sequential fold of ${count} calls`,
    family: 'fold',
    size: count,
    make: engine => () => drive(engine, foldSequential, withList(count)),
  })),
  { name: 'a value of 1 MB over two hops', make: engine => () => drive(engine, bigValue, answer) },
  {
    name: 'a script of 10 000 assignments',
    make: engine => newScripts(engine, `(seq (never) ${assignments(10_000)})`),
  },
  {
    name: 'a script of 1 000 calls',
    make: engine => newScripts(engine, `(seq (never) ${chain(1000)})`),
  },
  { name: 'merge of 16 parts', make: engine => () => drive(engine, fan(16), answer) },
];

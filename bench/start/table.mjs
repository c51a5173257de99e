// What a process costs before it does anything, and with its first piece of work. Paired: all commands in turn, several rounds.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { median, ms, table } from '../report/report.mjs';
import { childrenCpuMs } from './children.mjs';

export const title = 'Start';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/01-honest-post');
const evaluate = code => ['--input-type=module', '--eval', code];

const COMMANDS = {
  bare: ['--eval', '0'],
  run: [join(ROOT, 'bin/beryl.mjs'), 'run', join(EXAMPLE, 'script.air'), '-n', join(EXAMPLE, 'network.json')],
  empty: evaluate(`await import('data:text/javascript,')`),
  module: evaluate(`await import('beryl/interpreter')`),
  execute: [join(import.meta.dirname, 'first-execute.mjs')],
};

export async function measure({ only, effort, progress }) {
  if (!only('start')) return {};
  const walls = Object.fromEntries(Object.keys(COMMANDS).map(name => [name, []]));
  const cpus = Object.fromEntries(Object.keys(COMMANDS).map(name => [name, 0]));
  const rounds = effort === 'quick' ? 9 : 21;
  for (let i = 0; i < rounds; i++) {
    progress(`start, round ${i + 1} of ${rounds}`);
    for (const [name, args] of Object.entries(COMMANDS)) {
      const before = childrenCpuMs();
      walls[name].push(once(name, args));
      cpus[name] += (childrenCpuMs() - before) / rounds;
    }
  }
  const wall = Object.fromEntries(Object.entries(walls).map(([name, list]) => [name, median(list)]));
  // Not every system reports the CPU time of children.
  const cpu = childrenCpuMs() === undefined ? undefined : factsOf(cpus);
  return { wall: factsOf(wall), cpu, execute: Math.min(...walls.execute) };
}

const factsOf = ({ bare, run, empty, module }) => ({
  bare,
  run,
  runToBare: run / bare,
  empty,
  module,
  moduleBeyondEmpty: module - empty,
});

/** @returns {number} Milliseconds. `execute` says itself how long its work took. */
function once(name, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const took = performance.now() - begin;
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return name === 'execute' ? Number(stdout) : took;
}

export function markdown({ wall, cpu, execute }) {
  if (wall === undefined) return '';
  const row = (name, key, beside, besideKey, of, wanted) => [
    name,
    ms(wall[key]),
    beside,
    ms(wall[besideKey]),
    of(wall),
    cpu === undefined ? '' : of(cpu),
    wanted,
  ];
  const times = ({ runToBare }) => `${runToBare.toFixed(1)} ×`;
  const more = ({ moduleBeyondEmpty }) => `${ms(moduleBeyondEmpty)} ms`;
  return table(
    ['process', 'ms', 'beside', 'ms', 'difference', 'in CPU time', 'wanted'],
    [
      row('`beryl run` of the main job', 'run', '`node -e 0`', 'bare', times, '≤ 3 ×'),
      row("`import 'beryl/interpreter'`", 'module', 'an empty module', 'empty', more, '≤ 60 ms'),
      ['first `execute`, the best', ms(execute), '', '', '', '', '≤ 25 ms'],
    ],
  );
}

// What a process costs before it does anything, and with its first piece of work. Paired: all commands in turn, several rounds.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { median, ms, table } from '../report/report.mjs';

export const title = 'Start';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/01-honest-post');
const evaluate = code => ['--input-type=module', '--eval', code];

const COMMANDS = {
  bare: ['--eval', '0'],
  run: [
    join(ROOT, 'dist/cli/main.js'),
    'run',
    join(EXAMPLE, 'script.air'),
    '-n',
    join(EXAMPLE, 'network.json'),
  ],
  empty: evaluate(`await import('data:text/javascript,')`),
  module: evaluate(`await import('beryl/interpreter')`),
  execute: [join(import.meta.dirname, 'first-execute.mjs')],
};

export async function measure({ only, effort, progress }) {
  if (!only('start')) return {};
  const times = Object.fromEntries(Object.keys(COMMANDS).map(name => [name, []]));
  // On a busy machine only the best round says something.
  const pick = effort === 'quick' ? list => Math.min(...list) : median;
  const rounds = effort === 'quick' ? 7 : 21;
  for (let i = 0; i < rounds; i++) {
    progress(`start, round ${i + 1} of ${rounds}`);
    for (const [name, args] of Object.entries(COMMANDS)) times[name].push(once(name, args));
  }
  const { bare, run, empty, module, execute } = Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, pick(list)]),
  );
  return { bare, run, runToBare: run / bare, empty, module, moduleBeyondEmpty: module - empty, execute };
}

/** @returns {number} Milliseconds. `execute` says itself how long its work took. */
function once(name, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const took = performance.now() - begin;
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return name === 'execute' ? Number(stdout) : took;
}

export const markdown = ({ bare, run, runToBare, empty, module, moduleBeyondEmpty, execute }) =>
  bare === undefined
    ? ''
    : table(
        ['process', 'ms', 'beside', 'ms', 'difference', 'wanted'],
        [
          [
            '`beryl run` of the main job',
            ms(run),
            '`node -e 0`',
            ms(bare),
            `${runToBare.toFixed(1)} ×`,
            '≤ 3 ×',
          ],
          [
            "`import 'beryl/interpreter'`",
            ms(module),
            'an empty module',
            ms(empty),
            `${ms(moduleBeyondEmpty)} ms`,
            '≤ 60 ms',
          ],
          ['first `execute`', ms(execute), '', '', '', '≤ 25 ms'],
        ],
      );

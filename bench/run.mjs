// npm run bench: all tables, as Markdown on stdout. Options: see bench/README.md.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as growth from './growth/table.mjs';
import * as memory from './memory/table.mjs';
import * as pairs from './pairs/table.mjs';
import * as peers from './peers/table.mjs';
import * as recorder from './recorder/table.mjs';
import { boundsBroken, QUICK_WORKLOADS } from './quick/bounds.mjs';
import { text } from './report/report.mjs';
import * as services from './services/table.mjs';
import { writeInto } from './report/write.mjs';
import * as start from './start/table.mjs';

const TABLES = { pairs, growth, peers, services, recorder, start, memory };

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    long: { type: 'boolean' },
    write: { type: 'string' },
  },
});

/** Names of tables and texts in names of workloads; everything if none is given. */
const wanted = values.only?.flatMap(list => list.split(','));
const options = {
  effort: values.quick ? 'quick' : 'full',
  long: values.long,
  progress: what => process.stderr.write(`${what}\n`),
};
const only = table => name =>
  wanted === undefined || wanted.some(part => part === table || (!(part in TABLES) && name.includes(part)));

const selected = table => {
  if (!values.quick || wanted !== undefined) return only(table);
  return name => (table === 'pairs' ? QUICK_WORKLOADS.has(name) : table === 'start');
};

const results = {};
let isWhole = true;
for (const [name, table] of Object.entries(TABLES)) {
  try {
    results[name] = await table.measure({ ...options, only: selected(name) });
  } catch (failure) {
    // What the other tables took minutes to measure is not lost.
    process.stderr.write(`table ${name} failed: ${failure instanceof Error ? failure.stack : failure}\n`);
    isWhole = false;
  }
}

const machine = `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`;
const sections = Object.entries(TABLES).map(([name, { title, markdown }]) => {
  const body = results[name] && markdown(results[name]);
  return body && `### ${title}\n\n${body}`;
});
const report = text(`${machine}.${values.quick ? ' Quick: short turns, in CPU time.' : ''}`, ...sections);
process.stdout.write(`${values.json ? JSON.stringify({ machine, ...results }, undefined, 2) : report}\n`);
if (values.write !== undefined && isWhole) await writeInto(values.write, report);

const broken = values.quick ? boundsBroken(results, wanted === undefined) : [];
for (const line of broken) process.stderr.write(`too slow: ${line}\n`);
process.exitCode = isWhole && broken.length === 0 ? 0 : 1;

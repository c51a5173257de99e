// One file per public entry and for the command line; what they share lies in chunks, so that it exists once.
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { late } from './late.mjs';
import { ascii, builtinsAsTheyAre, noBareImports } from './plain.mjs';
import { licences } from './licences.mjs';
import { CONDITIONAL, EXTERNAL, PUBLIC, ROOT } from './package.mjs';

/** The one file of `base` that needs zod: whoever imports the interpreter must not load a library of schemas. */
const RECORD = join(ROOT, 'base/record.ts');

/** Chunks, named after what they hold, each after those that it imports: a group also takes what its modules need, if it is free. */
const CHUNKS = {
  chevrotain: inside('node_modules/chevrotain', 'node_modules/@chevrotain', 'node_modules/lodash-es'),
  zod: inside('node_modules/zod'),
  commander: inside('node_modules/commander'),
  'air-grammar': id => inside('base', 'air-grammar')(id) && id !== RECORD,
  // After what it imports of `base`, or it would take that along.
  record: id => id === RECORD,
  interpreter: inside('interpreter'),
  services: inside('services'),
  channels: inside('channels'),
  peer: inside('peer'),
  audit: inside('audit'),
  aqua: inside('aqua'),
  agents: inside('agents'),
  client: inside('client'),
  'sandbox-thread': inside('sandbox/thread'),
  sandbox: inside('sandbox'),
};

function inside(...folders) {
  const roots = folders.map(folder => join(ROOT, folder, '/'));
  return id => roots.some(root => id.startsWith(root)) && !alone.has(id);
}

/** What stands under a condition is loaded under that condition only. */
const alone = new Set(CONDITIONAL.map(name => join(ROOT, `${name}.ts`)));

export async function bundle(dist) {
  const entries = [...PUBLIC.map(name => `${name}/index`), 'cli/main', ...CONDITIONAL];
  const build = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(entries.map(name => [name, join(ROOT, `${name}.ts`)])),
    platform: 'node',
    // How long plugins took says something of the machine, and nothing of the bundle.
    checks: { bundlerTimings: false },
    // The bundler's own imports would not load in pages; `noBareImports` takes what is left.
    treeshake: { moduleSideEffects: 'no-external' },
    external: [/^#/, ...EXTERNAL.map(name => new RegExp(`^${name}(/|$)`))],
    // immer reads it, and pages have no `process`.
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    onLog(level, log, handler) {
      if (level === 'warn') throw new Error(log.message);
      handler(level, log);
    },
    plugins: [
      esmExternalRequirePlugin({ external: [/^node:/] }),
      builtinsAsTheyAre(),
      late(),
      licences(),
      noBareImports(),
      ascii(),
    ],
  });
  await build.write({
    dir: dist,
    format: 'es',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: {
      groups: Object.entries(CHUNKS).map(([name, test], i, { length }) => ({
        name,
        test,
        priority: length - i,
      })),
    },
  });
  await build.close();
}

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Top-level folders and what each may import. ARCHITECTURE.md shows the same table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  'air-grammar': ['base'],
  interpreter: ['base', 'air-grammar'],
  services: ['base', 'air-grammar', 'interpreter'],
  channels: ['base', 'interpreter', 'services'],
  peer: ['base', 'air-grammar', 'interpreter', 'services'],
  audit: ['base', 'air-grammar', 'interpreter', 'services'],
  testing: ['base', 'interpreter', 'services', 'peer'],
  network: ['base', 'air-grammar', 'interpreter', 'services', 'peer', 'audit'],
  viewer: ['base', 'air-grammar', 'interpreter', 'services', 'peer', 'audit', 'network'],
  aqua: ['base', 'air-grammar', 'interpreter', 'services', 'peer'],
  agents: ['base', 'air-grammar', 'interpreter', 'services', 'peer'],
  client: ['base', 'air-grammar', 'interpreter', 'services', 'peer'],
  sandbox: ['base', 'interpreter', 'services'],
  cli: [
    'base',
    'air-grammar',
    'interpreter',
    'services',
    'peer',
    'audit',
    'aqua',
    'agents',
    'client',
    'network',
  ],
};
/** Inside the interpreter; what is left may not import what is right, types included. */
const INTERPRETER_LAYERS = [
  'root',
  'values',
  'keys',
  'provenance',
  'log',
  'trace',
  'collections',
  'executor',
  'receipts',
  'proofs',
];
/** Files that nothing imports, because they are where things begin. */
const ENTRIES = new Set([
  ...Object.keys(MAY_IMPORT).map(folder => `${folder}/index.ts`),
  'cli/main.ts',
  'viewer/main.tsx',
  'sandbox/thread/worker.ts',
]);
/** Folders that must also run in browsers. */
const PORTABLE = [
  'base',
  'air-grammar',
  'interpreter',
  'services',
  'peer',
  'audit',
  'client',
  'network',
  'viewer',
];

const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
  /** Modules that differ by platform. */
  readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Path from the root, for our own files. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
}

const files = Object.keys(MAY_IMPORT).flatMap(sourceFiles);
const imports = files.flatMap(importsOf);
const own = imports.filter(({ target }) => target !== undefined) as (Import & { target: string })[];

describe('source tree', () => {
  it('reads the sources', () => expect(files.length).toBeGreaterThan(50));

  it('imports across folders run one way, through the other folder’s index', () => {
    const wrong = own.filter(({ from, target }) => {
      const [source, destination] = [folderOf(from), folderOf(target)];
      if (source === destination) return target === `${source}/index.ts` && from !== target;
      const throughIndex = destination === 'base' || target === `${destination}/index.ts`;
      return !throughIndex || MAY_IMPORT[source]?.includes(destination) !== true;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('imports inside the interpreter run from values to executor', () => {
    const layerOf = (file: string): number => {
      const [, layer = ''] = /^interpreter\/([^/]+)\//.exec(file) ?? [];
      return INTERPRETER_LAYERS.indexOf(layer || 'root');
    };
    const wrong = own.filter(
      ({ from, target }) => layerOf(from) > 0 && layerOf(target) > 0 && layerOf(from) < layerOf(target),
    );
    expect(wrong.map(show)).toEqual([]);
    const folders = files.flatMap(file => /^interpreter\/([^/]+)\//.exec(file)?.[1] ?? []);
    expect(folders.filter(folder => !INTERPRETER_LAYERS.includes(folder))).toEqual([]);
  });

  it('a run reaches nothing of receipts and proofs: only the index does', () => {
    const isReceipts = (file: string): boolean => /^interpreter\/(receipts|proofs)\//.test(file);
    const users = own.filter(({ from, target }) => isReceipts(target) && !isReceipts(from));
    expect([...new Set(users.map(({ from }) => from))]).toEqual(['interpreter/index.ts']);
  });

  it('receipts import log and trace, and nothing that runs scripts', () => {
    const wrong = own.filter(
      ({ from, target }) =>
        from.startsWith('interpreter/receipts/') &&
        /^interpreter\/(collections|executor|proofs)\//.test(target),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('there are no cycles', () => {
    const graph = new Map(
      files.map(file => [file, own.filter(({ from, typeOnly }) => from === file && !typeOnly)]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const { target } of graph.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('there are no dead files', () => {
    const imported = new Set(own.map(({ target }) => target));
    expect(files.filter(file => !imported.has(file) && !ENTRIES.has(file))).toEqual([]);
  });

  it('what must run in browsers imports nothing of Node', () => {
    const wrong = imports.filter(
      ({ from, specifier }) => PORTABLE.includes(folderOf(from)) && specifier.startsWith('node:'),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('chevrotain is loaded in one place, late where that is possible', () => {
    const loading = imports.filter(({ specifier, typeOnly }) => specifier === 'chevrotain' && !typeOnly);
    expect(loading.map(({ from }) => from)).toEqual(['air-grammar/grammar/chevrotain-ready.ts']);
    expect(MANIFEST.imports['#chevrotain']?.['node']).toBe('./dist/air-grammar/grammar/chevrotain-late.js');
  });

  it('package exports are exactly the indexes of the public folders', () => {
    const { exports } = MANIFEST;
    expect(
      Object.fromEntries(Object.entries(exports).map(([name, { default: file }]) => [name, file])),
    ).toEqual({
      './air-grammar': './dist/air-grammar/index.js',
      './interpreter': './dist/interpreter/index.js',
      './services': './dist/services/index.js',
      './channels': './dist/channels/index.js',
      './peer': './dist/peer/index.js',
      './audit': './dist/audit/index.js',
      './testing': './dist/testing/index.js',
      './aqua': './dist/aqua/index.js',
      './agents': './dist/agents/index.js',
      './client': './dist/client/index.js',
      './sandbox': './dist/sandbox/index.js',
    });
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /(?<!\.d)\.tsx?$/.test(name))
    .map(name => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const statements = text.matchAll(
    /^(import|export)\s(type\s)?(?:[^;]*?\sfrom\s)?'([^']+)';|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].flatMap(([, , type, specifier = '', dynamic = '']) => {
    const name = specifier || dynamic;
    return targetsOf(file, name).map(target => ({
      from: file,
      specifier: name,
      target,
      typeOnly: type !== undefined,
    }));
  });
}

/** Our files that a specifier stands for: one, or with `#` one for each platform; of a package none. */
function targetsOf(file: string, name: string): (string | undefined)[] {
  if (name.startsWith('.')) return [relative(ROOT, resolve(ROOT, dirname(file), name))];
  const platforms = MANIFEST.imports[name];
  if (platforms === undefined) return [undefined];
  return Object.values(platforms).map(built => built.replace('./dist/', '').replace(/\.js$/, '.ts'));
}

const folderOf = (file: string): string => file.split('/')[0] as string;
const show = ({ from, specifier }: Import): string => `${from} imports ${specifier}`;

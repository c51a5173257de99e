import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';

// What `npm run build` makes: bundles that share chunks.

const DIST = join(ROOT, 'dist');
const ENTRIES = ['air-grammar', 'interpreter', 'services', 'peer', 'audit', 'testing', 'client'];
/** Entries that need Node. */
const OF_NODE = ['channels', 'sandbox'];
/** What stands in pages for a `#name` of package.json. */
const { imports = {}, peerDependencies = {} } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as {
  imports?: Record<string, { default?: string }>;
  peerDependencies?: Record<string, string>;
};
/** Installed by those who use them, and loaded then. */
const isOptional = (name: string): boolean =>
  Object.keys(peerDependencies).some(known => name === known || name.startsWith(`${known}/`));
const FOR_PAGES = Object.values(imports).flatMap(({ default: path }) => path?.slice('./dist/'.length) ?? []);
/** Helpers of the bundler itself. */
const RUNTIME = 'rolldown-runtime.js';
const load = (entry: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(join(DIST, entry, 'index.js')).href) as Promise<Record<string, unknown>>;
const superclass = (type: unknown): unknown => Object.getPrototypeOf(type);

describe('dist', () => {
  it('holds each module once, so that classes and caches exist once', () => {
    const sources = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.js.map'))
      .flatMap(file => {
        const map = JSON.parse(readFileSync(join(DIST, file), 'utf8')) as { sources: string[] };
        return map.sources.map(source => join(DIST, file, '..', source));
      });
    expect(sources.length).toBeGreaterThan(150);
    expect(sources.filter((source, i) => sources.indexOf(source) !== i)).toEqual([]);
  });

  it('has one class of errors behind all entries', async () => {
    const [grammar, interpreter, peer] = await Promise.all(['air-grammar', 'interpreter', 'peer'].map(load));
    const base = superclass(grammar?.['AirError']);
    expect(base).not.toBe(Error);
    expect(superclass(interpreter?.['RunError'])).toBe(base);
    expect(superclass(peer?.['ParticleError'])).toBe(base);
  });

  it('throws what its own entries export, across them', async () => {
    const [interpreter, peer] = await Promise.all(['interpreter', 'peer'].map(load));
    const { createSimulation } = peer as {
      createSimulation: (options: object) => { addPeer(o: object): void };
    };
    const act = (): void =>
      createSimulation({ seed: 1, startMs: 0 }).addPeer({ secretKey: new Uint8Array(31) });
    expect(act).toThrow(interpreter?.['KeyError'] as typeof Error);
  });

  it('has types beside each entry, and a source map for each chunk', () => {
    for (const entry of [...ENTRIES, ...OF_NODE])
      expect(existsSync(join(DIST, entry, 'index.d.ts'))).toBe(true);
    // A chunk that only passes on what another exports has no code to map.
    const hasCode = (file: string): boolean =>
      !/^(?:import [^;]+;\s*|export \{[^}]*\}[^;]*;\s*)*$/.test(
        readFileSync(join(DIST, 'chunks', file), 'utf8'),
      );
    const chunks = readdirSync(join(DIST, 'chunks')).filter(
      file => file.endsWith('.js') && file !== RUNTIME && hasCode(file),
    );
    expect(chunks.length).toBeGreaterThan(10);
    for (const file of chunks) expect(existsSync(join(DIST, 'chunks', `${file}.map`))).toBe(true);
  });

  it('needs nothing of Node, and no package, outside the command line', () => {
    const seen = new Set<string>();
    for (const entry of [...ENTRIES.map(name => `${name}/index.js`), ...FOR_PAGES])
      visit(join(DIST, entry), seen);
    const wanted = [...seen].flatMap(importsOf);
    const outside = wanted.filter(({ name }) => !name.startsWith('.') && !name.startsWith('#'));
    expect(outside.filter(({ name, isLate }) => !(isLate && isOptional(name)))).toEqual([]);
  });

  it('loads no library of schemas and no grammar for those who only interpret', () => {
    const chunksBehind = (entry: string): string[] => {
      const seen = new Set<string>();
      visit(join(DIST, entry), seen);
      return [...seen].map(file => basename(file));
    };
    expect(chunksBehind('services/index.js')).toContain('zod.js');
    for (const entry of ['air-grammar/index.js', 'interpreter/index.js']) {
      expect(chunksBehind(entry)).not.toContain('zod.js');
      expect(chunksBehind(entry)).not.toContain('chevrotain.js');
    }
  });

  it('can be run', () => expect(() => accessSync(join(DIST, 'cli/main.js'), constants.X_OK)).not.toThrow());

  it('names the licences of what it contains', () => {
    const text = readFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['chevrotain', 'commander', 'immer', 'zod', '@noble/ed25519'])
      expect(text).toContain(`${name} `);
  });
});

function visit(file: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  for (const { name } of importsOf(file)) if (name.startsWith('.')) visit(join(file, '..', name), seen);
}

const importsOf = (file: string): { name: string; isLate: boolean }[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)(?:[^;]*?\sfrom)? "([^"]+)";|\bimport\("([^"]+)"\)/gm,
    ),
  ].map(([, from, dynamic]) => ({ name: from ?? dynamic ?? '', isLate: from === undefined }));

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { unzipSync } from 'fflate';
import type { IGrammar } from 'vscode-textmate';
import { beforeAll, describe, expect, it } from 'vitest';
import { complete } from '../../air-grammar/index.ts';
import { folderOf, ROOT } from '../support/cli.ts';
import { airGrammar, scopesOf } from '../support/textmate.ts';

const FOLDER = join(ROOT, 'editors/vscode');
const json = (path: string): unknown => JSON.parse(readFileSync(join(FOLDER, path), 'utf8'));

describe('the packed extension', () => {
  const out = join(folderOf({}), 'beryl.vsix');
  let files: Record<string, Uint8Array> = {};
  const text = (name: string): string => new TextDecoder().decode(files[name]);
  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'build/vscode.mjs'), out]);
    files = unzipSync(new Uint8Array(readFileSync(out)));
  });

  it('holds every file that its manifests name', () => {
    const manifest = JSON.parse(text('extension/package.json')) as {
      main: string;
      version: string;
      contributes: {
        languages: { configuration: string }[];
        grammars: { path: string }[];
        snippets: { path: string }[];
      };
    };
    const { languages, grammars, snippets } = manifest.contributes;
    const named = [
      manifest.main,
      ...languages.map(({ configuration }) => configuration),
      ...[...grammars, ...snippets].map(({ path }) => path),
    ];
    for (const path of named) expect(files[`extension/${path.replace('./', '')}`], path).toBeDefined();
    const vsix = text('extension.vsixmanifest');
    for (const [, path = ''] of vsix.matchAll(/ Path="([^"]+)"/g)) expect(files[path], path).toBeDefined();
    expect(vsix).toContain(`Version="${manifest.version}"`);
    const endings = Object.keys(files).map(name => /\.\w+$/.exec(name)?.[0] ?? '');
    for (const ending of endings.filter(one => one !== '.xml'))
      expect(text('[Content_Types].xml')).toContain(`"${ending}"`);
  });

  it('is one program that needs the editor, and nothing else', () => {
    const code = text('extension/extension.cjs');
    expect(() => new Script(code)).not.toThrow();
    const needed = new Set(
      [...code.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map(([, name = '']) => name),
    );
    const { builtinModules } = createRequire(import.meta.url)('node:module') as { builtinModules: string[] };
    const known = new Set(['vscode', ...builtinModules, ...builtinModules.map(name => `node:${name}`)]);
    expect([...needed].filter(name => !known.has(name))).toEqual([]);
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(json('package.json')).toMatchObject({ version });
  });

  it('is the same to the byte when packed again', () => {
    const again = join(folderOf({}), 'again.vsix');
    execFileSync(process.execPath, [join(ROOT, 'build/vscode.mjs'), again]);
    expect(readFileSync(again).equals(readFileSync(out))).toBe(true);
  });
});

describe('the grammar', () => {
  let grammar: IGrammar;
  beforeAll(async () => {
    grammar = await airGrammar();
  });

  /** Without the name of the language at the end. */
  const pieces = (source: string): [string, string][] =>
    scopesOf(grammar, source).map(([piece, scope]) => [piece, scope.replace(/\.air$/, '')]);

  it.each([
    ['seq', 'keyword.control'],
    ['%init_peer_id%', 'support.constant'],
    [':error:', 'variable.language.error'],
    ['.$.message', 'variable.other.property'],
    ['#%', 'keyword.operator.sigil'],
    ['m', 'variable.other'],
    ['-relay-', 'variable.other'],
    ['42', 'constant.numeric'],
    ['-1.5', 'constant.numeric'],
    ['true', 'constant.language.boolean'],
    ['trueish', 'variable.other'],
    ['; not "text"', 'comment.line.semicolon'],
    ['beryl-ignore', 'keyword.control.directive'],
  ])('%s is %s', (piece, scope) => {
    const source = `; not "text"
; beryl-ignore no-return
(seq (call %init_peer_id% ("a;b" "f") [42 -1.5 true trueish :error:.$.message -relay-] x)
  (canon p %m #%m))`;
    expect(pieces(source)).toContainEqual([piece, scope]);
  });

  it('knows exactly the instructions of the language', () => {
    const keywords = complete('(', 1).items.flatMap(({ kind, text }) => (kind === 'keyword' ? [text] : []));
    expect(keywords.length).toBeGreaterThan(10);
    for (const keyword of keywords)
      expect(pieces(`(${keyword} x)`)[1], keyword).toEqual([keyword, 'keyword.control']);
    const { repository } = json('syntaxes/air.tmLanguage.json') as {
      repository: { keyword: { match: string } };
    };
    const listed = /\(((?:\w+\|)+\w+)\)/.exec(repository.keyword.match)?.[1]?.split('|');
    expect(listed?.toSorted()).toEqual([...new Set(keywords)].toSorted());
  });

  it.each([
    'examples/08-deep-origin/mail.air',
    'examples/01-honest-post/script.air',
    'templates/service/honest.air',
  ])('gives every piece of %s a scope of its own', path => {
    const plain = pieces(readFileSync(join(ROOT, path), 'utf8')).filter(([, scope]) => scope === 'source');
    expect(plain).toEqual([]);
  });
});

describe('the snippets', () => {
  const snippets = json('snippets/air.json') as Record<string, { body: string }>;
  it.each(Object.entries(snippets))('%s begins an instruction that the language has', (_, { body }) => {
    const keywords = complete('(', 1).items.map(({ text }) => text);
    expect(keywords).toContain(/^\((\w+)/.exec(body)?.[1]);
  });
});

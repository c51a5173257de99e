import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderOf, ROOT } from '../support/cli.ts';
import { workplace } from '../support/documents.ts';
import { EditorHost } from '../support/vscode-host.ts';

interface Extension {
  activate(context: { subscriptions: { dispose(): unknown }[] }): Promise<void>;
  deactivate(): Promise<void> | undefined;
}

interface Manifest {
  readonly main: string;
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

const packed = (): Record<string, Uint8Array> => {
  const out = join(folderOf({}), 'beryl.vsix');
  execFileSync(process.execPath, [join(ROOT, 'build/vscode.mjs'), out]);
  return unzipSync(new Uint8Array(readFileSync(out)));
};

/** Runs the program of an extension, as the editor does: with a `require` that knows `vscode`. */
function loaded(code: string, host: EditorHost): Extension {
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  const own = (name: string): unknown => (name === 'vscode' ? host.api : require(name));
  // oxlint-disable-next-line no-implied-eval -- the packed program is what is tested
  new Function('require', 'module', 'exports', code)(own, module, module.exports);
  return module.exports as Extension;
}

async function until<T>(look: () => T | undefined): Promise<T> {
  const late = Date.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > late) throw new Error('it did not come within 30 s');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const NETWORK = {
  init: 'author',
  peers: {
    author: {},
    auth: { services: [{ kind: 'auth', admins: ['author'] }] },
    blog: { services: [{ kind: 'blog', auth: 'auth' }] },
  },
};
const HONEST = `(seq
  (call auth ("authSrv" "get_status") [] status)
  (seq (call blog ("blogSrv" "add_post") ["hi" status.$.is_admin] post)
    (call %init_peer_id% ("callbackSrv" "response") [post])))
`;
const FORGED = HONEST.replace('status.$.is_admin', 'true');

describe('the packed extension, in a host of the editor’s API, with the Beryl of the workspace', () => {
  const files = packed();
  const text = (name: string): string => new TextDecoder().decode(files[`extension/${name}`]);
  const { main, contributes } = JSON.parse(text('package.json')) as Manifest;
  const { properties } = contributes.configuration;
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, one.default]));
  const folder = workplace();
  const host = new EditorHost(folder, { ...defaults });
  const context = { subscriptions: [] as { dispose(): unknown }[] };
  let extension: Extension;
  let script: ReturnType<EditorHost['open']>;
  const path = join(folder, 'script.air');
  const codes = (): unknown[] =>
    host.diagnosticsOf(script).map(({ code }) => (code as { value?: unknown } | undefined)?.value ?? code);

  beforeAll(async () => {
    extension = loaded(text(main.replace('./', '')), host);
    // As in the editor: a script is opened, and that starts the extension.
    script = host.open(path, '(seq (ap 5) (nul))');
    await extension.activate(context).catch((failure: unknown) => {
      throw new Error(host.messages.join('\n'), { cause: failure });
    });
  });
  afterAll(async () => {
    await extension.deactivate();
    expect(host.messages).toEqual([]);
  });

  it('shows all mistakes of a script, in the places of the editor', async () => {
    const found = await until(() => (codes().length === 2 ? host.diagnosticsOf(script) : undefined));
    expect(found.map(({ severity, source, range }) => [severity, source, range.start.character])).toEqual([
      [0, 'beryl', 10],
      [0, 'beryl', 13],
    ]);
  });

  it('follows what is typed, and warns when typing pauses', async () => {
    host.type(script, '(call %init_peer_id% ("s" "f") [] unused)');
    await until(() => (codes().includes('unused-variable') ? true : undefined));
  });

  it('hovers, completes, formats, lists calls, renames, finds, offers', async () => {
    const unformatted = HONEST.replaceAll('\n', ' ');
    host.type(script, unformatted);
    const at = host.position(0, unformatted.indexOf('status)') + 1);
    const hover = (await host.ask('Hover', 'provideHover', script, at)) as { contents: { value: string }[] };
    expect(hover.contents.map(({ value }) => value).join('')).toContain(
      'the result of `authSrv.get_status` on the peer in `auth`',
    );
    const calls = (await host.ask('DocumentSymbol', 'provideDocumentSymbols', script)) as { name: string }[];
    expect(calls.map(({ name }) => name)[0]).toContain('authSrv');
    const edits = (await host.ask('DocumentFormatting', 'provideDocumentFormattingEdits', script, {
      tabSize: 2,
      insertSpaces: true,
    })) as { newText: string }[];
    expect(edits[0]?.newText).toContain('\n  (call auth');
    const edit = (await host.ask('Rename', 'provideRenameEdits', script, at, 'answer')) as {
      edits: Map<string, object[]>;
    };
    expect([...edit.edits.values()].flat()).toHaveLength(2);
    const places = (await host.ask('References', 'provideReferences', script, at, {
      includeDeclaration: true,
    })) as object[];
    expect(places).toHaveLength(2);
    const definitions = (await host.ask('Definition', 'provideDefinition', script, at)) as object[];
    expect(definitions).toHaveLength(1);
    const half = '(call au';
    host.type(script, half);
    const completed = (await host.ask(
      'Completion',
      'provideCompletionItems',
      script,
      host.position(0, half.length),
    )) as { label: string }[] | { items: { label: string }[] };
    expect(Array.isArray(completed)).toBe(true);
  });

  it('reads the network file beside the script: a guard will refuse, the honest script has no finding', async () => {
    writeFileSync(join(folder, 'network.json'), JSON.stringify(NETWORK));
    host.type(script, FORGED);
    await until(() => (codes().includes('will-be-denied') ? true : undefined));
    host.type(script, HONEST);
    await until(() => (codes().length === 0 ? true : undefined));
  });

  it('passes changed settings on', async () => {
    const other = join(folderOf({ 'other.json': '{' }), 'other.json');
    host.set('beryl.network', other);
    host.type(script, `${HONEST}\n`);
    await until(() => (codes().includes('network') ? true : undefined));
    host.set('beryl.network', '');
    host.type(script, HONEST);
    await until(() => (codes().length === 0 ? true : undefined));
  });
});

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { folderOf, ROOT } from '../support/cli.ts';

const SCRIPT = `(seq
  (call "auth" ("authSrv" "get_status") [] status)
  (new status
    (seq
      (ap "x" status)
      (call %init_peer_id% ("s" "f") [status.$.is_admin]))))
`;
const uri = 'file:///script.air';

/** An editor, as it talks to the server. */
class Editor {
  readonly #process = spawn(process.execPath, [join(ROOT, 'bin/beryl.mjs'), 'lsp', '--stdio']);
  readonly connection: ProtocolConnection;
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #uri: string;
  #version = 0;

  /** @param script The script that it edits. */
  constructor(script = uri) {
    this.#uri = script;
    const { stdout, stdin } = this.#process;
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.#published.push(params);
    });
    this.connection.listen();
  }

  ask<T>(method: string, params: object): Promise<T> {
    return this.connection.sendRequest(method, params);
  }

  async type(text: string): Promise<void> {
    this.#version += 1;
    const version = this.#version;
    if (version === 1) {
      const textDocument = { uri: this.#uri, languageId: 'air', version, text };
      await this.connection.sendNotification('textDocument/didOpen', { textDocument });
    } else {
      const textDocument = { uri: this.#uri, version };
      await this.connection.sendNotification('textDocument/didChange', {
        textDocument,
        contentChanges: [{ text }],
      });
    }
  }

  /** What is published for the text typed last: `at` least so many times. */
  async published(at = 1): Promise<PublishDiagnosticsParams['diagnostics']> {
    for (;;) {
      const ours = this.#published.filter(({ version }) => version === this.#version);
      if (ours.length >= at) return ours.at(-1)?.diagnostics ?? [];
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  /** Waits until a finding of this code is published for the text typed last. */
  async finding(code: string): Promise<PublishDiagnosticsParams['diagnostics'][number]> {
    for (let at = 1; ; at++) {
      const found = (await this.published(at)).find(one => one.code === code);
      if (found !== undefined) return found;
    }
  }

  async start(initializationOptions?: object): Promise<{ capabilities: object }> {
    const processId = process.pid;
    const started = await this.ask<{ capabilities: object }>('initialize', {
      processId,
      rootUri: null,
      capabilities: {},
      initializationOptions,
    });
    await this.connection.sendNotification('initialized', {});
    return started;
  }

  /** Processor time that the server has used so far, milliseconds: other programs on this machine do not count. */
  processorMs(): number {
    if (process.platform !== 'linux') return performance.now();
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    // In user and kernel mode, in ticks of 10 ms.
    return (Number(stat[11]) + Number(stat[12])) * 10;
  }

  async close(): Promise<number | null> {
    await this.ask('shutdown', {});
    await this.connection.sendNotification('exit');
    return new Promise(resolve => void this.#process.once('exit', code => resolve(code)));
  }
}

/** The position just after `before` in a text. */
function after(text: string, before: string): { line: number; character: number } {
  const lines = text.slice(0, text.indexOf(before) + before.length).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
const at = (before: string, text = SCRIPT) => ({ textDocument: { uri }, position: after(text, before) });

describe('beryl lsp', () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = new Editor();
    const { capabilities } = await editor.start();
    expect(capabilities).toMatchObject({ hoverProvider: true, renameProvider: true });
  });
  afterAll(async () => {
    expect(await editor.close()).toBe(0);
  });

  it('shows several mistakes at once, and warnings when typing pauses', async () => {
    await editor.type('(seq (ap 5) (nul))');
    const mistakes = await editor.published();
    expect(mistakes.map(({ severity, range }) => [severity, range.start.character])).toEqual([
      [1, 10],
      [1, 13],
    ]);
    // A network file may define it.
    await editor.type('(call alice ("s" "f") [])');
    expect(await editor.published()).toMatchObject([{ severity: 2, code: 'V1', source: 'beryl' }]);
    await editor.type('(ap 1 x)');
    expect(await editor.published()).toEqual([]);
    expect(await editor.published(2)).toMatchObject([
      { severity: 2, code: 'unused-variable', source: 'beryl' },
    ]);
  });

  it('says what a variable can hold, and tells scopes apart', async () => {
    await editor.type(SCRIPT);
    const outer = await editor.ask<{ contents: { value: string } }>('textDocument/hover', at('[] st'));
    expect(outer.contents.value).toContain('the result of `authSrv.get_status` on peer `auth`');
    const inner = await editor.ask<{ contents: { value: string } }>('textDocument/hover', at('[st'));
    expect(inner.contents.value).toContain("a literal of the script's author");
    expect(inner.contents.value).not.toContain('authSrv');
    expect(await editor.ask('textDocument/hover', at('(se'))).toBe(null);
  });

  it('goes to definitions, finds references, and renames one variable only', async () => {
    const definitions = await editor.ask<{ range: { start: { line: number } } }[]>(
      'textDocument/definition',
      at('[st'),
    );
    expect(definitions.map(({ range }) => range.start.line)).toEqual([2, 4]);
    const references = await editor.ask<object[]>('textDocument/references', {
      ...at('[st'),
      context: { includeDeclaration: false },
    });
    expect(references).toHaveLength(1);
    const edit = await editor.ask<{ changes: Record<string, object[]> }>('textDocument/rename', {
      ...at('[st'),
      newName: 'inner',
    });
    expect(edit.changes[uri]).toHaveLength(3);
    await expect(editor.ask('textDocument/rename', { ...at('[st'), newName: '9 lives' })).rejects.toThrow(
      'a name has letters',
    );
    await expect(editor.ask('textDocument/rename', { ...at('[st'), newName: '$stream' })).rejects.toThrow(
      'begins with',
    );
  });

  it('completes, formats, and lists the calls', async () => {
    const items = await editor.ask<{ label: string }[]>('textDocument/completion', at('("s" "f") [st'));
    expect(items.map(({ label }) => label)).toEqual(['status']);
    expect(await editor.ask('textDocument/formatting', { textDocument: { uri }, options: {} })).toEqual([]);
    const symbols = await editor.ask<{ name: string }[]>('textDocument/documentSymbol', {
      textDocument: { uri },
    });
    expect(symbols.map(({ name }) => name)).toEqual([
      'call "auth" ("authSrv" "get_status") [] status',
      'call %init_peer_id% ("s" "f") [status.$.is_admin]',
    ]);
  });

  it('offers to silence a warning, and the comment does', async () => {
    const text = '(seq\n  (null)\n  (ap 1 x))\n';
    await editor.type(text);
    const diagnostics = await editor.published(2);
    const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
    const [action] = await editor.ask<{ edit: { changes: Record<string, { newText: string }[]> } }[]>(
      'textDocument/codeAction',
      { textDocument: { uri }, range, context: { diagnostics } },
    );
    expect(action?.edit.changes[uri]?.[0]?.newText).toBe('  ; beryl-ignore unused-variable\n');
    await editor.type('(seq\n  (null)\n  ; beryl-ignore unused-variable\n  (ap 1 x))\n');
    expect(await editor.published(2)).toEqual([]);
  });

  it('keeps up with a script of 1 MB', { timeout: 60_000 }, async () => {
    const calls = Array.from(
      { length: 9000 },
      (_, i) => `(call "peer" ("service" "function_${i}") ["text" ${i}] x${i})`,
    );
    const long = `${calls.map(call => `(seq ${call}\n`).join('')}(null)${')'.repeat(calls.length)}`;
    await editor.type(`${long} ; ${'x'.repeat(1_000_000 - long.length)}`);
    await editor.published();
    const begun = performance.now();
    const spentMs: number[] = [];
    for (let i = 1; i <= 5; i++) {
      const before = editor.processorMs();
      await editor.type(`${long}${'\n'.repeat(i)}`);
      await editor.published();
      spentMs.push(editor.processorMs() - before);
    }
    const syntaxMs = Math.min(...spentMs);
    const beforeOrigins = editor.processorMs();
    const hover = await editor.ask<{ contents: { value: string } }>(
      'textDocument/hover',
      at('"function_5000") ["text" 5000] x50', long),
    );
    expect(hover.contents.value).toContain('function_5000');
    const originsMs = editor.processorMs() - beforeOrigins;
    // Processor time of the server: what an editor waits for on a quiet machine. Doubled, since caches are shared with others here.
    expect(syntaxMs).toBeLessThan(2 * 100);
    expect(originsMs).toBeLessThan(2 * 1000);
    // Warnings and origins wait for a pause: five changes in a row have them once.
    expect((await editor.published(2)).map(({ code }) => code)).toContain('unused-variable');
    expect(performance.now() - begun).toBeLessThan(40_000);
  });
});

describe('beryl lsp, with a network file', () => {
  const network = JSON.stringify({
    init: 'author',
    variables: { draft: 'hello' },
    peers: {
      author: {},
      auth: { services: [{ kind: 'auth', admins: ['author'] }] },
      blog: {
        services: [
          { kind: 'blog', auth: 'auth' },
          { kind: 'module', path: './greeter.mjs' },
        ],
      },
    },
  });
  const greeter = `import { defineService } from ${JSON.stringify(join(ROOT, 'dist/services/index.js'))};
export default defineService({ id: 'greeter', functions: { greet: { arguments: {}, guards: {}, handler: () => 'hi' } } });`;
  const honest = `(seq
  (call auth ("authSrv" "get_status") [] status)
  (call blog ("blogSrv" "add_post") [draft status.$.is_admin]))
`;
  const forged = '(call blog ("blogSrv" "add_post") [draft true])\n';
  let editor: Editor;
  afterEach(async () => {
    expect(await editor.close()).toBe(0);
  });
  const open = async (files: Record<string, string>, options?: object): Promise<string> => {
    const folder = folderOf(files);
    const script = pathToFileURL(join(folder, 'script.air')).href;
    editor = new Editor(script);
    await editor.start(options);
    return script;
  };
  const offered = async (script: string, text: string): Promise<string[]> => {
    await editor.type(text);
    const items = await editor.ask<{ label: string }[]>('textDocument/completion', {
      textDocument: { uri: script },
      position: after(text, text),
    });
    return items.map(({ label }) => label);
  };

  it('completes peers, variables, services and functions', async () => {
    const script = await open({ 'network.json': network, 'greeter.mjs': greeter });
    expect(await offered(script, '(call ')).toEqual(
      expect.arrayContaining(['%init_peer_id%', 'author', 'auth', 'blog', 'draft']),
    );
    expect(await offered(script, '(call bl')).toEqual(['blog']);
    expect(await offered(script, '(call blog ("blog')).toEqual(['blogSrv']);
    expect(await offered(script, '(call blog ("blogSrv" "')).toEqual(['add_post', 'list_posts']);
    expect(await offered(script, '(call auth ("blogSrv" "')).toEqual([]);
  });

  it('says what guards will refuse; the honest script has no finding', async () => {
    await open({ 'network.json': network, 'greeter.mjs': greeter });
    await editor.type(forged);
    const denied = await editor.finding('will-be-denied');
    expect(denied).toMatchObject({ severity: 1, source: 'beryl' });
    expect(denied.message).toContain('`blogSrv.add_post` refuses argument `is_admin`');
    await editor.type(honest);
    expect(await editor.published(2)).toMatchObject([{ code: 'no-return' }]);
  });

  it('reads the file again when it has changed, and shows what is wrong with it', async () => {
    const folder = folderOf({});
    editor = new Editor(pathToFileURL(join(folder, 'script.air')).href);
    await editor.start();
    await editor.type(forged);
    await editor.finding('V1');
    writeFileSync(join(folder, 'network.json'), network);
    await editor.type(`${forged}\n`);
    await editor.finding('will-be-denied');
    writeFileSync(join(folder, 'network.json'), '{');
    await editor.type(forged);
    const mistake = await editor.finding('network');
    expect(mistake.message).toContain('ERR_CLI_NETWORK_FILE');
  });

  it('runs the code of services only if the editor allows it', async () => {
    const files = { 'network.json': network, 'greeter.mjs': greeter };
    const text = '(call blog ("gre';
    expect(await offered(await open(files), text)).toEqual([]);
    expect(await editor.close()).toBe(0);
    expect(await offered(await open(files, { modules: true }), text)).toEqual(['greeter']);
  });

  it('takes another network file from the settings', async () => {
    const other = join(folderOf({ 'other.json': network, 'greeter.mjs': greeter }), 'other.json');
    const script = await open({});
    expect(await offered(script, '(call bl')).toEqual([]);
    await editor.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { beryl: { network: other } },
    });
    expect(await offered(script, '(call bl')).toEqual(['blog']);
  });
});

import { pathToFileURL, fileURLToPath } from 'node:url';

/**
 * The part of the API of Visual Studio Code that an extension with a language client uses, as an editor without a window. Whatever the
 * extension uses beside it is an error that says what is missing: nothing is answered by chance.
 */

class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(...places: [Position, Position] | [number, number, number, number]) {
    const [a, b, c, d] = places as unknown as [Position, Position, number, number];
    this.start = typeof a === 'number' ? new Position(a, b as unknown as number) : a;
    this.end = typeof a === 'number' ? new Position(c, d) : b;
  }
}

class Uri {
  readonly scheme = 'file';
  readonly fsPath: string;
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
    this.fsPath = fileURLToPath(text);
  }

  static parse(text: string): Uri {
    return new Uri(text);
  }

  static file(path: string): Uri {
    return new Uri(pathToFileURL(path).href);
  }

  toString(): string {
    return this.#text;
  }
}

class Disposable {
  readonly dispose: () => void;

  constructor(dispose: () => void) {
    this.dispose = dispose;
  }

  static from(...all: { dispose(): void }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

type Listener = (event: never) => unknown;

class EventEmitter {
  readonly #listeners = new Set<Listener>();
  readonly event = (listener: Listener, self?: unknown): Disposable => {
    const bound = self === undefined ? listener : listener.bind(self);
    this.#listeners.add(bound);
    return new Disposable(() => void this.#listeners.delete(bound));
  };

  fire(event: unknown): void {
    for (const listener of this.#listeners) void listener(event as never);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

class CancellationTokenSource {
  readonly #cancelled = new EventEmitter();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.#cancelled.event };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.#cancelled.fire(undefined);
  }

  dispose(): void {
    this.#cancelled.dispose();
  }
}

class MarkdownString {
  value: string;

  constructor(value = '') {
    this.value = value;
  }

  appendCodeblock(code: string, language = ''): this {
    this.value += `\n\`\`\`${language}\n${code}\n\`\`\`\n`;
    return this;
  }
}

/** A class whose constructor keeps its arguments under these names. */
const holder = (...names: readonly string[]) =>
  class {
    [name: string]: unknown;

    constructor(...values: readonly unknown[]) {
      for (const [i, name] of names.entries()) if (values[i] !== undefined) this[name] = values[i];
    }
  };

/** Has a list of contents, also of one. */
class Hover {
  readonly contents: readonly unknown[];
  readonly range: Range | undefined;

  constructor(contents: unknown, range?: Range) {
    this.contents = Array.isArray(contents) ? contents : [contents];
    this.range = range;
  }
}

class TextEdit {
  readonly range: Range;
  readonly newText: string;

  constructor(range: Range, newText: string) {
    this.range = range;
    this.newText = newText;
  }
}

class WorkspaceEdit {
  readonly edits = new Map<string, TextEdit[]>();

  replace(uri: Uri, range: Range, newText: string): void {
    this.set(uri, [...(this.edits.get(String(uri)) ?? []), new TextEdit(range, newText)]);
  }

  set(uri: Uri, edits: TextEdit[]): void {
    this.edits.set(String(uri), edits);
  }
}

/** As the editor keeps it. */
export interface HostDiagnostic {
  readonly message: string;
  readonly severity: number;
  readonly code?: unknown;
  readonly source?: string;
  readonly range: Range;
}

class TextDocument {
  readonly uri: Uri;
  readonly languageId = 'air';
  readonly isClosed = false;
  readonly isDirty = false;
  version = 1;
  text: string;

  constructor(uri: Uri, text: string) {
    this.uri = uri;
    this.text = text;
  }

  getText(): string {
    return this.text;
  }

  /** The whole document. */
  get range(): Range {
    const lines = this.text.split('\n');
    return new Range(0, 0, lines.length - 1, lines.at(-1)?.length ?? 0);
  }
}

const DIAGNOSTIC_SEVERITY = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
/** `Text` = 0, `Method` = 1, … as in the editor: one less than in the protocol. */
const COMPLETION_ITEM_KIND = { Text: 0, Variable: 5, Keyword: 13, TypeParameter: 24 };

type Provider = Record<string, (...all: never[]) => unknown>;

/** An editor that has installed one extension. */
export class EditorHost {
  /** What `require('vscode')` gives. */
  readonly api: object;
  readonly diagnostics = new Map<string, readonly HostDiagnostic[]>();
  /** What a user would have seen in messages. */
  readonly messages: string[] = [];
  readonly #providers = new Map<string, Provider>();
  readonly #documents: TextDocument[] = [];
  readonly #settings: Record<string, unknown>;
  readonly #opened = new EventEmitter();
  readonly #changed = new EventEmitter();
  readonly #configured = new EventEmitter();

  /**
   * @param folder   The folder that is open.
   * @param settings By full name, such as `beryl.network`; defaults come from the manifest.
   */
  constructor(folder: string, settings: Record<string, unknown>) {
    this.#settings = settings;
    this.api = strict('vscode', this.#surface(folder));
  }

  open(path: string, text: string): TextDocument {
    const document = new TextDocument(Uri.file(path), text);
    this.#documents.push(document);
    this.#opened.fire(document);
    return document;
  }

  /** Somebody replaces the text. */
  type(document: TextDocument, text: string): void {
    const { range } = document;
    const rangeLength = document.text.length;
    document.text = text;
    document.version += 1;
    const contentChanges = [{ range, rangeOffset: 0, rangeLength, text }];
    this.#changed.fire({ document, contentChanges, reason: undefined });
  }

  set(name: string, value: unknown): void {
    this.#settings[name] = value;
    this.#configured.fire({ affectsConfiguration: (section: string) => name.startsWith(section) });
  }

  diagnosticsOf({ uri }: TextDocument): readonly HostDiagnostic[] {
    return this.diagnostics.get(String(uri)) ?? [];
  }

  /** Calls what the extension has registered, as the editor does. @param kind Such as `Hover`. */
  ask(kind: string, method: string, ...args: readonly unknown[]): unknown {
    const provider = this.#providers.get(kind);
    if (provider === undefined) throw new Error(`the extension has registered no provider of ${kind}`);
    const ask = provider[method] as (...all: readonly unknown[]) => unknown;
    // Completion has a context behind the token; others do not look at it.
    const context = { triggerKind: 0, triggerCharacter: undefined };
    return ask.call(provider, ...args, new CancellationTokenSource().token, context);
  }

  position(line: number, character: number): Position {
    return new Position(line, character);
  }

  #surface(folder: string): Record<string, unknown> {
    const never = new EventEmitter().event;
    const register = (kind: string) => (_selector: unknown, provider: Provider) => {
      this.#providers.set(kind, provider);
      return new Disposable(() => void this.#providers.delete(kind));
    };
    const kinds =
      'Completion Hover SignatureHelp Definition References DocumentHighlight DocumentSymbol WorkspaceSymbol CodeActions DocumentFormatting Rename';
    const say = (text: string): Promise<undefined> => {
      this.messages.push(text);
      return Promise.resolve(undefined);
    };
    /** Settings whose names begin so, by the rest of the name. */
    const under = (prefix: string): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(this.#settings)
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, value]) => [name.slice(prefix.length), value]),
      );
    const settingOf = (section?: string) => {
      const values = under(section === undefined ? '' : `${section}.`);
      const get = (name: string): unknown =>
        name in values ? values[name] : under(section === undefined ? `${name}.` : `${section}.${name}.`);
      return Object.assign(Object.create({ get }) as object, values);
    };
    const workspaceFolders = [{ uri: Uri.file(folder), name: 'folder', index: 0 }];
    const { diagnostics, messages } = this;
    return {
      version: '1.91.0',
      Position,
      Range,
      Uri,
      Disposable,
      EventEmitter,
      CancellationTokenSource,
      CancellationError: class extends Error {},
      MarkdownString,
      TextEdit,
      WorkspaceEdit,
      Location: holder('uri', 'range'),
      Diagnostic: holder('range', 'message', 'severity'),
      DiagnosticRelatedInformation: holder('location', 'message'),
      DiagnosticSeverity: DIAGNOSTIC_SEVERITY,
      DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
      Hover,
      CompletionItem: holder('label', 'kind'),
      CompletionList: holder('items', 'isIncomplete'),
      CompletionItemKind: COMPLETION_ITEM_KIND,
      CompletionItemTag: { Deprecated: 1 },
      CompletionTriggerKind: { Invoke: 0, TriggerCharacter: 1, TriggerForIncompleteCompletions: 2 },
      SnippetString: holder('value'),
      CodeLens: holder('range', 'command'),
      CodeAction: holder('title', 'kind'),
      CodeActionKind: codeActionKinds(),
      CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
      DocumentLink: holder('range', 'target'),
      DocumentSymbol: holder('name', 'detail', 'kind', 'range', 'selectionRange'),
      SymbolInformation: holder('name', 'kind', 'containerName', 'location'),
      SymbolKind: { File: 0, Function: 11, Variable: 12, TypeParameter: 25 },
      SymbolTag: { Deprecated: 1 },
      CallHierarchyItem: holder('kind', 'name', 'detail', 'uri', 'range', 'selectionRange'),
      TypeHierarchyItem: holder('kind', 'name', 'detail', 'uri', 'range', 'selectionRange'),
      InlayHint: holder('position', 'label', 'kind'),
      TabInputText: holder('uri'),
      TabInputTextDiff: holder('original', 'modified'),
      TabInputCustom: holder('uri', 'viewType'),
      TabInputNotebook: holder('uri', 'notebookType'),
      NotebookCellKind: { Markup: 1, Code: 2 },
      ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
      TextDocumentSaveReason: { Manual: 1, AfterDelay: 2, FocusOut: 3 },
      SignatureHelpTriggerKind: { Invoke: 1, TriggerCharacter: 2, ContentChange: 3 },
      DocumentHighlightKind: { Text: 0, Read: 1, Write: 2 },
      LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 },
      FoldingRangeKind: { Comment: 1, Imports: 2, Region: 3 },
      FileType: { Unknown: 0, File: 1, Directory: 2 },
      env: strict('vscode.env', { language: 'en', appName: 'host', isTelemetryEnabled: false }),
      commands: strict('vscode.commands', { registerCommand: () => new Disposable(() => undefined) }),
      window: strict('vscode.window', {
        activeTextEditor: undefined,
        visibleTextEditors: [],
        tabGroups: { all: [], onDidChangeTabs: never, onDidChangeTabGroups: never },
        onDidChangeActiveTextEditor: never,
        onDidChangeVisibleTextEditors: never,
        showErrorMessage: say,
        showWarningMessage: say,
        showInformationMessage: say,
        createOutputChannel: () => ({
          append: (text: string) => void messages.push(text),
          appendLine: (text: string) => void messages.push(text),
          trace: () => undefined,
          debug: () => undefined,
          info: () => undefined,
          warn: (text: string) => void messages.push(text),
          error: (text: string) => void messages.push(text),
          logLevel: 3,
          onDidChangeLogLevel: never,
          show: () => undefined,
          dispose: () => undefined,
        }),
      }),
      languages: strict('vscode.languages', {
        ...Object.fromEntries(kinds.split(' ').map(kind => [nameOfRegister(kind), register(kind)])),
        match: (selector: unknown, { languageId }: TextDocument) =>
          JSON.stringify(selector).includes(`"${languageId}"`) ? 10 : 0,
        createDiagnosticCollection: () => ({
          set: (uri: Uri, found: readonly HostDiagnostic[] = []) => void diagnostics.set(String(uri), found),
          delete: (uri: Uri) => void diagnostics.delete(String(uri)),
          has: (uri: Uri) => diagnostics.has(String(uri)),
          clear: () => diagnostics.clear(),
          dispose: () => diagnostics.clear(),
        }),
      }),
      workspace: strict('vscode.workspace', {
        workspaceFolders,
        getWorkspaceFolder: () => workspaceFolders[0],
        textDocuments: this.#documents,
        notebookDocuments: [],
        getConfiguration: settingOf,
        onDidChangeConfiguration: this.#configured.event,
        onDidOpenTextDocument: this.#opened.event,
        onDidChangeTextDocument: this.#changed.event,
        onDidCloseTextDocument: never,
        onDidSaveTextDocument: never,
        onWillSaveTextDocument: never,
        onDidOpenNotebookDocument: never,
        onDidChangeNotebookDocument: never,
        onDidCloseNotebookDocument: never,
        onDidSaveNotebookDocument: never,
        onDidChangeWorkspaceFolders: never,
        onDidCreateFiles: never,
        onDidRenameFiles: never,
        onDidDeleteFiles: never,
        onWillCreateFiles: never,
        onWillRenameFiles: never,
        onWillDeleteFiles: never,
      }),
    };
  }
}

const nameOfRegister = (kind: string): string =>
  kind === 'DocumentFormatting'
    ? 'registerDocumentFormattingEditProvider'
    : `register${kind === 'References' ? 'Reference' : kind}${kind === 'Completion' ? 'Item' : ''}Provider`;

/** Kinds are paths: `refactor.extract` is a kind of `refactor`. */
function codeActionKinds(): object {
  class CodeActionKind {
    readonly value: string;

    constructor(value: string) {
      this.value = value;
    }

    append(part: string): CodeActionKind {
      return new CodeActionKind(this.value === '' ? part : `${this.value}.${part}`);
    }
  }
  const names = ['QuickFix', 'Refactor', 'Source', 'SourceOrganizeImports', 'RefactorExtract'];
  const kinds = names.map(name => [name, new CodeActionKind(name[0]?.toLowerCase() + name.slice(1))]);
  return Object.assign(CodeActionKind, { Empty: new CodeActionKind('') }, Object.fromEntries(kinds));
}

/** An object that has no other members: what is missing here is named, not `undefined`. */
const strict = (name: string, members: Record<string, unknown>): object =>
  new Proxy(members, {
    get(target, member) {
      // Bundlers look for the first, `await` for the second.
      if (member === '__esModule' || member === 'then') return undefined;
      if (typeof member === 'symbol' || member in target) return target[member as string];
      throw new Error(`the host has no \`${name}.${member}\``);
    },
  });

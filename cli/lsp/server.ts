import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  createConnection,
  ErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
} from 'vscode-languageserver/node';
import { Analysis } from './analysis.ts';
import { Networks } from './networks.ts';
import {
  actionsFor,
  completionsAt,
  definitionsAt,
  formatted,
  hoverAt,
  mistakesOf,
  referencesAt,
  renameAt,
  symbolsOf,
  warningsOf,
} from './features.ts';

/** Warnings need the whole script: they come when typing pauses. Milliseconds. */
const PAUSE_MS = 250;

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['(', ' ', '$', '#', '%', ':', '"'] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: true,
  documentFormattingProvider: true,
  documentSymbolProvider: true,
  codeActionProvider: true,
};

/** Serves an editor until it disconnects: the Language Server Protocol on standard input and output. */
export function serve(version: string): Promise<void> {
  const connection = createConnection(process.stdin, process.stdout);
  return new Promise(resolve => {
    wire(connection, version, resolve);
    connection.listen();
  });
}

function wire(connection: Connection, version: string, ended: () => void): void {
  const documents = new TextDocuments(TextDocument);
  const known = new WeakMap<TextDocument, { version: number; analysis: Analysis }>();
  const pauses = new Map<string, NodeJS.Timeout>();
  const networks = new Networks();

  const analysisOf = (document: TextDocument): Analysis => {
    const before = known.get(document);
    if (before?.version === document.version) return before.analysis;
    const analysis = new Analysis(document.getText());
    known.set(document, { version: document.version, analysis });
    return analysis;
  };
  /** Answers about a document that is open; `none` if it is not. */
  const about = <T>(uri: string, none: T, answer: (document: TextDocument, analysis: Analysis) => T): T => {
    const document = documents.get(uri);
    return document === undefined ? none : answer(document, analysisOf(document));
  };

  /** Mistakes at once, warnings when typing pauses. */
  const publish = (document: TextDocument): void => {
    const { uri, version: changed } = document;
    const mistakes = mistakesOf(document, analysisOf(document), networks.ready(uri));
    void connection.sendDiagnostics({ uri, version: changed, diagnostics: mistakes });
    clearTimeout(pauses.get(uri));
    if (mistakes.length > 0) return;
    pauses.set(
      uri,
      setTimeout(() => {
        const current = documents.get(uri);
        if (current?.version !== changed) return;
        const diagnostics = warningsOf(current, analysisOf(current), networks.ready(uri));
        void connection.sendDiagnostics({ uri, version: changed, diagnostics });
      }, PAUSE_MS),
    );
  };
  /** What is typed does not wait for a network file: if that has changed, the script is looked at once more. */
  const refresh = async (uri: string): Promise<void> => {
    const before = networks.ready(uri);
    const after = await networks.of(uri);
    const document = documents.get(uri);
    if (after !== before && document !== undefined) publish(document);
  };

  documents.onDidChangeContent(({ document }) => {
    publish(document);
    void refresh(document.uri);
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    networks.set((settings as { readonly beryl?: unknown } | null)?.beryl);
    for (const { uri } of documents.all()) void refresh(uri);
  });
  documents.onDidClose(({ document }) => {
    clearTimeout(pauses.get(document.uri));
    pauses.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.onInitialize(({ initializationOptions }) => {
    networks.set(initializationOptions);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'beryl', version } };
  });
  connection.onHover(({ textDocument, position }) =>
    about(textDocument.uri, null, (document, analysis) =>
      hoverAt(document, analysis, document.offsetAt(position)),
    ),
  );
  connection.onCompletion(async ({ textDocument: { uri }, position }) => {
    const network = await networks.of(uri);
    return about(uri, [], document => completionsAt(document, document.offsetAt(position), network));
  });
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    about(uri, [], (document, analysis) =>
      definitionsAt(document, analysis, document.offsetAt(position)).map(range => ({ uri, range })),
    ),
  );
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    about(uri, [], (document, analysis) =>
      referencesAt(document, analysis, document.offsetAt(position), context.includeDeclaration).map(
        range => ({
          uri,
          range,
        }),
      ),
    ),
  );
  connection.onRenameRequest(({ textDocument, position, newName }) =>
    about(textDocument.uri, null, (document, analysis) => {
      const edit = renameAt(document, analysis, document.offsetAt(position), newName);
      if (typeof edit === 'string') throw new ResponseError(ErrorCodes.InvalidParams, edit);
      return edit;
    }),
  );
  connection.onDocumentFormatting(({ textDocument }) =>
    about(textDocument.uri, [], document => formatted(document)),
  );
  connection.onDocumentSymbol(({ textDocument }) => about(textDocument.uri, [], symbolsOf));
  connection.onCodeAction(({ textDocument, context }) =>
    about(textDocument.uri, [], document => actionsFor(document, context.diagnostics)),
  );
  connection.onExit(ended);
  process.stdin.once('end', ended);
  documents.listen(connection);
}

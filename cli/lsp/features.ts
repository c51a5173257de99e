import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  CodeActionKind,
  CompletionItemKind,
  DiagnosticSeverity,
  SymbolKind,
  type CodeAction,
  type CompletionItem,
  type Diagnostic as LspDiagnostic,
  type DocumentSymbol,
  type Hover,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import {
  AirError,
  complete,
  describeInstruction,
  describeOrigin,
  formatText,
  planOf,
  type Completion,
  type Span,
} from '../../air-grammar/index.ts';
import { callNameAt, namesAt, type CallName } from '../scripts/call-names.ts';
import type { Finding } from '../scripts/finding.ts';
import { foreseenFindings, type Foreseen } from '../scripts/foresee.ts';
import type { Analysis } from './analysis.ts';
import type { Known } from './networks.ts';

/** What an editor can ask about a script, in the editor's terms. */

const SOURCE = 'beryl';
/** More origins are counted. */
const ORIGINS_SHOWN_MAX = 20;
const SYMBOLS_MAX = 10_000;

const rangeOf = (document: TextDocument, { start, end }: Span): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});

/** Mistakes: quick, on every change. */
export const mistakesOf = (
  document: TextDocument,
  analysis: Analysis,
  network: Known | undefined,
): LspDiagnostic[] => {
  const { diagnostics } = analysis;
  // The findings of this rule are these names, in this order.
  const isNamed = diagnostics.some(({ rule }) => rule === UNDEFINED);
  const names = (isNamed ? analysis.undefinedNames : []).values();
  return [
    ...networkMistake(network),
    ...diagnostics
      .filter(({ rule }) => rule !== UNDEFINED || !knows(network, names.next().value))
      .map(({ message, code, rule, span }) => ({
        range: rangeOf(document, span),
        severity: rule === UNDEFINED ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
        source: SOURCE,
        code: rule ?? code,
        message: rule === UNDEFINED ? `${message}\nA network file may define it.` : message,
      })),
  ];
};

/** The rule about names that nothing sets: the network file that a script runs with may define them. */
const UNDEFINED = 'V1';

const foreseenIn = (network: Known | undefined): Foreseen | undefined =>
  network !== undefined && 'foreseen' in network ? network.foreseen : undefined;
const knows = (network: Known | undefined, name: string | undefined): boolean =>
  name !== undefined && foreseenIn(network)?.names.has(name) === true;

/** A network file that cannot be read is shown where the script begins. */
function networkMistake(network: Known | undefined): LspDiagnostic[] {
  if (network === undefined || 'foreseen' in network) return [];
  const start = { line: 0, character: 0 };
  const range = { start, end: start };
  const severity = DiagnosticSeverity.Warning;
  return [{ range, severity, source: SOURCE, code: NETWORK, message: network.mistake }];
}
const NETWORK = 'network';

/** What is valid and probably not meant. */
export const warningsOf = (
  document: TextDocument,
  analysis: Analysis,
  network: Known | undefined,
): LspDiagnostic[] =>
  [...analysis.lints, ...foreseenOf(analysis, network)].map(({ message, help, code, span }) => ({
    range: rangeOf(document, firstLine(document, span)),
    severity: code === WILL_BE_DENIED ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: SOURCE,
    code,
    message: `${message}\n${help}`,
  }));

/** What guards of the network's services will refuse, or may. */
function foreseenOf({ script }: Analysis, network: Known | undefined): Finding[] {
  const foreseen = foreseenIn(network);
  return script === undefined || foreseen === undefined ? [] : foreseenFindings(script, foreseen);
}
const WILL_BE_DENIED = 'will-be-denied';
const MAY_BE_DENIED = 'may-be-denied';
/** A comment does not silence these. */
const NOT_SILENCED: ReadonlySet<unknown> = new Set([UNDEFINED, NETWORK, WILL_BE_DENIED, MAY_BE_DENIED]);

/** A marked instruction of many lines would colour the whole page. */
function firstLine(document: TextDocument, { start, end }: Span): Span {
  const newline = document.getText().indexOf('\n', start);
  return { start, end: newline === -1 ? end : Math.min(end, newline) };
}

/** What a variable holds: where it can come from. */
export function hoverAt(document: TextDocument, analysis: Analysis, offset: number): Hover | null {
  const found = analysis.occurrenceAt(offset);
  if (found === undefined) return null;
  const origins = analysis.originsOf(found);
  const lines = origins.slice(0, ORIGINS_SHOWN_MAX).map(origin => `- ${describeOrigin(origin)}`);
  const more = origins.length - lines.length;
  const text = [
    `**\`${found.name}\`** can come from`,
    '',
    ...(lines.length === 0 ? ['- nothing: no instruction sets it'] : lines),
    ...(more > 0 ? [`- … and ${more} more`] : []),
  ].join('\n');
  return { contents: { kind: 'markdown', value: text }, range: rangeOf(document, found.span) };
}

const KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  variable: CompletionItemKind.Variable,
  constant: CompletionItemKind.Constant,
  punctuation: CompletionItemKind.Operator,
};

/** How far before the cursor a call can begin whose names are typed. */
const CALL_LENGTH_MAX = 2000;

/** What may stand at a place. A network file adds its names, and the services and functions of its peers. */
export function completionsAt(
  document: TextDocument,
  offset: number,
  network: Known | undefined,
): CompletionItem[] {
  const foreseen = foreseenIn(network);
  const text = document.getText();
  const name = callNameAt(text.slice(Math.max(0, offset - CALL_LENGTH_MAX), offset));
  if (name !== undefined && foreseen !== undefined) return callNames(document, offset, name, foreseen);
  const { span, items } = complete(text, offset);
  const range = rangeOf(document, span);
  const isOperand = complete(text.slice(0, span.start), span.start).items.some(
    ({ kind }) => kind === 'constant',
  );
  const names = isOperand ? [...(foreseen?.names ?? [])] : [];
  const known = new Set(items.map(item => item.text));
  const typed = text.slice(span.start, offset);
  const own = names
    .filter(each => !known.has(each) && each.startsWith(typed))
    .map(each => ({ text: each, kind: 'variable' as const, detail: 'of the network file' }));
  return [...items, ...own]
    .filter(({ kind }) => kind !== 'punctuation')
    .map(({ text, kind, detail }, i) => ({
      label: text,
      kind: KINDS[kind],
      ...(detail === undefined ? {} : { detail }),
      sortText: String(i).padStart(5, '0'),
      textEdit: { range, newText: text },
    }));
}

/** Inside of the quotes of a service or function. Of a peer that is not known: those of all peers. */
function callNames(
  document: TextDocument,
  offset: number,
  name: CallName,
  { initPeerId, peerIds, texts, functionsOf }: Foreseen,
): CompletionItem[] {
  const operand = name.peer.replaceAll('"', '');
  const id = operand === '%init_peer_id%' ? initPeerId : (texts.get(operand) ?? operand);
  const known = [...peerIds.values()].filter(each => each === id);
  const functions = (known.length === 0 ? [...peerIds.values()] : known).flatMap(functionsOf);
  const range = rangeOf(document, { start: offset - name.typed.length, end: offset });
  const kind = name.part === 'service' ? CompletionItemKind.Module : CompletionItemKind.Function;
  return [...new Set(namesAt(name, functions))]
    .filter(each => each.startsWith(name.typed))
    .map((each, i) => ({
      label: each,
      kind,
      sortText: String(i).padStart(5, '0'),
      textEdit: { range, newText: each },
    }));
}

/** Where the variable at a place is defined. */
export function definitionsAt(document: TextDocument, analysis: Analysis, offset: number): Range[] {
  const found = analysis.occurrenceAt(offset);
  if (found === undefined) return [];
  return analysis
    .sameAs(found)
    .filter(({ isDefinition }) => isDefinition)
    .map(({ span }) => rangeOf(document, span));
}

export function referencesAt(
  document: TextDocument,
  analysis: Analysis,
  offset: number,
  withDefinitions: boolean,
): Range[] {
  const found = analysis.occurrenceAt(offset);
  if (found === undefined) return [];
  return analysis
    .sameAs(found)
    .filter(({ isDefinition }) => withDefinitions || !isDefinition)
    .map(({ span }) => rangeOf(document, span));
}

/** Names of streams, maps and canons begin with these. */
const SIGIL = /^(?:#%|[#$%])?/u;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_-]*$/u;

/** @returns A text if the new name cannot be taken. */
export function renameAt(
  document: TextDocument,
  analysis: Analysis,
  offset: number,
  newName: string,
): WorkspaceEdit | string | null {
  const found = analysis.occurrenceAt(offset);
  if (found === undefined) return null;
  const [sigil = ''] = SIGIL.exec(found.name) ?? [];
  const [given = ''] = SIGIL.exec(newName) ?? [];
  if (given !== '' && given !== sigil) return `a name of this kind begins with \`${sigil}\``;
  const plain = newName.slice(given.length);
  if (!PLAIN.test(plain)) return 'a name has letters, digits, `_` and `-`, and does not begin with a digit';
  const name = sigil + plain;
  if (name !== found.name && analysis.occurrences.some(other => other.name === name))
    return `\`${name}\` is taken`;
  const edits = analysis.sameAs(found).map(({ span }) => ({ range: rangeOf(document, span), newText: name }));
  return { changes: { [document.uri]: edits } };
}

/** Nothing for a text that is not a script. */
export function formatted(document: TextDocument): TextEdit[] {
  const text = document.getText();
  try {
    const newText = formatText(text);
    return newText === text ? [] : [{ range: rangeOf(document, { start: 0, end: text.length }), newText }];
  } catch (failure) {
    if (failure instanceof AirError) return [];
    throw failure;
  }
}

/** The calls and canons, in order. */
export function symbolsOf(document: TextDocument, analysis: Analysis): DocumentSymbol[] {
  if (analysis.script === undefined) return [];
  return planOf(analysis.script)
    .slice(0, SYMBOLS_MAX)
    .map(({ instruction }) => {
      const range = rangeOf(document, instruction);
      return {
        name: describeInstruction(instruction).trimEnd(),
        kind: instruction.kind === 'call' ? SymbolKind.Function : SymbolKind.Array,
        range,
        selectionRange: range,
      };
    });
}

/** Ways to deal with warnings: a comment that silences one. */
export function actionsFor(document: TextDocument, diagnostics: readonly LspDiagnostic[]): CodeAction[] {
  return diagnostics
    .filter(
      ({ source, severity, code }) =>
        source === SOURCE && severity === DiagnosticSeverity.Warning && code && !NOT_SILENCED.has(code),
    )
    .map(diagnostic => {
      const start = { line: diagnostic.range.start.line, character: 0 };
      const line = document.getText({ start, end: diagnostic.range.start });
      const [indent = ''] = /^\s*/u.exec(line) ?? [];
      const newText = `${indent}; beryl-ignore ${String(diagnostic.code)}\n`;
      return {
        title: `Silence \`${String(diagnostic.code)}\` here`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: { changes: { [document.uri]: [{ range: { start, end: start }, newText }] } },
      };
    });
}

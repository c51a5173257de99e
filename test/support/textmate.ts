import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import { ROOT } from './cli.ts';

const GRAMMAR = join(ROOT, 'editors/vscode/syntaxes/air.tmLanguage.json');

/** The grammar of the extension, in the library that the editor uses. */
export async function airGrammar(): Promise<textmate.IGrammar> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
      createOnigString: line => new oniguruma.OnigString(line),
    }),
    loadGrammar: scope =>
      Promise.resolve(
        scope === 'source.air' ? (JSON.parse(readFileSync(GRAMMAR, 'utf8')) as textmate.IRawGrammar) : null,
      ),
  });
  return (await registry.loadGrammar('source.air')) as textmate.IGrammar;
}

/** Pieces of a text with their innermost scopes, without blanks. What no rule names has the scope `source.air`. */
export function scopesOf(grammar: textmate.IGrammar, source: string): [string, string][] {
  const found: [string, string][] = [];
  let state = textmate.INITIAL;
  for (const line of source.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const piece = line.slice(startIndex, endIndex);
      if (piece.trim() !== '') found.push([piece, scopes.at(-1) ?? '']);
    }
  }
  return found;
}

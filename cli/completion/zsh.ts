import type { CompletionEntry, CompletionOption, Named } from './table.ts';

/** Completions of zsh, for `source` or for a file `_beryl` in a folder of `fpath`. */
export function zshCompletion(table: readonly CompletionEntry[]): string {
  const paths = table.filter(({ at }) => at !== '').map(({ at }) => at);
  return `#compdef beryl
# Completions of beryl for zsh. Load them after compinit with: source <(beryl completion zsh)
_beryl() {
  local current=$words[CURRENT] previous=$words[CURRENT-1] at='' count=0 word
  local -a commands options
  for word in $words[2,CURRENT-1]; do
    case "$at/$word" in
      (${paths.join('|')}) at=$at/$word count=0 ;;
      (*/-*) ;;
      (*) count=$((count + 1)) ;;
    esac
  done
  case "$at $previous" in
${table.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${table.map(wordCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _beryl ]]; then _beryl "$@"; else compdef _beryl beryl; fi`;
}

function valueCases({ at, options }: CompletionEntry): string[] {
  return options.flatMap(({ names, values }) => {
    if (values === undefined) return [];
    const pattern = names.map(name => `'${at} ${name}'`).join('|');
    const act =
      values === 'file'
        ? '_files; '
        : values === 'text'
          ? '_message value; '
          : `compadd -- ${values.join(' ')}; `;
    return [`    (${pattern}) ${act}return ;;`];
  });
}

function wordCase({ at, commands, options, arguments: args }: CompletionEntry): string {
  const shown = options.map(described).join(' ');
  const [choices] = args.filter(values => typeof values !== 'string');
  const words =
    commands.length > 0
      ? `commands=(${commands.map(named).join(' ')}); _describe command commands`
      : choices === undefined
        ? args.includes('file')
          ? '_files'
          : '_message argument'
        : `((count > 0)) || compadd -- ${choices.join(' ')}`;
  return `    ('${at}')
      if [[ $current == -* ]]; then options=(${shown}); _describe -o option options
      else ${words}; fi ;;`;
}

const described = ({ names, description }: CompletionOption): string =>
  names.map(name => named({ name, description })).join(' ');

/** A colon ends the name, a quote ends the word. */
const named = ({ name, description }: Named): string =>
  `'${name}:${description.replaceAll("'", '’').replaceAll(':', '\\:')}'`;

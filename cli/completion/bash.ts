import type { CompletionEntry, Values } from './table.ts';

/** Completions of bash: a function, and its registration. Where it offers nothing, bash completes file names. */
export function bashCompletion(table: readonly CompletionEntry[]): string {
  const paths = table.filter(({ at }) => at !== '').map(({ at }) => at);
  return `# Completions of beryl for bash. Load them with: source <(beryl completion bash)
_beryl() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local at='' count=0 word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$at/$word" in
      ${paths.join(' | ')}) at=$at/$word count=0 ;;
      */-*) ;;
      *) count=$((count + 1)) ;;
    esac
  done
  COMPREPLY=()
  case "$at $previous" in
${table.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${table.map(wordCase).join('\n')}
  esac
}
complete -o default -F _beryl beryl`;
}

/** What follows an option that takes a value. */
function valueCases({ at, options }: CompletionEntry): string[] {
  return options.flatMap(({ names, values }) => {
    if (values === undefined) return [];
    const pattern = names.map(name => `'${at} ${name}'`).join(' | ');
    return [`    ${pattern}) ${typeof values === 'string' ? '' : `COMPREPLY=(${reply(values)}); `}return ;;`];
  });
}

function wordCase({ at, commands, options, arguments: args }: CompletionEntry): string {
  const names = options.flatMap(option => option.names);
  const words =
    commands.length > 0
      ? commands.map(({ name }) => name)
      : (args.find(isList) as readonly string[] | undefined);
  const first = words === undefined ? '' : ` elif ((count == 0)); then COMPREPLY=(${reply(words)});`;
  return `    '${at}') if [[ $current == -* ]]; then COMPREPLY=(${reply(names)});${first} fi ;;`;
}

const isList = (values: Values): boolean => typeof values !== 'string';

/** Names of commands, options and values hold nothing that a shell would read in another way. */
const reply = (words: readonly string[]): string => `$(compgen -W '${words.join(' ')}' -- "$current")`;

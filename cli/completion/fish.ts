import type { CompletionEntry, CompletionOption } from './table.ts';

/** Completions of fish, for a file `beryl.fish` in its folder of completions. */
export function fishCompletion(table: readonly CompletionEntry[]): string {
  const paths = table.filter(({ at }) => at !== '').map(({ at }) => at);
  return `# Completions of beryl for fish. Load them with: beryl completion fish | source
function __beryl_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at/$word"
            case ${paths.join(' ')}
                set at "$at/$word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c beryl -f
${table.flatMap(lines).join('\n')}`;
}

function lines({ at, commands, options, arguments: args }: CompletionEntry): string[] {
  const here = `complete -c beryl -n '__beryl_at "${at}"'`;
  const [choices] = args.filter(values => typeof values !== 'string');
  return [
    ...commands.map(({ name, description }) => `${here} -a ${name} -d ${quoted(description)}`),
    ...(choices === undefined ? [] : [`${here} -a '${choices.join(' ')}'`]),
    ...(args.includes('file') ? [`${here} -F`] : []),
    ...options.map(option => `${here} ${optionText(option)}`),
  ];
}

function optionText({ names, description, values }: CompletionOption): string {
  const flags = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value =
    values === undefined
      ? ''
      : values === 'file'
        ? ' -rF'
        : values === 'text'
          ? ' -x'
          : ` -xa '${values.join(' ')}'`;
  return `${flags.join(' ')}${value} -d ${quoted(description)}`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

import { formatText } from '../../air-grammar/index.ts';
import { printable } from '../../base/printable.ts';
import { ExitCode } from '../errors.ts';
import { STDIN, writeBytes } from '../files.ts';
import type { Output } from '../output.ts';
import { checkScript } from '../scripts/check.ts';
import { readScripts } from '../scripts/script-files.ts';

export interface FmtOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

/**
 * `beryl fmt <script…>`: rewrites scripts in their one layout; comments stay. Standard input goes to standard output. With `--check`
 * nothing is written.
 */
export function fmtCommand(paths: readonly string[], options: FmtOptions, output: Output): ExitCode {
  const changed: string[] = [];
  let exitCode: ExitCode = ExitCode.ok;
  const files = [...readScripts(paths)];
  for (const file of files) {
    const { script, error } = checkScript(file, new Set());
    if (script === undefined) {
      output.say(error?.message.trimEnd() ?? '');
      exitCode = ExitCode.usage;
      continue;
    }
    const text = formatText(file.text);
    const isSame = text === file.text;
    if (!isSame) changed.push(file.path);
    if (options.check === true) {
      if (!isSame) output.say(`${printable(file.name)}: not formatted`);
    } else if (file.path === STDIN) output.list(text.trimEnd());
    else if (!isSame) writeBytes(file.path, text);
  }
  if (options.json === true) output.json({ files: files.length, changed });
  else if (options.check !== true && changed.length > 0 && !paths.includes(STDIN))
    output.say(`formatted ${changed.length} of ${files.length}`);
  if (exitCode !== ExitCode.ok) return exitCode;
  return options.check === true && changed.length > 0 ? ExitCode.scriptError : ExitCode.ok;
}

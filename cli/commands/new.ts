import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printable } from '../../base/printable.ts';
import { CliError, ExitCode } from '../errors.ts';
import { attempt, readText } from '../files.ts';
import type { Output } from '../output.ts';

/** Beside `dist` in the package and in a checkout. */
const TEMPLATES = resolve(import.meta.dirname, '../../templates');

/** What can be made: its name if none is given, which the template's files use, and what to try first. */
export const STARTS = {
  service: { name: 'my-service', script: 'honest.air', refused: 'forged.air' },
  script: { name: 'my-script', script: 'script.air', refused: undefined },
  policy: { name: 'my-policy', script: 'honest.air', refused: 'mail.air' },
} as const;
export type Start = keyof typeof STARTS;

const NAME = /^[a-z][\w-]{0,63}$/iu;

export interface NewOptions {
  readonly json?: boolean;
}

/** `beryl new <what> [name]`: a folder with something that works, and a test of it. What exists is not written over. */
export function newCommand(
  what: Start,
  name: string | undefined,
  version: string,
  { json = false }: NewOptions,
  output: Output,
): ExitCode {
  const start = STARTS[what];
  const folder = name ?? start.name;
  if (!NAME.test(folder))
    throw new CliError(
      'ERR_CLI_COMMAND',
      `\`${printable(folder)}\` cannot be a name: use up to 64 letters, digits, \`-\` and \`_\`, with a letter first`,
    );
  if (existsSync(folder))
    throw new CliError('ERR_CLI_FILE', `\`${printable(folder)}\` exists already: choose another name`);
  const templates = join(TEMPLATES, what);
  const files = new Map([['package.json', manifestOf(folder, version)]]);
  for (const file of readdirSync(templates).toSorted())
    files.set(file, readText(join(templates, file), 'script').replaceAll(start.name, folder));
  attempt(folder, 'write', () => {
    mkdirSync(folder);
    for (const [file, text] of files) writeFileSync(join(folder, file), text, { flag: 'wx' });
  });
  const paths = [...files.keys()].map(file => join(folder, file));
  if (json) output.json({ folder, files: paths });
  else output.list(paths.join('\n'));
  output.say(nextSteps(folder, start));
  return ExitCode.ok;
}

const manifestOf = (name: string, version: string): string =>
  `${JSON.stringify(
    {
      name: name.toLowerCase(),
      private: true,
      type: 'module',
      scripts: { test: 'node --test' },
      dependencies: { beryl: `^${version}`, zod: '^4.0.0' },
    },
    null,
    2,
  )}\n`;

function nextSteps(folder: string, { script, refused }: (typeof STARTS)[Start]): string {
  const run = (file: string): string => `  npx beryl run ${file} --network network.json`;
  return [
    'try it:',
    `  cd ${folder}`,
    '  node --test',
    run(script),
    ...(refused === undefined ? [] : [`${run(refused)}    # is refused`]),
  ].join('\n');
}

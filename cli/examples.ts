import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CliError } from './errors.ts';
import { readText } from './files.ts';

const caseFile = z.strictObject({
  title: z.string(),
  /** What is tried, in a sentence. */
  tried: z.string(),
  /** Whether `beryl demo` plays it: the demo is about the Blog alone. */
  demo: z.boolean().default(true),
  cases: z.array(
    z.strictObject({
      script: z.string(),
      /** The function of an Aqua program that runs, with its arguments. */
      call: z.string().optional(),
      network: z.string(),
      /** The expected outcome. */
      outcome: z.enum(['ok', 'script-error', 'network-error', 'denied', 'refused']),
      code: z.string().default(''),
      /** Posts on the blog afterwards. */
      posts: z.int().min(0).default(0),
    }),
  ),
});

export type ExampleCase = z.infer<typeof caseFile>['cases'][number];

export interface Example {
  readonly name: string;
  readonly folder: string;
  readonly title: string;
  readonly tried: string;
  readonly demo: boolean;
  readonly cases: readonly ExampleCase[];
}

/** The folder that stands beside `dist` in the package and in a checkout. */
export const EXAMPLES = resolve(import.meta.dirname, '../../examples');

/** The examples that can be played: those with a `case.json`, in the order of their names. */
export function readExamples(folder: string = EXAMPLES): Example[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort();
  return names.flatMap(name => {
    const path = join(folder, name);
    return readdirSync(path).includes('case.json') ? [readExample(name, path)] : [];
  });
}

function readExample(name: string, folder: string): Example {
  const path = join(folder, 'case.json');
  const parsed = caseFile.safeParse(contentOf(path));
  if (!parsed.success)
    throw new CliError('ERR_CLI_EXAMPLE', `\`${path}\` is not an example: ${z.prettifyError(parsed.error)}`);
  return { name, folder, ...parsed.data };
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readText(path, 'example')) as unknown;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new CliError('ERR_CLI_EXAMPLE', `\`${path}\` is not JSON: ${cause.message}`, { path }, { cause });
  }
}

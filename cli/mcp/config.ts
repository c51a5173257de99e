import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { duplicateKey, twiceText } from '../../base/duplicate-key.ts';
import { printable } from '../../base/printable.ts';
import { withoutComments } from '../daemon/jsonc.ts';
import { CliError } from '../errors.ts';
import { readText } from '../files.ts';

const path = z.string().min(1);
const SERVERS_MAX = 64;

const server = z.strictObject({
  /** The program that is the server, and its arguments. */
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** Variables of its environment. */
  env: z.record(z.string(), z.string()).default({}),
  /** The server's names of the tools that plans may call. Left out: all. */
  tools: z.array(z.string().min(1)).optional(),
  /** `json`: a text that is JSON becomes that value. */
  texts: z.enum(['plain', 'json']).default('plain'),
  /** The digest that its tools must have. */
  pinned: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a digest is 64 hex digits; the error of a changed tool shows it')
    .optional(),
});

const schema = z.strictObject({
  /** Key file of the agent's peer. Left out: a new key each time. */
  key: path.optional(),
  /** Policy of the agent's peer; `agent` in it is the peer. */
  policy: path.optional(),
  /** MCP servers by the id of the service that each becomes. */
  servers: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'an id is made of letters, digits, `_` and `-`'),
      server,
    )
    .refine(servers => Object.keys(servers).length <= SERVERS_MAX, `at most ${SERVERS_MAX} servers`),
  /** A new recording each time; what the file held is lost. */
  record: path.optional(),
  /** Folder for the proofs of calls. Left out: results hold them. */
  proofs: path.optional(),
  /** Life of a run, milliseconds. */
  runMs: z.int().min(1).max(3_600_000).default(120_000),
});

/** A checked configuration; paths are absolute. */
export type McpConfig = z.infer<typeof schema> & { readonly folder: string };

/** @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_CONFIG` with the path of the first mistake. */
export function readMcpConfig(file: string): McpConfig {
  const parsed = schema.safeParse(contentOf(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw mistaken(file, `${issue?.path.join('.') || 'file'}: ${issue?.message ?? ''}`);
  }
  const folder = dirname(resolve(file));
  const { key, policy, record, proofs } = parsed.data;
  const paths = Object.entries({ key, policy, record, proofs }).flatMap(([name, at]) =>
    at === undefined ? [] : [[name, resolve(folder, at)] as const],
  );
  return { ...parsed.data, ...Object.fromEntries(paths), folder };
}

function contentOf(file: string): unknown {
  const text = withoutComments(readText(file, 'network'));
  try {
    const content: unknown = JSON.parse(text);
    const twice = duplicateKey(text);
    if (twice !== undefined) throw new SyntaxError(twiceText(twice));
    return content;
  } catch (failure) {
    throw mistaken(file, failure instanceof Error ? failure.message : String(failure));
  }
}

const mistaken = (file: string, why: string): CliError =>
  new CliError('ERR_CLI_CONFIG', printable(`\`${file}\` is not a configuration of an agent: ${why}`));

import { z } from 'zod';
import { fromHex } from '../base/bytes.ts';
import { duplicateKey, twiceText } from '../base/duplicate-key.ts';
import { mistakeText } from '../base/misspelt.ts';
import { suggestion } from '../base/options.ts';
import { printable } from '../base/printable.ts';
import { recordOf } from '../base/record.ts';
import { JsonError, parseJson, type Json } from '../interpreter/index.ts';
import { NetworkError } from './errors.ts';

const NAME_LENGTH_MAX = 256;
const name = z.string().min(1).max(NAME_LENGTH_MAX);
/** The file is JSON, so each value in it is; it stays as it was read, without loss. */
const json = z.custom<Json>(value => value !== undefined);
/** A service of this id that every peer has: `replace` takes its place, `extend` adds functions to it, or replaces single ones. */
const builtin = z.enum(['replace', 'extend']).optional();

/** A service of a peer. */
export const serviceSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('auth'),
    admins: z.array(name).default([]),
    misbehaving: z.array(name).default([]),
  }),
  z.strictObject({ kind: z.literal('auth-status'), auth: name.optional() }),
  z.strictObject({ kind: z.literal('blog'), auth: name }),
  /** Functions that always give the same answer, whatever their arguments. */
  z.strictObject({
    kind: z.literal('constant'),
    id: z.string(),
    functions: recordOf(z.string().min(1), json),
    builtin,
  }),
  /** A module that exports a service definition as its default, or a function that makes one of `{ peers, follow }`. */
  z.strictObject({ kind: z.literal('module'), path: z.string().min(1), builtin }),
]);

const wire = z.discriminatedUnion('do', [
  /** Replaces bytes in the data that is carried from one peer to another; both texts must be of equal length. */
  z.strictObject({
    do: z.literal('replace'),
    from: name,
    to: name,
    find: z.string().min(1),
    with: z.string(),
  }),
  /** Puts the records of a peer from an earlier particle into this one. */
  z.strictObject({
    do: z.literal('splice'),
    from: name,
    to: name,
    records: name,
    earlier: z.strictObject({ init: name, script: z.string().min(1) }),
  }),
]);

const networkFile = z.strictObject({
  /** The peer that starts the script. */
  init: name,
  /** Names of the script that are not peers: services and data. The name of a peer, and a list of such names, stand for ids. */
  variables: recordOf(z.string().min(1), json).default({}),
  /** As `variables`, but taken as they stand: for text that happens to be the name of a peer. */
  data: recordOf(z.string().min(1), json).default({}),
  /** The peer that compiled Aqua calls its relay; the init peer itself if left out. */
  relay: name.optional(),
  /** `real` time; or `virtual` time, which begins at 2026-01-01 and makes every run give the same bytes. */
  clock: z.enum(['real', 'virtual']).default('real'),
  peers: recordOf(
    name,
    z.strictObject({
      /** 64 hex digits. Left out: made from the name. Not for keys that matter: the file is public. */
      seed: z
        .string()
        .refine(text => fromHex(text)?.length === 32, 'a seed is 64 hex digits')
        .optional(),
      services: z.array(serviceSpec).default([]),
      /** Path of a policy, relative to the file. Names of peers in it stand for ids. */
      policy: z.string().min(1).optional(),
    }),
  ),
  /** What the attacker on the wire does. */
  wire: wire.optional(),
  /** Of all chance, on virtual time. */
  seed: z.int().min(0).default(1),
  /** Life of a particle, milliseconds. */
  ttlMs: z.int().min(1).max(86_400_000).default(7000),
});

export type ServiceSpec = z.infer<typeof serviceSpec>;
/** What stands beside a network file, by paths relative to it. */
export interface Beside {
  /** The path as people know it. */
  pathOf(path: string): string;
  /** Text of a script or policy. @throws {BerylError} If it cannot be read. */
  readText(path: string, kind: 'script' | 'policy'): string;
  /** What a module exports. It runs with all rights of this process, or page: it is the user's own. */
  loadModule(path: string): Promise<{ readonly default?: unknown }>;
}

/** A checked network file. */
export type NetworkFile = z.infer<typeof networkFile> & { readonly beside: Beside };

const MISTAKES_SHOWN_MAX = 10;

/**
 * Reads the text of a network file.
 *
 * @param path Its name in messages.
 * @throws {NetworkError} ERR_CLI_NETWORK_FILE with the path of each mistake.
 */
export function parseNetwork(text: string, path: string, beside: Beside): NetworkFile {
  const content = parseContent(text, path);
  const parsed = networkFile.safeParse(content);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const mistakes = issues
      .slice(0, MISTAKES_SHOWN_MAX)
      .map(issue => `${issue.path.join('.') || 'file'}: ${mistakeText(networkFile, issue)}`);
    const more = issues.length > MISTAKES_SHOWN_MAX ? [`and ${issues.length - MISTAKES_SHOWN_MAX} more`] : [];
    throw mistaken(path, [...mistakes, ...more].join('; '));
  }
  requireKnownPeers(parsed.data, path);
  return { ...parsed.data, beside };
}

function parseContent(text: string, path: string): Json {
  let content: Json;
  try {
    content = parseJson(text);
  } catch (failure) {
    if (failure instanceof JsonError) throw mistaken(path, `${lineOf(text, failure)}${failure.message}`);
    throw failure;
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw mistaken(path, twiceText(twice));
  return content;
}

function requireKnownPeers(network: z.infer<typeof networkFile>, path: string): void {
  const { wire: attack } = network;
  const named = [
    ['init', network.init],
    ...(network.relay === undefined ? [] : [['relay', network.relay]]),
    ...(attack
      ? [
          ['wire.from', attack.from],
          ['wire.to', attack.to],
        ]
      : []),
    ...(attack?.do === 'splice'
      ? [
          ['wire.records', attack.records],
          ['wire.earlier.init', attack.earlier.init],
        ]
      : []),
    ...Object.entries(network.peers).flatMap(([peer, { services }]) =>
      services.flatMap((spec, i) => peersOf(spec).map(other => [`peers.${peer}.services.${i}`, other])),
    ),
  ] as [string, string][];
  for (const [where, peer] of named) {
    if (!Object.hasOwn(network.peers, peer)) {
      throw mistaken(
        path,
        `${where}: unknown peer \`${peer}\`${suggestion(peer, Object.keys(network.peers), ';')} peers are ${Object.keys(network.peers).join(', ')}`,
      );
    }
  }
}

function peersOf(spec: ServiceSpec): string[] {
  if (spec.kind === 'auth') return [...spec.admins, ...spec.misbehaving];
  if (spec.kind === 'blog') return [spec.auth];
  return spec.kind === 'auth-status' && spec.auth !== undefined ? [spec.auth] : [];
}

function mistaken(path: string, why: string): NetworkError {
  return new NetworkError('ERR_CLI_NETWORK_FILE', printable(`\`${path}\` is not a network file: ${why}`));
}

/** Where a JSON error is, as people count. */
function lineOf(text: string, { details }: JsonError): string {
  const { at } = details;
  return typeof at === 'number' ? `line ${text.slice(0, at).split('\n').length}: ` : '';
}

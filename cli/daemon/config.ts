import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { duplicateKey, twiceText } from '../../base/duplicate-key.ts';
import { mistakeText } from '../../base/misspelt.ts';
import { printable } from '../../base/printable.ts';
import { publicKeyOfPeerId } from '../../interpreter/index.ts';
import { DEFAULT_PEER_LIMITS } from '../../peer/index.ts';
import { CliError } from '../errors.ts';
import { readText } from '../files.ts';
import { serviceSpec } from '../../network/index.ts';
import { withoutComments } from './jsonc.ts';

const peerId = z
  .string()
  .refine(text => publicKeyOfPeerId(text) !== undefined, 'a peer id is 12D3Koo…, 52 characters');
const address = z.string().startsWith('/', 'an address begins with `/`, such as /ip4/127.0.0.1/tcp/4001');
const peerAddress = address.regex(/\/p2p\/[1-9A-HJ-NP-Za-km-z]+$/, 'a peer’s address ends in /p2p/<peer id>');
const path = z.string().min(1);
const limits = Object.fromEntries(
  Object.keys(DEFAULT_PEER_LIMITS).map(name => [name, z.int().min(0).optional()]),
);

const settings = z.strictObject({
  /** Key file. */
  key: path.default('peer.key'),
  /** Where the key is: in the file, or with a signer on the bus. */
  signer: z.enum(['key', 'bus']).default('key'),
  /** Folder of the store, the control socket and what operators deny. */
  data: path.default('data'),
  store: z.strictObject({ synchronous: z.enum(['full', 'normal']).default('full') }).prefault({}),
  network: z
    .strictObject({
      /** How this peer reaches others. */
      transport: z.enum(['libp2p', 'nats']).default('libp2p'),
      listen: z.array(address).default(['/ip4/127.0.0.1/tcp/4001']),
      peers: z.array(peerAddress).default([]),
      /** Peers to stay connected to: through them others are found. */
      bootstrap: z.array(peerAddress).default([]),
      relays: z.array(peerAddress).default([]),
      isRelay: z.boolean().default(true),
      /** Finds peers that are not configured, and is found by others. */
      kad: z.boolean().default(false),
    })
    .prefault({}),
  /** For the transport `nats`. */
  nats: z
    .strictObject({
      /** Addresses of servers, `host:port`. */
      servers: z
        .array(z.string().regex(/^[^\s]+:\d{1,5}$/, 'must be `host:port`'))
        .default(['127.0.0.1:4222']),
      /** Files of `beryl bus host`, one for each process of this peer on this machine. */
      hosts: z.array(path).default(['host.json']),
    })
    .prefault({}),
  envelopes: z.enum(['enforce', 'monitor', 'off']).default('enforce'),
  /** Peer ids by the names that services use. `self` is this peer. */
  names: z.record(z.string().min(1), peerId).default({}),
  services: z.array(serviceSpec).default([]),
  /** A JSON file of peers to deny; it is read again when it changes. */
  denyFile: path.optional(),
  /** A policy; it is read again when it changes. */
  policy: path.optional(),
  /** What of this peer's work is recorded, into `recordings` in the data folder: one file for each start. */
  record: z
    .strictObject({
      mode: z.enum(['off', 'anomalies', 'all']).default('off'),
      values: z.enum(['full', 'hashes']).default('full'),
      /** Key file of the recorder, made at the first start that records. */
      key: path.default('recorder.key'),
    })
    .prefault({}),
  /** Peers whose signed deny lists count. */
  denyAuthorities: z.array(peerId).default([]),
  limits: z.strictObject(limits).prefault({}),
  /** Address of metrics and health, `host:port`; `off`: none. */
  metrics: z
    .string()
    .regex(/^(off|[^\s]+:\d{1,5})$/, 'must be `host:port` or `off`')
    .default('127.0.0.1:9464'),
  /** Spans for the tracer provider that the process has registered at `@opentelemetry/api`. */
  traces: z.boolean().default(false),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      format: z.enum(['json', 'pretty']).default('json'),
    })
    .prefault({}),
  /** How long calls under way may go on when the peer stops, milliseconds. */
  graceMs: z.int().min(0).max(600_000).default(5000),
});

/** The settings of a peer. docs/operating.md lists them. */
export const configSchema = settings.refine(
  ({ signer, network }) => signer === 'key' || network.transport === 'nats',
  { path: ['signer'], message: 'a signer on the bus needs `network.transport` to be `nats`' },
);

/** A checked configuration; paths are absolute. */
export type Config = z.infer<typeof configSchema> & { readonly folder: string };

/** What flags say, by path in the configuration. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Environment variables, and what each sets. Lists are separated by commas. */
export const ENVIRONMENT: Readonly<Record<string, { readonly path: string; readonly isList?: boolean }>> = {
  BERYL_KEY: { path: 'key' },
  BERYL_SIGNER: { path: 'signer' },
  BERYL_DATA: { path: 'data' },
  BERYL_LISTEN: { path: 'network.listen', isList: true },
  BERYL_PEERS: { path: 'network.peers', isList: true },
  BERYL_BOOTSTRAP: { path: 'network.bootstrap', isList: true },
  BERYL_RELAYS: { path: 'network.relays', isList: true },
  BERYL_TRANSPORT: { path: 'network.transport' },
  BERYL_NATS_SERVERS: { path: 'nats.servers', isList: true },
  BERYL_NATS_HOSTS: { path: 'nats.hosts', isList: true },
  BERYL_ENVELOPES: { path: 'envelopes' },
  BERYL_POLICY: { path: 'policy' },
  BERYL_RECORD_MODE: { path: 'record.mode' },
  BERYL_RECORD_VALUES: { path: 'record.values' },
  BERYL_DENY_AUTHORITIES: { path: 'denyAuthorities', isList: true },
  BERYL_METRICS: { path: 'metrics' },
  BERYL_LOG_LEVEL: { path: 'log.level' },
  BERYL_LOG_FORMAT: { path: 'log.format' },
};

const MISTAKES_SHOWN_MAX = 20;

/**
 * The configuration of a peer: the file, over it the environment, over that the flags. It is checked as a whole.
 *
 * @throws {CliError} `ERR_CLI_FILE`, `ERR_CLI_CONFIG` with the path of each mistake.
 */
export function readConfig(
  file: string,
  environment: Readonly<Record<string, string | undefined>> = {},
  flags: Overrides = {},
): Config {
  const content = parseFile(file);
  const givenBy = new Map<string, string>();
  for (const [name, { path: at, isList }] of Object.entries(ENVIRONMENT)) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    put(content, at, isList === true ? text.split(',').map(item => item.trim()) : text);
    givenBy.set(at, name);
  }
  for (const [at, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    put(content, at, value);
    givenBy.set(at, 'a flag');
  }
  const parsed = configSchema.safeParse(content);
  if (!parsed.success) throw mistaken(file, textOf(parsed.error.issues, givenBy));
  const folder = dirname(resolve(file));
  const { key, data, denyFile, policy, record, nats } = parsed.data;
  return {
    ...parsed.data,
    key: resolve(folder, key),
    data: resolve(folder, data),
    nats: { ...nats, hosts: nats.hosts.map(host => resolve(folder, host)) },
    record: { ...record, key: resolve(folder, record.key) },
    ...(denyFile !== undefined && { denyFile: resolve(folder, denyFile) }),
    ...(policy !== undefined && { policy: resolve(folder, policy) }),
    folder,
  };
}

function parseFile(file: string): Record<string, unknown> {
  const text = readText(file, 'network');
  try {
    const json = withoutComments(text);
    const content: unknown = JSON.parse(json);
    const twice = duplicateKey(json);
    if (twice !== undefined) throw new SyntaxError(twiceText(twice));
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
  } catch (failure) {
    throw mistaken(file, withLine(failure instanceof Error ? failure.message : String(failure), text));
  }
  throw mistaken(file, 'it must be an object');
}

/** Node says where in characters; people look for lines. Comments became spaces, so places in the file are the same. */
function withLine(message: string, text: string): string {
  const [, position] = /at position (\d+)$/.exec(message) ?? [];
  if (position === undefined) return message;
  const before = text.slice(0, Number(position)).split('\n');
  return `${message} (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

/** Sets `a.b` of an object. What stands in the way is left for the check to find. */
function put(content: Record<string, unknown>, at: string, value: unknown): void {
  const [first = '', ...rest] = at.split('.');
  if (rest.length === 0) {
    content[first] = value;
    return;
  }
  const inner = content[first] ?? {};
  content[first] = inner;
  if (typeof inner === 'object') put(inner as Record<string, unknown>, rest.join('.'), value);
}

/** @param givenBy What set a setting in place of the file: the name of a variable, or a flag. */
function textOf(issues: readonly z.core.$ZodIssue[], givenBy: ReadonlyMap<string, string>): string {
  const mistakes = issues.slice(0, MISTAKES_SHOWN_MAX).map(issue => {
    const path = issue.path.join('.');
    const giver = [...givenBy].find(([at]) => path === at || path.startsWith(`${at}.`))?.[1];
    return `${path || 'file'}${giver === undefined ? '' : ` (set by ${giver})`}: ${mistakeText(settings, issue)}`;
  });
  const more = issues.length > MISTAKES_SHOWN_MAX ? [`and ${issues.length - MISTAKES_SHOWN_MAX} more`] : [];
  return [...mistakes, ...more].join('; ');
}

const mistaken = (file: string, why: string): CliError =>
  new CliError('ERR_CLI_CONFIG', printable(`\`${file}\` is not a configuration of a peer: ${why}`));

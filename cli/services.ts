import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { printable } from '../base/printable.ts';
import { canonicalJson, type Json } from '../interpreter/index.ts';
import {
  auth,
  authStatus,
  blog,
  builtins,
  defineService,
  okJson,
  startService,
  type Clock,
  type ServiceDefinition,
  type ServiceInstance,
  type StandardSchemaV1,
} from '../services/index.ts';
import { CliError } from './errors.ts';
import type { NetworkFile, ServiceSpec } from './network-file.ts';

/** Definitions of different states stand in one list. */
type AnyDefinition = ServiceDefinition<unknown>;

/** A service of a network file, and whether it takes the place of a builtin. */
export interface StartedService {
  readonly instance: ServiceInstance;
  readonly isOverride: boolean;
}

/**
 * Starts the services of a peer.
 *
 * @param peers Peer ids by name.
 * @throws {CliError} ERR_CLI_MODULE for a module that gives no service, ERR_CLI_NETWORK_FILE for an id that is taken.
 */
export async function startServices(
  peer: string,
  network: NetworkFile,
  peers: ReadonlyMap<string, string>,
  clock: Clock,
): Promise<StartedService[]> {
  const builtinOf = builtinsOf(clock);
  const started = new Map<string, StartedService>();
  for (const [i, spec] of (network.peers[peer]?.services ?? []).entries()) {
    const where = `peers.${peer}.services.${i}`;
    const mode = 'builtin' in spec ? spec.builtin : undefined;
    const definition = await definitionOf(spec, network, peers);
    if (started.has(definition.id)) throw taken(where, definition.id, 'another service of this peer has it');
    const builtin = builtinOf.get(definition.id);
    if (builtin === undefined && mode !== undefined)
      throw taken(where, definition.id, `there is no builtin of this id; leave \`builtin\` out`);
    if (builtin !== undefined && mode === undefined)
      throw taken(where, definition.id, 'every peer has it; write `"builtin": "replace"` or `"extend"`');
    const instance = start(where, mode === 'extend' && builtin ? extended(builtin, definition) : definition);
    started.set(definition.id, { instance, isOverride: builtin !== undefined });
  }
  return [...started.values()];
}

/** What every peer has. */
const builtinsOf = (clock: Clock): ReadonlyMap<string, AnyDefinition> =>
  new Map(builtins({ clock }).map(({ id, definition }) => [id, definition]));

const extended = (builtin: AnyDefinition, definition: AnyDefinition): AnyDefinition => ({
  ...definition,
  functions: new Map([...builtin.functions, ...definition.functions]),
});

const taken = (where: string, id: string, why: string): CliError =>
  new CliError('ERR_CLI_NETWORK_FILE', printable(`${where}: service \`${id}\`: ${why}`), { id });

function start(where: string, definition: AnyDefinition): ServiceInstance {
  try {
    return startService(definition);
  } catch (cause) {
    throw new CliError('ERR_CLI_MODULE', printable(`${where}: ${messageOf(cause)}`), {}, { cause });
  }
}

async function definitionOf(
  spec: ServiceSpec,
  network: NetworkFile,
  peers: ReadonlyMap<string, string>,
): Promise<AnyDefinition> {
  const id = (name: string): string => peers.get(name) as string;
  switch (spec.kind) {
    case 'auth':
      return auth({ admins: spec.admins.map(id), misbehaving: spec.misbehaving.map(id) }) as AnyDefinition;
    case 'auth-status':
      return authStatus(spec.auth === undefined ? {} : { authPeer: id(spec.auth) }) as AnyDefinition;
    case 'blog':
      return blog({ authPeer: id(spec.auth) }) as AnyDefinition;
    case 'constant':
      return constant(spec) as AnyDefinition;
    case 'module':
      return loadModule(resolve(network.folder, spec.path), peers);
  }
}

const anything: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: 'beryl', validate: value => ({ value }) },
};

function constant({ id, functions }: Extract<ServiceSpec, { kind: 'constant' }>): ServiceDefinition {
  const declared = Object.entries(functions).map(([name, value]) => {
    const answer = okJson(canonicalJson(value as Json));
    return [name, { arguments: {}, rest: anything, guards: {}, handler: () => answer }] as const;
  });
  return defineService({ id, functions: Object.fromEntries(declared) });
}

/** The module runs with all rights of this process: it is the user's own. */
async function loadModule(path: string, peers: ReadonlyMap<string, string>): Promise<AnyDefinition> {
  const made = await attempt(path, async () => {
    const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return typeof loaded.default === 'function'
      ? ((await (loaded.default as (options: { peers: Record<string, string> }) => unknown)({
          peers: Object.fromEntries(peers),
        })) as unknown)
      : loaded.default;
  });
  if (!isDefinition(made)) {
    throw new CliError(
      'ERR_CLI_MODULE',
      printable(
        `\`${path}\` must export a service definition as its default, or a function that makes one: use \`defineService\``,
      ),
      { path },
    );
  }
  return made;
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const why = printable(`cannot load \`${path}\`: ${messageOf(cause)}`);
    throw new CliError('ERR_CLI_MODULE', why, { path }, { cause });
  }
}

/** A module may throw any value, even one that throws when it is read. */
function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return 'it threw a value that cannot be shown';
  }
}

const isDefinition = (made: unknown): made is AnyDefinition =>
  typeof made === 'object' &&
  made !== null &&
  'id' in made &&
  typeof made.id === 'string' &&
  'functions' in made &&
  made.functions instanceof Map;

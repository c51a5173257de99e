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
  type PeerIdentity,
  type ServiceDefinition,
  type ServiceInstance,
  type SigKey,
  type StandardSchemaV1,
} from '../services/index.ts';
import { NetworkError } from './errors.ts';
import type { Beside, NetworkFile, ServiceSpec } from './network-file.ts';

/** The part of a network file that names services; paths are those of `beside`. */
interface ServicesFile {
  readonly peers: Readonly<Record<string, Pick<NetworkFile['peers'][string], 'services'>>>;
  readonly beside: Pick<Beside, 'pathOf' | 'loadModule'>;
  /** Names of peers for guards of modules. Left out: each peer keeps the key that is its name. */
  readonly follow?: (name: string) => PeerIdentity;
}

/** What a module that makes a service is given. */
interface ModuleOptions {
  /** Peer ids by name. */
  readonly peers: Readonly<Record<string, string>>;
  /** A stable name of a peer, for guards that accept all its keys. */
  readonly follow: (name: string) => PeerIdentity;
}

/** A peer whose key never changes. */
const oneKey = (name: string): PeerIdentity => ({
  name,
  current: name,
  accepts: peerId => peerId === name,
});

/** Definitions of different states stand in one list. */
type AnyDefinition = ServiceDefinition<unknown>;

/** A module that loads is not slower, milliseconds. */
const LOAD_WAIT_MS = 10_000;

/** A service of a network file, and whether it takes the place of a builtin. */
export interface StartedService {
  readonly instance: ServiceInstance;
  readonly isOverride: boolean;
}

/**
 * Starts the services of a peer.
 *
 * @param peers Peer ids by name.
 * @param waitMs How long a module may take to load, milliseconds of real time.
 * @throws {NetworkError} ERR_CLI_MODULE for a module that gives no service, ERR_CLI_NETWORK_FILE for an id that is taken.
 */
export async function startServices(
  peer: string,
  network: ServicesFile,
  peers: ReadonlyMap<string, string>,
  clock: Clock,
  key: SigKey,
  waitMs = LOAD_WAIT_MS,
): Promise<StartedService[]> {
  const builtinOf = builtinsOf(clock, key);
  const started = new Map<string, StartedService>();
  for (const [i, spec] of (network.peers[peer]?.services ?? []).entries()) {
    const where = `peers.${peer}.services.${i}`;
    const mode = 'builtin' in spec ? spec.builtin : undefined;
    const definition = await definitionOf(spec, network, peers, waitMs);
    if (started.has(definition.id)) throw taken(where, definition.id, 'another service of this peer has it');
    const builtin = builtinOf.get(definition.id);
    if (builtin === undefined && mode !== undefined)
      throw taken(where, definition.id, `no builtin has this id; leave \`builtin\` out`);
    if (builtin !== undefined && mode === undefined)
      throw taken(where, definition.id, 'every peer has it; write `"builtin": "replace"` or `"extend"`');
    const instance = start(where, mode === 'extend' && builtin ? extended(builtin, definition) : definition);
    started.set(definition.id, { instance, isOverride: builtin !== undefined });
  }
  return [...started.values()];
}

/** What every peer has. */
const builtinsOf = (clock: Clock, key: SigKey): ReadonlyMap<string, ServiceInstance> =>
  new Map(builtins({ clock, key }).map(instance => [instance.id, instance]));

const extended = ({ definition: builtin }: ServiceInstance, definition: AnyDefinition): AnyDefinition => ({
  ...definition,
  functions: new Map([...builtin.functions, ...definition.functions]),
});

const taken = (where: string, id: string, why: string): NetworkError =>
  new NetworkError('ERR_CLI_NETWORK_FILE', printable(`${where}: service \`${id}\`: ${why}`), { id });

function start(where: string, definition: AnyDefinition): ServiceInstance {
  try {
    return startService(definition);
  } catch (cause) {
    throw new NetworkError('ERR_CLI_MODULE', printable(`${where}: ${messageOf(cause)}`), {}, { cause });
  }
}

async function definitionOf(
  spec: ServiceSpec,
  network: ServicesFile,
  peers: ReadonlyMap<string, string>,
  waitMs: number,
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
      return loadModule(network, spec.path, peers, waitMs);
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
  // Constants have no state, so they may run on several workers.
  return defineService({ id, state: 'external', functions: Object.fromEntries(declared) });
}

/** The module runs with all rights of this process: it is the user's own. */
async function loadModule(
  { beside, follow = oneKey }: ServicesFile,
  relative: string,
  peers: ReadonlyMap<string, string>,
  waitMs: number,
): Promise<AnyDefinition> {
  const path = beside.pathOf(relative);
  const made = await attempt(path, waitMs, async () => {
    const loaded = await beside.loadModule(relative);
    return typeof loaded.default === 'function'
      ? ((await (loaded.default as (options: ModuleOptions) => unknown)({
          peers: Object.fromEntries(peers),
          follow,
        })) as unknown)
      : loaded.default;
  });
  if (!isDefinition(made)) {
    throw new NetworkError(
      'ERR_CLI_MODULE',
      printable(
        `\`${path}\` must export a service definition as its default, or a function that makes one: use \`defineService\``,
      ),
      { path },
    );
  }
  return made;
}

/** A module may wait for what never comes: a top-level `await`, or the promise of its function. */
async function attempt<T>(path: string, waitMs: number, act: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `it is not ready after ${waitMs / 1000} s: see what it awaits`;
    timer = setTimeout(() => reject(new Error(why)), waitMs);
  });
  try {
    return await Promise.race([act(), late]);
  } catch (cause) {
    const why = printable(`cannot load \`${path}\`: ${loadText(cause)}`);
    throw new NetworkError('ERR_CLI_MODULE', why, { path }, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The most common mistakes have advice. */
function loadText(cause: unknown): string {
  const text = messageOf(cause);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return Object.hasOwn(ADVICE, code) ? (ADVICE[code]?.(text) ?? text) : text;
}

/** By codes of Node. */
const ADVICE: Readonly<Record<string, (text: string) => string>> = {
  ERR_MODULE_NOT_FOUND(text) {
    const [, name] = /^Cannot find package '([^']+)'/.exec(text) ?? [];
    return name === undefined
      ? `no module is at this path; paths are relative to the network file or the configuration of the peer, at the prompt to the folder of the session, and end in .js or .mjs (${text})`
      : `it imports \`${name}\`, which is not installed there: run \`npm install ${name}\` in its folder`;
  },
};

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

import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import {
  auth,
  authStatus,
  blog,
  defineService,
  startService,
  type ServiceDefinition,
  type ServiceInstance,
} from '../services/index.ts';
import { CliError } from './errors.ts';
import { asVariable, type NetworkFile, type ServiceSpec } from './network-file.ts';

/** Starts a service of a network file. `peers` are peer ids by name. */
export async function startFromSpec(
  spec: ServiceSpec,
  network: NetworkFile,
  peers: ReadonlyMap<string, string>,
): Promise<ServiceInstance> {
  const id = (name: string): string => peers.get(name) as string;
  switch (spec.kind) {
    case 'auth':
      return startService(auth({ admins: spec.admins.map(id), misbehaving: spec.misbehaving.map(id) }));
    case 'auth-status':
      return startService(authStatus(spec.auth === undefined ? {} : { authPeer: id(spec.auth) }));
    case 'blog':
      return startService(blog({ authPeer: id(spec.auth) }));
    case 'constant':
      return startService(constant(spec));
    case 'module':
      return startService(await loadModule(resolve(network.folder, spec.path), peers));
  }
}

function constant({
  id,
  functions,
}: Extract<ServiceSpec, { kind: 'constant' }>): ServiceDefinition<undefined> {
  const declared = Object.entries(functions).map(([name, value]) => {
    const answer = asVariable(value);
    return [name, { arguments: {}, guards: {}, handler: () => answer }] as const;
  });
  return defineService({ id, functions: Object.fromEntries(declared) });
}

/** The module runs with all rights of this process: it is the user's own. */
async function loadModule(path: string, peers: ReadonlyMap<string, string>): Promise<ServiceDefinition> {
  const loaded = (await importModule(path)) as { default?: unknown };
  const made: unknown =
    typeof loaded.default === 'function'
      ? (loaded.default as (options: { peers: Record<string, string> }) => unknown)({
          peers: Object.fromEntries(peers),
        })
      : loaded.default;
  if (!isDefinition(made)) {
    throw new CliError(
      'ERR_CLI_MODULE',
      `\`${path}\` must export a service definition as its default, or a function that makes one`,
    );
  }
  return made;
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('ERR_CLI_MODULE', `cannot load \`${path}\`: ${reason}`, { path }, { cause });
  }
}

const isDefinition = (made: unknown): made is ServiceDefinition =>
  typeof made === 'object' &&
  made !== null &&
  'id' in made &&
  'functions' in made &&
  made.functions instanceof Map;

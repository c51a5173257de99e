import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BerylError } from '../../base/error.ts';
import { parseNetwork, type NetworkFile } from '../../network/index.ts';
import { readText } from '../files.ts';
import { freshFilesIn } from '../network-file.ts';
import { foreseeNetwork, type Foreseen } from '../scripts/foresee.ts';

/** What a client sets: as `initializationOptions`, or by `workspace/didChangeConfiguration` under `beryl`. */
export interface NetworkSettings {
  /** Path of the network file of all scripts; the `network.json` beside each script if left out. */
  readonly network: string | undefined;
  /** Whether modules of services may be loaded: that runs their code. */
  readonly modules: boolean;
}

/** A network file that was read: what it says, or what is wrong with it. */
export type Known = { readonly foreseen: Foreseen } | { readonly mistake: string };

interface Loaded {
  /** Changes with the files. */
  readonly stamp: string;
  readonly known: Promise<Known>;
  ready: Known | undefined;
}

/** An editor has scripts of this many folders open; the network file of the one that was used first is forgotten. */
const NETWORKS_MAX = 32;

/** The network files of the scripts that are open. They are read again when they change. */
export class Networks {
  #settings: NetworkSettings = settingsFrom(undefined);
  readonly #loaded = new Map<string, Loaded>();

  /** @param given Whatever the client sent. */
  set(given: unknown): void {
    this.#settings = settingsFrom(given);
    this.#loaded.clear();
  }

  /** What is known now, without reading anything. */
  ready(uri: string): Known | undefined {
    return this.#loaded.get(this.#pathOf(uri) ?? '')?.ready;
  }

  /** Reads the network file of a script, if it has one and it has changed. */
  async of(uri: string): Promise<Known | undefined> {
    const path = this.#pathOf(uri);
    const changed = path === undefined ? undefined : changeOf(path);
    if (path === undefined || changed === undefined) {
      this.#loaded.delete(path ?? '');
      return undefined;
    }
    const before = this.#loaded.get(path);
    if (before?.stamp === changed) return before.known;
    const { modules } = this.#settings;
    const known = load(path, modules);
    const loaded: Loaded = { stamp: changed, known, ready: before?.ready };
    this.#loaded.set(path, loaded);
    for (const [oldest] of this.#loaded) {
      if (this.#loaded.size <= NETWORKS_MAX) break;
      this.#loaded.delete(oldest);
    }
    loaded.ready = await known;
    return known;
  }

  /** Scripts that are not saved yet have no folder. */
  #pathOf(uri: string): string | undefined {
    const { network } = this.#settings;
    if (network !== undefined) return network;
    const path = pathOf(uri);
    return path === undefined ? undefined : join(dirname(path), 'network.json');
  }
}

function settingsFrom(given: unknown): NetworkSettings {
  const { network, modules } = (typeof given === 'object' && given !== null ? given : {}) as {
    readonly network?: unknown;
    readonly modules?: unknown;
  };
  const isPath = typeof network === 'string' && network !== '';
  return { network: isPath ? resolve(network) : undefined, modules: modules === true };
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** Nothing if the file does not exist. */
function changeOf(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() ? `${stat.mtimeMs} ${stat.size}` : undefined;
  } catch {
    return undefined;
  }
}

async function load(path: string, withModules: boolean): Promise<Known> {
  try {
    const network = parseNetwork(readText(path, 'network'), path, freshFilesIn(dirname(path)));
    return { foreseen: await foreseeNetwork(withModules ? network : withoutModules(network)) };
  } catch (failure) {
    if (failure instanceof BerylError) return { mistake: `${failure.code}: ${failure.message}` };
    throw failure;
  }
}

/** The same network, without the services whose code would run. */
const withoutModules = (network: NetworkFile): NetworkFile => ({
  ...network,
  peers: Object.fromEntries(
    Object.entries(network.peers).map(([name, peer]) => [
      name,
      { ...peer, services: peer.services.filter(({ kind }) => kind !== 'module') },
    ]),
  ),
});

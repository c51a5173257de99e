import { printable } from '../base/printable.ts';
import { NetworkError } from './errors.ts';
import type { NetworkFile } from './network-file.ts';
import type { LinkMaker, ReachedPeer } from './reach.ts';
import { seedOf } from './signers.ts';
import type { World } from './world.ts';

/** How to connect to a running peer. */
export interface ReachOptions {
  readonly linkOf: LinkMaker;
  readonly waitMs: number;
}

/** What {@link Outside.reach} says of a connection. */
export interface Reached {
  readonly peerId: string;
  /** Names of the peers that are connected. */
  readonly peers: readonly string[];
}

/** Connections of the peers of a session to peers that run elsewhere. */
export class Outside {
  readonly #network: NetworkFile;
  readonly #world: World;
  readonly #reached: ReachedPeer[] = [];

  constructor(network: NetworkFile, world: World) {
    this.#network = network;
    this.#world = world;
  }

  /**
   * @returns Nothing without a peer to connect. `virtual`: none, since the time here is not that of other machines.
   * @throws {LinkError} @throws {NetworkError} `ERR_CLI_PEER` if the peer cannot be reached in time.
   */
  async reach(address: string, { linkOf, waitMs }: ReachOptions): Promise<Reached | 'virtual' | undefined> {
    const { reach } = this.#world;
    if (reach === undefined) return 'virtual';
    // Keys of peers without a seed follow from their names: anybody can have them.
    const own = Object.entries(this.#network.peers).filter(([, { seed }]) => seed !== undefined);
    if (own.length === 0) return undefined;
    const seeds = own.map(([peer, { seed }]) => seedOf(peer, seed));
    const reached = await reach(address, seeds, linkOf);
    this.#reached.push(reached);
    if (!(await reached.connected(waitMs))) {
      await reached.stop();
      throw new NetworkError(
        'ERR_CLI_PEER',
        printable(`the peers of this session could not connect to \`${address}\` within ${waitMs} ms`),
      );
    }
    return { peerId: reached.peerId, peers: own.map(([peer]) => peer) };
  }

  async end(): Promise<void> {
    await Promise.all(this.#reached.splice(0).map(reached => reached.stop()));
  }
}

import { sha256, signerOf, type JsonValue } from '../interpreter/index.ts';
import {
  createSimulation,
  type Faults,
  type Peer,
  type PeerOptions,
  type Simulation,
} from '../peer/index.ts';
import type { CallEvent, NameOf } from '../services/index.ts';

/** A peer of a test network. */
export interface TestPeer {
  readonly name: string;
  readonly peerId: string;
  readonly peer: Peer;
  /**
   * Runs a script to its end. Names of peers in double quotes stand for their ids: `"alice"`.
   *
   * @param data Variables that the script loads with `getDataSrv`.
   * @returns What it gave to `callbackSrv.response`; `undefined` if it ended without. Rejects as `peer.run` does.
   */
  run(script: string, data?: Readonly<Record<string, JsonValue>>): Promise<JsonValue | undefined>;
}

/** A network in one process, on virtual time, from one seed. */
export interface TestNetwork {
  readonly simulation: Simulation;
  /** Decided calls, in order. */
  readonly calls: readonly CallEvent[];
  add(
    name: string,
    options?: Omit<PeerOptions, 'transport' | 'clock' | 'random' | 'activity' | 'secretKey'>,
  ): TestPeer;
  /** The peer id of a name: the same in every network. */
  idOf(name: string): string;
  /** Names of peers, for texts of denials. */
  readonly nameOf: NameOf;
  /** Delay, loss, doubled messages and cuts from now on; chance comes from the seed. */
  setFaults(faults: Partial<Faults>): void;
}

const SEED_PREFIX = 'beryl/testing ';

/**
 * Makes a network. Keys come from the names, so ids are the same in every test.
 *
 * @param options.seed All chance comes from it; 1 if left out.
 * @example
 * const network = testNetwork({ seed: 1 });
 * const [alice, bob] = [network.add('alice'), network.add('bob', { services: [startService(bank)] })];
 * await alice.run('(call "bob" ("bank" "pay") ["Ada" 30] x)');
 */
export function testNetwork({
  seed = 1,
  startMs = 1_700_000_000_000,
}: { readonly seed?: number; readonly startMs?: number } = {}): TestNetwork {
  const simulation = createSimulation({ seed, startMs });
  const calls: CallEvent[] = [];
  const names = new Map<string, string>();
  const keyOf = (name: string): Uint8Array => sha256(`${SEED_PREFIX}${name}`);
  const idOf = (name: string): string => signerOf(keyOf(name)).peerId;
  const withIds = (script: string): string => {
    let text = script;
    for (const [peerId, name] of names) text = text.replaceAll(`"${name}"`, `"${peerId}"`);
    return text;
  };
  return {
    simulation,
    calls,
    idOf,
    nameOf: peerId => names.get(peerId),
    setFaults: faults => void (simulation.network.faults = faults),
    add(name, { observer, ...options } = {}) {
      const peerId = idOf(name);
      names.set(peerId, name);
      const peer = simulation.addPeer({
        nameOf: id => names.get(id),
        ...options,
        secretKey: keyOf(name),
        observer: {
          step: step => observer?.step?.(step),
          refused: event => observer?.refused?.(event),
          sent: event => observer?.sent?.(event),
          expired: event => observer?.expired?.(event),
          call(event) {
            calls.push(event);
            observer?.call?.(event);
          },
        },
      });
      return {
        name,
        peerId,
        peer,
        async run(script, data = {}) {
          const run = peer.run(withIds(script), { handlers: { data } });
          let end: { readonly value?: JsonValue; readonly failure?: unknown } | undefined;
          run.done.then(
            value => (end = { value: value as JsonValue }),
            (failure: unknown) => (end = { failure }),
          );
          await simulation.settle();
          const settled = end as typeof end;
          if (settled !== undefined && 'failure' in settled) throw settled.failure;
          return settled?.value;
        },
      };
    },
  };
}

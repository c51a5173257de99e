import { connect, type Client, type ConnectOptions } from '../client/index.ts';
import type { JsonValue, Step } from '../interpreter/index.ts';
import { responseOf, type PeerNames, type ScriptReport } from '../network/index.ts';
import { StartedFailure, type RefusalEvent, type SendEvent } from '../peer/index.ts';
import type { CallEvent } from '../services/index.ts';

interface Seen {
  readonly steps: Step[];
  readonly calls: CallEvent[];
  readonly refusals: RefusalEvent[];
  readonly sends: SendEvent[];
}

/** A connection to a running peer, and what this side of it sees of the script that runs. Other peers keep their own records. */
export class Connection {
  readonly client: Client;
  /** Names for ids: of this side, and of the peer. */
  readonly named: PeerNames;
  readonly #seen: { now: Seen };

  private constructor(client: Client, named: PeerNames, seen: { now: Seen }) {
    this.client = client;
    this.named = named;
    this.#seen = seen;
  }

  /**
   * @param own  Name of this side in reports.
   * @param peer Name of the peer in reports.
   * @throws {ClientError} `ERR_CLIENT_OFFLINE`.
   */
  static async open(
    options: Pick<ConnectOptions, 'address' | 'connectMs'>,
    own: string,
    peer: string,
  ): Promise<Connection> {
    const seen = { now: nothingSeen() };
    const client = await connect({
      ...options,
      observer: {
        step: step => void seen.now.steps.push(step),
        call: event => void seen.now.calls.push(event),
        refused: event => void seen.now.refusals.push(event),
        sent: event => void seen.now.sends.push(event),
      },
    });
    return new Connection(client, namesOf({ [client.peerId]: own, [client.relayId]: peer }), seen);
  }

  /**
   * Runs a script to its end, or until `signal` fires.
   *
   * @returns Makes the report: of what was seen by the time it is called.
   * @throws {ClientError} If it was not sent. @throws {AirError} If it is not valid.
   */
  async run(
    script: string,
    variables: Readonly<Record<string, JsonValue>>,
    ttlMs: number,
    signal?: AbortSignal,
  ): Promise<() => ScriptReport> {
    const seen = nothingSeen();
    this.#seen.now = seen;
    const failure = await Promise.race([
      this.client.run(script, { variables, ttlMs }).then(
        () => undefined,
        (reason: unknown) => {
          if (reason instanceof StartedFailure) return reason;
          throw reason;
        },
      ),
      stopped(signal),
    ]);
    return () => this.#reportOf(script, seen, failure);
  }

  #reportOf(
    script: string,
    { steps, calls, refusals, sends }: Seen,
    failure: StartedFailure | undefined,
  ): ScriptReport {
    const input = steps[0]?.input;
    return {
      air: input?.air ?? script,
      particleId: input?.params.particleId ?? '',
      initPeerId: this.client.peerId,
      steps,
      calls,
      refusals,
      // Attempts that failed before one that worked do not matter, and each peer is named once.
      sends: failure === undefined ? [] : [...new Map(sends.map(send => [send.to, send])).values()],
      responseJson: failure === undefined ? responseOf(calls) : 'null',
      failure,
    };
  }
}

const nothingSeen = (): Seen => ({ steps: [], calls: [], refusals: [], sends: [] });

/** Resolves when the signal fires. */
const stopped = (signal: AbortSignal | undefined): Promise<StartedFailure> =>
  new Promise(resolve =>
    signal?.addEventListener(
      'abort',
      () =>
        resolve(new StartedFailure('ERR_STARTED_STOPPED', 'stopped; what other peers have begun goes on')),
      { once: true },
    ),
  );

function namesOf(nameOf: Readonly<Record<string, string>>): PeerNames {
  const names = Object.entries(nameOf);
  return {
    peerIds: new Map(names.map(([id, name]) => [name, id])),
    nameOf: id => (Object.hasOwn(nameOf, id) ? nameOf[id] : undefined),
    servicesOf: () => [],
    functionsOf: () => [],
    withNames: text => names.reduce((named, [id, name]) => named.replaceAll(id, name), text),
  };
}

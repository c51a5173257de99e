import { textOf, utf8 } from '../../base/bytes.ts';
import { MemorySink } from '../../audit/index.ts';
import { NetworkError, parseNetwork, playWire, Session, type Beside } from '../../network/index.ts';

/** What is played: a script on the peers of a network file, with an attacker on the wire, if there is one. */
export interface Play {
  readonly script: string;
  /** JSON of a network file. */
  readonly network: string;
  /** JSON of its `wire`; empty for an honest carrier. */
  readonly carrier: string;
  readonly beside: Beside;
}

/** A call that was denied or failed, or a copy that a peer refused: with the reason. */
export interface Refused {
  readonly peer: string;
  readonly what: string;
  readonly code: string;
  readonly text: string;
}

export interface Played {
  /** JSON text of what the script gave to `callbackSrv.response`; `null` for nothing. */
  readonly response: string;
  readonly served: number;
  readonly refused: readonly Refused[];
  /** Why the particle did not come back, if it did not. */
  readonly failure: string | undefined;
  /** The recording of it all, and a trust file with the keys of its peers. */
  readonly recording: Uint8Array;
  readonly trust: Uint8Array;
}

/** Texts of scripts and network files that the playground takes. */
export const PLAY_TEXT_MAX = 1024 * 1024;

/**
 * Runs a script on a simulated network, on virtual time, and records it.
 *
 * @throws {BerylError} For a script or network file that is mistaken.
 */
export async function play({ script, network, carrier, beside }: Play): Promise<Played> {
  const parsed = parseNetwork(withCarrier(network, carrier), 'network', beside);
  const sink = new MemorySink();
  const session = await Session.open({ ...parsed, clock: 'virtual' }, sink);
  await playWire(session);
  const report = await session.run(script, { file: 'script' });
  session.recorder?.end();
  const nameOf = (peerId: string): string => session.nameOf(peerId) ?? peerId;
  const denied = report.calls.flatMap(({ peerId, request, decision }): Refused[] =>
    'text' in decision
      ? [
          {
            peer: nameOf(peerId),
            what: `${request.serviceId}.${request.functionName}`,
            code: decision.code,
            text: session.withNames(decision.text),
          },
        ]
      : [],
  );
  const refused = report.refusals.map(({ peerId, from, code, message }): Refused => ({
    peer: nameOf(peerId),
    what: `what ${nameOf(from)} sent`,
    code,
    text: session.withNames(message),
  }));
  const recording = utf8(sink.text());
  return {
    response: report.responseJson,
    served: report.calls.filter(({ decision }) => decision.kind === 'served').length,
    refused: [...denied, ...refused],
    failure: report.failure && session.withNames(report.failure.message),
    recording,
    trust: utf8(
      JSON.stringify({ peers: Object.fromEntries(session.peerIds), recorders: [recorderIn(recording)] }),
    ),
  };
}

/** The network file with another attacker, or none. */
function withCarrier(network: string, carrier: string): string {
  const file: unknown = tryJson(network);
  // The reader refuses everything but an object, with a reason.
  if (typeof file !== 'object' || file === null) return network;
  const { wire: _, ...rest } = file as Record<string, unknown>;
  if (carrier.trim() === '') return JSON.stringify(rest);
  const wire = tryJson(carrier);
  if (wire === undefined)
    throw new NetworkError(
      'ERR_CLI_NETWORK_FILE',
      'what the carrier does is not JSON: leave it empty for an honest one',
    );
  return JSON.stringify({ ...rest, wire });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The key of the playground's own recorder, which this page has just used. */
function recorderIn(recording: Uint8Array): string {
  const line =
    textOf(recording)
      ?.split('\n')
      .find(text => text.startsWith('e {"kind":"start"')) ?? 'e {}';
  return (JSON.parse(line.slice(2)) as { recorder?: string }).recorder ?? '';
}

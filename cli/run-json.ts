import type { Tetraplet } from '../interpreter/index.ts';
import { ExitCode, graverOf, type CliError } from './errors.ts';
import { JsonText } from './json-text.ts';
import type { PeerNames, ScriptReport } from '../network/index.ts';
import { verdictOf } from './verdict.ts';

/** What `beryl run --json` prints: one JSON document. Fields are added, never renamed or removed. */
export interface RunJson {
  readonly outcome: string;
  readonly exitCode: number;
  /** Which layer refused, with which code, on which peer, and why; empty if none did. */
  readonly layer: string;
  readonly code: string;
  readonly peerId: string;
  readonly text: string;
  readonly particleId: string;
  readonly initPeerId: string;
  /** Peer ids by name. */
  readonly peers: Readonly<Record<string, string>>;
  /** Number of runs of the interpreter on all peers. */
  readonly steps: number;
  /** What the script gave to `callbackSrv.response`, without loss. */
  readonly response: JsonText;
  readonly calls: readonly {
    readonly peerId: string;
    readonly serviceId: string;
    readonly functionName: string;
    /** JSON text of the argument array: lossless. */
    readonly argumentsJson: string;
    readonly tetraplets: readonly (readonly Tetraplet[])[];
    readonly decision: string;
    readonly stage: string;
    readonly code: string;
    /** JSON text on success, the explanation otherwise. */
    readonly result: string;
  }[];
  readonly refusals: readonly {
    readonly peerId: string;
    readonly from: string;
    readonly stage: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** State of the services that keep any, by `peer name/service id`. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Only if a recording was asked for and could not be written. */
  readonly recordingFailure?: { readonly code: string; readonly text: string };
}

/** @param failure Why the recording could not be written. */
export function runJson(session: PeerNames, report: ScriptReport, failure?: CliError): RunJson {
  const verdict = verdictOf(report);
  return {
    ...verdict,
    ...(failure && {
      exitCode: graverOf(verdict.exitCode, ExitCode.usage),
      recordingFailure: { code: failure.code, text: failure.message },
    }),
    particleId: report.particleId,
    initPeerId: report.initPeerId,
    peers: Object.fromEntries(session.peerIds),
    steps: report.steps.length,
    response: new JsonText(report.responseJson),
    calls: report.calls.map(({ peerId, request, decision }) => ({
      peerId,
      serviceId: request.serviceId,
      functionName: request.functionName,
      argumentsJson: request.argumentsJson,
      tetraplets: request.tetraplets,
      decision: decision.kind,
      stage: decision.stage,
      code: 'code' in decision ? decision.code : '',
      result:
        'text' in decision
          ? decision.text
          : 'resultJson' in decision.result
            ? decision.result.resultJson
            : '',
    })),
    refusals: report.refusals.map(({ peerId, from, stage, code, message }) => ({
      peerId,
      from,
      stage,
      code,
      message,
    })),
    state: stateOf(session),
  };
}

/** What the services of all peers keep now. */
export function stateOf(session: PeerNames): Record<string, unknown> {
  const states: Record<string, unknown> = {};
  for (const name of session.peerIds.keys()) {
    for (const { id, state } of session.servicesOf(name))
      if (state !== undefined) states[`${name}/${id}`] = state;
  }
  return states;
}

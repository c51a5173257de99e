import type { MemorySink } from '../../audit/index.ts';
import { suggestion } from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { parseJson, type Json, type JsonValue } from '../../interpreter/index.ts';
import {
  responseOf,
  type EnvelopeAttack,
  type PeerNames,
  type ScriptReport,
  type Session,
  type SessionScriptOptions,
} from '../../network/index.ts';
import { libp2pLink, type Interceptor } from '../../peer/index.ts';
import { Connection } from '../connection.ts';
import { CliError } from '../errors.ts';
import { reportText } from '../report.ts';
import { verdictOf } from '../verdict.ts';
import { TimeTravel } from './time-travel.ts';
import { ownCalls, ownPartOf, recallOf, Scripts, type Composed, type OwnPart } from './scripts.ts';
import type { Shown } from './shown.ts';
import { variableLine } from './values.ts';

/** A script that has run, and its report. */
interface Ran {
  readonly text: string;
  readonly report: ScriptReport;
  readonly named: PeerNames;
  readonly travel: TimeTravel;
}

/** A running peer that scripts can be started through. */
interface Remote {
  readonly address: string;
  readonly connection: Connection;
}

/** How a script runs beside its text. */
export type ScriptOptions = Partial<Pick<SessionScriptOptions, 'file' | 'loads' | 'callbacks'>>;

/** Inputs that `:save` writes; older ones are forgotten, and the file says so. */
const INPUTS_MAX = 10_000;
/** Longest wait for a connection, milliseconds. */
const CONNECT_MS = 10_000;

/** What a session at the prompt remembers. */
export class ReplState {
  readonly session: Session;
  readonly scripts = new Scripts();
  readonly remotes = new Map<string, Remote>();
  /** Path of the network file, as it was given. */
  readonly networkPath: string | undefined;
  /** Inputs that went well or did something, in order: what `:save` writes. */
  readonly inputs: string[] = [];
  inputsForgotten = 0;
  last: Ran | undefined;
  /** The last script of which something was denied or refused. */
  lastRefused: Ran | undefined;
  /** Who starts scripts: a peer of the session, or a connected one. */
  starter: string;
  /** Ends the wait for the script that runs. */
  stop: AbortController | undefined;
  readonly #recording: MemorySink;
  #freeWire: (() => void) | undefined;

  /** @param recording What the session is recorded into. */
  constructor(session: Session, recording: MemorySink, networkPath?: string) {
    this.session = session;
    this.starter = session.network.init;
    this.networkPath = networkPath;
    this.#recording = recording;
  }

  /** Takes the attacker off the wire. */
  freeWire(): void {
    this.#freeWire?.();
    this.#freeWire = undefined;
  }

  /** Puts an attacker on the wire, in the place of the one before. */
  tamper(interceptor: Interceptor): void {
    this.freeWire();
    this.#freeWire = this.session.intercept(interceptor);
  }

  /** Puts an attacker on the envelopes of all hops, in the place of the one before. */
  attackEnvelopes(attack: EnvelopeAttack): void {
    this.freeWire();
    this.#freeWire = this.session.attackEnvelopes(attack);
  }

  /** What was recorded so far. */
  get recordingText(): string {
    return this.#recording.text();
  }

  get peers(): string[] {
    return [...this.session.peerIds.keys(), ...this.remotes.keys()];
  }

  /** @throws {CliError} ERR_CLI_COMMAND */
  requirePeer(peer: string, among: readonly string[] = this.peers): string {
    if (among.includes(peer)) return peer;
    const known = suggestion(peer, among, `; peers are ${among.join(', ')}`);
    throw new CliError('ERR_CLI_COMMAND', printable(`unknown peer \`${peer}\`${known}`));
  }

  /** @throws {CliError} ERR_CLI_COMMAND before the first script. */
  get ran(): Ran {
    if (this.last !== undefined) return this.last;
    throw new CliError('ERR_CLI_COMMAND', 'no script has run yet');
  }

  /** Names for the ids of all peers. */
  get ranNamed(): PeerNames {
    return this.last?.named ?? this.session;
  }

  /** All names that scripts may read without defining them. */
  get names(): string[] {
    return [...new Set([...this.scripts.names, ...this.session.names.keys(), ...this.remotes.keys()])];
  }

  /** Keeps an input for `:save`. */
  remember(input: string): void {
    this.inputs.push(input);
    if (this.inputs.length <= INPUTS_MAX) return;
    this.inputs.shift();
    this.inputsForgotten += 1;
  }

  /**
   * @returns The connection, and which peers of this process have one, too: see {@link Session.reach}.
   * @throws {ClientError} ERR_CLIENT_OFFLINE. @throws {NetworkError} ERR_CLI_PEER.
   */
  async connect(
    address: string,
    peer: string,
  ): Promise<{ connection: Connection; reaching: readonly string[] | 'virtual' }> {
    if (this.peers.includes(peer))
      throw new CliError('ERR_CLI_COMMAND', printable(`the name \`${peer}\` is taken: give another name`));
    const connection = await Connection.open({ address, connectMs: CONNECT_MS }, `${peer}-client`, peer);
    try {
      const reaching = await this.session.reach(peer, address, { linkOf: libp2pLink, waitMs: CONNECT_MS });
      this.remotes.set(peer, { address, connection });
      this.session.define(peer, connection.client.relayId);
      this.starter = peer;
      return { connection, reaching };
    } catch (failure) {
      await connection.client.close();
      throw failure;
    }
  }

  /**
   * Runs a script to its end.
   *
   * @throws {AirError} For a script that is not valid. @throws {NetworkError} For names that are not known.
   */
  async run(
    text: string,
    { file = 'prompt', loads = {}, callbacks = {} }: ScriptOptions = {},
  ): Promise<Shown> {
    const remote = this.remotes.get(this.starter);
    // Mistakes are shown in the text as it was typed.
    this.session.bind(text, file, [...Object.keys(loads), ...this.scripts.names]);
    const composed = this.scripts.compose(text, this.starter, remote === undefined);
    const all = {
      ...Object.fromEntries([...composed.loads].map(([name, json]) => [name, parseJson(json)])),
      ...loads,
    };
    const air = this.session.bind(composed.script, file, Object.keys(all));
    const own = ownPartOf(composed, air);
    this.stop = new AbortController();
    const { signal } = this.stop;
    try {
      const whole =
        remote === undefined
          ? await this.#runHere(air, { file, loads: all, callbacks, signal }, composed, own)
          : await this.#runThere(remote, air, all, signal);
      return this.#ended(text, whole, composed, own, remote?.connection.named);
    } finally {
      this.stop = undefined;
    }
  }

  #runHere(
    air: string,
    options: SessionScriptOptions,
    composed: Composed,
    own: OwnPart,
  ): Promise<ScriptReport> {
    const recall = recallOf(composed, own);
    return this.session.run(air, { ...options, init: this.starter, ...(recall && { recall }) });
  }

  async #runThere(
    { connection }: Remote,
    air: string,
    loads: Readonly<Record<string, Json>>,
    signal: AbortSignal,
  ): Promise<ScriptReport> {
    const known = Object.fromEntries([...this.session.names, ...Object.entries(loads)]);
    const variables = { ...known, '-relay-': connection.client.relayId } as Record<string, JsonValue>;
    const report = await connection.run(air, variables, this.session.network.ttlMs, signal);
    return settled(report);
  }

  #ended(
    text: string,
    whole: ScriptReport,
    composed: Composed,
    own: OwnPart,
    remote: PeerNames | undefined,
  ): Shown {
    const named = remote ?? this.session;
    const calls = ownCalls(own, whole);
    const report = {
      ...whole,
      calls,
      responseJson: whole.failure === undefined ? responseOf(calls) : 'null',
    };
    this.last = { text, report, named, travel: new TimeTravel(report, named, own) };
    const isDenied = calls.some(({ decision }) => decision.kind === 'denied');
    if (isDenied || report.refusals.length > 0) this.lastRefused = this.last;
    const isHere = whole.sends.every(({ to }) => this.session.isHere(to));
    const { set, isComplete } = this.scripts.keep({ text, starter: this.starter, isHere }, composed, report);
    const { outcome, exitCode } = verdictOf(report);
    const lines = [
      ...(composed.loads.size === 0 ? [] : [loadedNote([...composed.loads.keys()])]),
      reportText(named, report, { verbose: false }),
      ...(isComplete || outcome !== 'ok' ? [] : [remote === undefined ? INCOMPLETE : AWAY]),
      ...set.map(variable => variableLine(variable, part => named.withNames(part))),
    ];
    return { text: lines.join('\n'), exitCode };
  }
}

/** The outcome is known before all of it was observed: the report, once it does not change any more, or after a second. */
async function settled(report: () => ScriptReport): Promise<ScriptReport> {
  const eventsOf = ({ steps, calls }: ScriptReport): number => steps.length + calls.length;
  let now = report();
  for (let left = 10; left > 0; left--) {
    const events = eventsOf(now);
    await new Promise(resolve => setTimeout(resolve, 100));
    now = report();
    if (eventsOf(now) === events) break;
  }
  return now;
}

const INCOMPLETE =
  'note: the script is not complete, as far as is known here; :trace shows what it waits for';
const AWAY =
  'note: the script did not come back, so its results are not known here; end it with `callbackSrv.response` at `%init_peer_id%`';
const loadedNote = (names: readonly string[]): string =>
  printable(
    `note: ${names.join(', ')} loaded as data, since another peer started the script that set it, or peers elsewhere took part in it; guards see the starter as its origin`,
  );

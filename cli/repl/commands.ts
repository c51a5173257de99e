import { decodeData, type Origin } from '../../interpreter/index.ts';
import { printable } from '../../base/printable.ts';
import { CliError, type ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import { jsonLine } from '../json-text.ts';
import { originLine } from '../report-calls.ts';
import { functionText, name, tetrapletText, valueText } from '../report-text.ts';
import { dataLines, reportText } from '../report.ts';
import type { RunReport, Session } from '../session.ts';
import { verdictOf } from '../verdict.ts';
import { replaceOnWire } from '../wire.ts';

/** What a line gives: text to show, and how it ended. */
export interface Shown {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** What a session at the prompt remembers. */
export class ReplState {
  readonly session: Session;
  last: RunReport | undefined;
  #leave: (() => void) | undefined;

  constructor(session: Session) {
    this.session = session;
  }

  /** Takes the attacker off the wire and, if a text is given, puts another one there. */
  tamper(find?: string, by?: string): void {
    this.#leave?.();
    this.#leave = undefined;
    if (find === undefined) return;
    this.#leave = this.session.intercept(replaceOnWire({ from: undefined, to: undefined }, find, by ?? ''));
  }

  async run(script: string): Promise<Shown> {
    const report = await this.session.run(script, { file: 'prompt' });
    this.last = report;
    const text = reportText(this.session, report, { verbose: false });
    return { text, exitCode: verdictOf(report).exitCode };
  }
}

interface Command {
  readonly usage: string;
  readonly does: string;
  run(state: ReplState, words: readonly string[]): string;
}

/** Everything that begins with a colon. Each gives the text to show. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  help: {
    usage: ':help',
    does: 'this list',
    run: () =>
      [
        'Type an AIR script; it runs when its parentheses are closed. Names of peers and variables of the network file are known.',
        ...Object.values(COMMANDS).map(({ usage, does }) => `  ${usage.padEnd(28)}${does}`),
        `  ${':quit'.padEnd(28)}leave`,
      ].join('\n'),
  },
  peers: {
    usage: ':peers',
    does: 'names and ids of the peers',
    run: ({ session }) =>
      [...session.peerIds].map(([peer, peerId]) => `${printable(peer).padEnd(12)} ${peerId}`).join('\n'),
  },
  services: {
    usage: ':services',
    does: 'services of each peer with their functions and state',
    run: ({ session }) =>
      [...session.peerIds.keys()]
        .flatMap(peer =>
          session.servicesOf(peer).map(({ id, definition, state }) => {
            const functions = printable(`${id}: ${[...definition.functions.keys()].join(', ')}`);
            const kept = state === undefined ? '' : `\n  ${session.withNames(printable(jsonLine(state)))}`;
            return `${printable(peer).padEnd(12)} ${functions}${kept}`;
          }),
        )
        .join('\n'),
  },
  trace: {
    usage: ':trace',
    does: 'what each peer recorded and waits for, after the last script',
    run: ({ session, last }) => (last === undefined ? NOTHING_RUN : traceText(session, last)),
  },
  calls: {
    usage: ':calls',
    does: 'the calls of the last script, numbered, with their tetraplets',
    run: ({ session, last }) => (last === undefined ? NOTHING_RUN : callsText(session, last)),
  },
  why: {
    usage: ':why <call> [argument]',
    does: 'where an argument of a call came from, all the way down (numbers from 1)',
    run: ({ session, last }, words) => (last === undefined ? NOTHING_RUN : whyText(session, last, words)),
  },
  tamper: {
    usage: ':tamper <text> <text> | off',
    does: 'an attacker replaces the first text by the second in all data on the wire',
    run: (state, [find, by]) => {
      if (find === undefined) throw usage(':tamper <text> <text>, or :tamper off');
      if (find === 'off') {
        state.tamper();
        return 'the wire is free';
      }
      state.tamper(find, by);
      return printable(`on the wire: \`${find}\` becomes \`${by ?? ''}\``);
    },
  },
  record: {
    usage: ':record <file>',
    does: 'write what happened so far in this session, for `beryl replay`',
    run: ({ session }, [path]) => {
      if (path === undefined) throw usage(':record <file>');
      session.recorder.checkpoint();
      writeBytes(path, session.recordingText);
      const { run = 0, decision = 0 } = session.recorder.counts;
      return `recorded ${run} runs and ${decision} calls so far in ${printable(path)}`;
    },
  },
};

const usage = (text: string): CliError => new CliError('ERR_CLI_COMMAND', `usage: ${text}`);

const NOTHING_RUN = 'no script has run yet';
const DEPTH_MAX = 20;
const TOLD_MAX = 500;

function traceText(session: Session, { steps }: RunReport): string {
  const lastOf = new Map(steps.map(step => [step.input.params.currentPeerId, step]));
  return [...lastOf]
    .flatMap(([peerId, { input, outcome }]) => [
      `${name(session, peerId)}: code ${outcome.retCode}`,
      ...dataLines(session, decodeData(outcome.data, input.params.particleSignature, 'outcome')),
    ])
    .join('\n');
}

function callsText(session: Session, { calls }: RunReport): string {
  return calls
    .map(({ peerId, request, decision }, i) => {
      const origins = request.tetraplets.map((_, argument) => originLine(session, request, argument));
      const what = `${functionText(request)} ${valueText(session.withNames(request.argumentsJson))}`;
      return `${i + 1}. ${name(session, peerId)} ${what} ${decision.kind}\n     ${origins.join('\n     ') || 'no arguments'}`;
    })
    .join('\n');
}

function whyText(session: Session, { calls }: RunReport, words: readonly string[]): string {
  const [callNumber, argumentNumber = 1] = words.map(Number);
  const call = calls[(callNumber ?? 0) - 1];
  if (call === undefined) throw usage(`:why <call> [argument]; calls are 1 to ${calls.length}, see :calls`);
  const origin = call.request.origins[argumentNumber - 1];
  if (origin === undefined) throw usage(`that call has ${call.request.origins.length} arguments`);
  return originText(session, origin, 0, new Set());
}

/** What stands behind a record is shown once: a value that was used twice has two ways to one origin. */
function originText(session: Session, origin: Origin, depth: number, told: Set<string>): string {
  const { record, arguments: given, parts } = origin;
  const line = `${'  '.repeat(depth)}${tetrapletText(session, origin.tetraplet)} ${behind(origin)}`;
  if (record !== undefined && told.has(record) && given.length > 0) return `${line}, as above`;
  if (depth >= DEPTH_MAX || told.size >= TOLD_MAX) return `${line} …`;
  told.add(record ?? `${told.size}`);
  const below = (name: string, inner: Origin): string =>
    `${'  '.repeat(depth + 1)}${name}:\n${originText(session, inner, depth + 2, told)}`;
  return [
    line,
    ...given.map((inner, i) => below(`argument ${i + 1}`, inner)),
    ...parts.map((inner, i) => below(`part ${i + 1}`, inner)),
  ].join('\n');
}

function behind({ kind, record }: Origin): string {
  if (record !== undefined) return `record ${record.slice(0, 16)}…`;
  return {
    literal: 'literal',
    composed: 'put together by the script',
    error: 'an error',
    service: 'no record',
  }[kind];
}

import { decodeData, type Origin } from '../../interpreter/index.ts';
import { writeText } from '../files.ts';
import { dataLines, name, reportText, shorten, tetrapletText } from '../report.ts';
import type { RunReport, Session } from '../session.ts';
import { replaceOnWire } from '../wire.ts';

/** What a session at the prompt remembers. */
export class ReplState {
  readonly session: Session;
  last: RunReport | undefined;
  #leave: (() => void) | undefined;

  constructor(session: Session) {
    this.session = session;
  }

  /** Takes the man in the middle off the wire and, if given, puts another one there. */
  tamper(find?: string, by?: string): void {
    this.#leave?.();
    this.#leave = undefined;
    if (find === undefined) return;
    this.#leave = this.session.intercept(replaceOnWire({ from: undefined, to: undefined }, find, by ?? ''));
  }

  async run(script: string): Promise<string> {
    this.last = await this.session.run(script);
    return reportText(this.session, this.last, { verbose: false });
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
      [...session.peerIds].map(([peer, peerId]) => `${peer.padEnd(12)} ${peerId}`).join('\n'),
  },
  services: {
    usage: ':services',
    does: 'services of each peer with their functions and state',
    run: ({ session }) =>
      [...session.peerIds.keys()]
        .flatMap(peer =>
          session.servicesOf(peer).map(({ id, definition, state }) => {
            const functions = [...definition.functions.keys()].join(', ');
            return `${peer.padEnd(12)} ${id}: ${functions}${state === undefined ? '' : `\n  ${session.withNames(JSON.stringify(state))}`}`;
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
    does: 'a man in the middle replaces the first text by the second in all data on the wire',
    run: (state, [find, by]) => {
      if (find === undefined) return 'usage: :tamper <text> <text>, or :tamper off';
      if (find === 'off') {
        state.tamper();
        return 'nobody is on the wire';
      }
      state.tamper(find, by);
      return `on the wire: \`${find}\` becomes \`${by ?? ''}\``;
    },
  },
  record: {
    usage: ':record <file>',
    does: 'write a recording of this session, for `beryl replay`',
    run: ({ session }, [path]) => {
      if (path === undefined) return 'usage: :record <file>';
      writeText(path, session.recorder.toText());
      return `recorded ${session.recorder.entries.length} entries in ${path}`;
    },
  },
};

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
      const { serviceId, functionName, argumentsJson, tetraplets } = request;
      const origins = tetraplets.map(list => list.map(found => tetrapletText(session, found)).join(' '));
      return `${i + 1}. ${name(session, peerId)} \`${serviceId}.${functionName}\` ${shorten(session.withNames(argumentsJson))} ${decision.kind}\n     ${origins.join('\n     ') || 'no arguments'}`;
    })
    .join('\n');
}

function whyText(session: Session, { calls }: RunReport, words: readonly string[]): string {
  const [callNumber, argumentNumber = 1] = words.map(Number);
  const call = calls[(callNumber ?? 0) - 1];
  if (call === undefined) return `usage: :why <call> [argument]; calls are 1 to ${calls.length}, see :calls`;
  const origin = call.request.origins[argumentNumber - 1];
  if (origin === undefined) return `that call has ${call.request.origins.length} arguments`;
  return originText(session, origin, 0, new Set());
}

/** What stands behind a record is told once: the tree of a value that was used twice may be a graph of many ways. */
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

import {
  openRecording,
  testPolicy,
  type OpenRecording,
  type PolicyCallChange,
  type PolicyTestReport,
} from '../../audit/index.ts';
import { printable, printableLines } from '../../base/printable.ts';
import {
  checkPolicy,
  createRegistry,
  type KnownServices,
  type PolicyFile,
  type ServiceLookup,
} from '../../services/index.ts';
import { namesOf, type NameOfPeer } from '../audit/names.ts';
import { table } from '../audit/table.ts';
import { CliError, ExitCode } from '../errors.ts';
import { openRecordingFile } from '../recording-files.ts';
import { readNetworkFile } from '../network-file.ts';
import type { Output } from '../output.ts';
import { progressOf } from '../progress.ts';
import { readPolicyFile } from '../policy-file.ts';
import { Session } from '../../network/index.ts';

export interface PolicyOptions {
  readonly network?: string;
  /** Name of the peer that loads the policy. */
  readonly peer?: string;
  /** Tests all rules in this mode, whatever the file says. */
  readonly mode?: string;
  readonly json?: boolean;
}

/** `beryl policy check <policy>`: finds rules that can never match, and rules that let no call pass. */
export async function policyCheckCommand(
  path: string,
  { network, peer, json }: PolicyOptions,
  output: Output,
): Promise<ExitCode> {
  const session = network === undefined ? undefined : await Session.open(readNetworkFile(network));
  const { file, hash } = readPolicyFile(path, session?.peerIds);
  const warnings = checkPolicy(file, session && knownServices(session, peer));
  if (json === true) output.json({ hash, rules: file.rules.length, warnings });
  else {
    const count = `${file.rules.length} rule${file.rules.length === 1 ? '' : 's'}`;
    const named = (text: string): string => printable(session?.withNames(text) ?? text);
    output.list([`${count}, ${hash}`, ...warnings.map(({ text }) => named(text))].join('\n'));
  }
  return warnings.length === 0 ? ExitCode.ok : ExitCode.unproven;
}

function knownServices(session: Session, peer: string | undefined): KnownServices {
  const byId = new Map([...session.peerIds].map(([name, id]) => [id, lookup(session, name)]));
  const name = peer ?? (session.peerIds.size === 1 ? session.network.init : undefined);
  const here = name === undefined ? undefined : byId.get(session.peerIds.get(name) ?? '');
  if (here === undefined) {
    const text = `name the peer that loads the policy with --peer: ${[...session.peerIds.keys()].join(', ')}`;
    throw new CliError('ERR_CLI_POLICY', printable(text));
  }
  return { here, of: id => byId.get(id) };
}

const lookup = (session: Session, name: string): ServiceLookup =>
  createRegistry([...session.builtins(), ...session.servicesOf(name)]);

/** `beryl policy test <policy> <recording>…`: what the policy would have done to recorded calls. */
export async function policyTestCommand(
  path: string,
  recordings: readonly string[],
  { network, peer, mode, json }: PolicyOptions,
  output: Output,
): Promise<ExitCode> {
  const session = network === undefined ? undefined : await Session.open(readNetworkFile(network));
  const { file } = readPolicyFile(path, session?.peerIds);
  const sources = recordings.map(openRecordingFile);
  const opened = sources.map(openRecording);
  const progress = progressOf('particles tested');
  const report = testPolicy(mode === undefined ? file : inMode(file, mode), opened, {
    peer,
    onProgress: progress.show,
  });
  progress.end();
  const nameOf = namesOf(opened, new Map());
  for (const source of sources) source.close();
  if (json === true) output.json(report);
  else output.list(withNames(reportText(report, nameOf), opened));
  if (report.deniedAnewCount > 0) return ExitCode.denied;
  return report.untested > 0 ? ExitCode.unproven : ExitCode.ok;
}

function inMode(file: PolicyFile, mode: string): unknown {
  if (!['off', 'monitor', 'enforce'].includes(mode))
    throw new CliError('ERR_CLI_POLICY', printable(`\`${mode}\` is not a mode: off, monitor or enforce`));
  return { ...file, mode, rules: file.rules.map(rule => ({ ...rule, mode })) };
}

function reportText(report: PolicyTestReport, nameOf: NameOfPeer): string {
  const { calls, untested, deniedAnewCount, allowedAnewCount, uncovered, neverMatched } = report;
  return [
    `policy     ${report.hash}`,
    `calls      ${calls} tested${untested === 0 ? '' : `, ${untested} cannot be tested`}`,
    `changes    ${deniedAnewCount} denied anew, ${allowedAnewCount} allowed anew`,
    '',
    table(
      ['rule', 'mode', 'covered', 'denied', 'noted'],
      report.rules.map(({ rule, mode, covered, denied, noted }) =>
        [rule, mode, covered, denied, noted].map(String),
      ),
    ),
    '',
    ...list('denied anew', report.deniedAnew, deniedAnewCount, nameOf),
    ...list('allowed anew', report.allowedAnew, allowedAnewCount, nameOf),
    ...(uncovered.length === 0 ? [] : ['functions without a rule']),
    ...uncovered.map(
      ({ service, function: fn, calls: count }) =>
        `  ${printable(`${service}.${fn}`)}: ${count} call${count === 1 ? '' : 's'}`,
    ),
    ...(neverMatched.length === 0 ? [] : [`rules that never matched: ${neverMatched.join(', ')}`]),
  ]
    .join('\n')
    .trimEnd();
}

/** Names of peers, as recordings have them. */
function withNames(text: string, recordings: readonly OpenRecording[]): string {
  let named = text;
  for (const { recording } of recordings)
    for (const { peerId, name } of recording.peers.values())
      if (name !== undefined) named = named.replaceAll(peerId, printable(name));
  return named;
}

/** Changes that are listed; `--json` has more. */
const SHOWN_MAX = 20;

function list(
  title: string,
  changes: readonly PolicyCallChange[],
  count: number,
  nameOf: NameOfPeer,
): readonly string[] {
  if (count === 0) return [];
  const shown = changes
    .slice(0, SHOWN_MAX)
    .map(({ call, peerId, initPeerId, service, function: fn, rules, text }) => {
      const head = `call ${call}: ${printable(`${service}.${fn}`)} on ${nameOf(peerId)} for ${nameOf(initPeerId)} (${rules.join(', ')})`;
      return text === '' ? `  ${head}` : `  ${head}\n${printableLines(text).replace(/^/gm, '    ')}`;
    });
  const more = count > shown.length ? [`  and ${count - shown.length} more`] : [];
  return [title, ...shown, ...more];
}

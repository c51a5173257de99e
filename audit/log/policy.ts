import { LogError } from './errors.ts';
import { KeyType, parseVerifierKey, type VerifierKey } from './note.ts';

/** Which logs and witnesses a verifier trusts: C2SP `tlog-policy`. */
export interface LogPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  /** Whether the cosignatures of these witnesses are enough. */
  isQuorum(signed: readonly VerifierKey[]): boolean;
}

/** Most lines of a policy. The auditor wrote the text, but a mistake in it must not make verification take long. */
const LINES_MAX = 10_000;
const SHOWN_MAX = 80;
const LINES =
  'write `log <key>`, `witness <name> <key>`, `group <name> <number|any|all> <name>…` or `quorum <name|none>`';

type Signed = ReadonlySet<VerifierKey>;
type Condition = (signed: Signed) => boolean;

/**
 * Reads a policy: lines `log <vkey>`, `witness <name> <vkey>`, `group <name> <k|any|all> <member>…`, `quorum <name|none>`;
 * empty lines and lines that begin with `#` say nothing.
 *
 * @throws {LogError} ERR_LOG_POLICY with the number of the line; ERR_NOTE_KEY.
 */
export function parseLogPolicy(text: string): LogPolicy {
  const logs: VerifierKey[] = [];
  const witnesses: VerifierKey[] = [];
  const named = new Map<string, Condition>([['none', () => true]]);
  let quorum: Condition | undefined;
  const lines = text.split('\n');
  if (lines.length > LINES_MAX)
    throw new LogError('ERR_LOG_POLICY', `a policy has at most ${LINES_MAX} lines`);
  for (const [i, line] of lines.entries()) {
    const [word, ...rest] = line.trim().split(/[ \t]+/);
    const fail = (why: string): LogError =>
      new LogError('ERR_LOG_POLICY', `line ${i + 1} of the policy: ${why}`);
    const define = (name: string | undefined, condition: Condition): void => {
      if (name === undefined || named.has(name)) throw fail(`the name \`${name ?? ''}\` is missing or taken`);
      named.set(name, condition);
    };
    const known = (name: string | undefined): Condition => {
      const condition = name === undefined ? undefined : named.get(name);
      if (condition === undefined) throw fail(`nothing above is named \`${name ?? ''}\``);
      return condition;
    };
    if (word === undefined || word === '' || word.startsWith('#')) continue;
    if (word === 'log' && rest[0] !== undefined) {
      logs.push(keyOf(rest[0], KeyType.ed25519, fail));
    } else if (word === 'witness' && rest[1] !== undefined) {
      const key = keyOf(rest[1], KeyType.cosignature, fail);
      witnesses.push(key);
      define(rest[0], signed => signed.has(key));
    } else if (word === 'group' && rest.length > 2) {
      const [name, count, ...members] = rest;
      define(name, atLeast(countOf(count as string, members.length, fail), members.map(known)));
    } else if (word === 'quorum' && rest.length === 1 && quorum === undefined) quorum = known(rest[0]);
    else throw fail(`\`${line.trim().slice(0, SHOWN_MAX)}\` is not a line of a policy: ${LINES}`);
  }
  if (quorum === undefined && witnesses.length > 0)
    throw new LogError('ERR_LOG_POLICY', 'a policy with witnesses needs a line `quorum`');
  return { logs, witnesses, isQuorum: signed => (quorum ?? (() => true))(new Set(signed)) };
}

function keyOf(text: string, type: KeyType, fail: (why: string) => LogError): VerifierKey {
  let key: VerifierKey;
  try {
    key = parseVerifierKey(text);
  } catch (failure) {
    // Its code says what is wrong with the key; the line says where.
    if (failure instanceof LogError) throw new LogError(failure.code, fail(failure.message).message);
    throw failure;
  }
  if (key.type !== type) throw fail(`the key has type ${key.type}, where ${type} is needed`);
  return key;
}

function countOf(text: string, members: number, fail: (why: string) => LogError): number {
  const count = text === 'any' ? 1 : text === 'all' ? members : /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > members) throw fail(`\`${text}\` of ${members} members is not a group`);
  return count;
}

const atLeast =
  (count: number, members: readonly Condition[]): Condition =>
  signed =>
    members.filter(member => member(signed)).length >= count;

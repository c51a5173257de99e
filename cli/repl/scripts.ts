import { occurrences, parseUnchecked, walk, type Occurrence } from '../../air-grammar/index.ts';
import { inspect, type SeenVariable } from '../../interpreter/index.ts';
import type { ScriptReport } from '../../network/index.ts';
import type { CallEvent, Recall } from '../../services/index.ts';
import { verdictOf } from '../verdict.ts';

/** Scripts whose variables stay usable; older ones are forgotten. */
const SCRIPTS_MAX = 1000;

/** A script that has run at the prompt. */
interface Earlier {
  readonly number: number;
  readonly text: string;
  /** Who started it. */
  readonly starter: string;
  /** Whether only peers of this process took part: each can give its answers again. */
  readonly isHere: boolean;
  /** How a later script goes on behind it: also if it has failed (`xor`), or still waits for something (`par`). */
  readonly join: 'seq' | 'xor' | 'par';
  readonly defines: ReadonlySet<string>;
  /** Earlier scripts that have set the variables that it reads. */
  readonly uses: ReadonlyMap<string, Earlier>;
  readonly values: ReadonlyMap<string, SeenVariable>;
  /** What its own calls were answered. */
  readonly calls: readonly CallEvent[];
}

/** A script with the earlier ones that it builds on in front. */
export interface Composed {
  readonly script: string;
  /** Instructions of the new script: they have the highest numbers. */
  readonly ownSize: number;
  /** Values of variables that cannot be set again here: they are loaded as data. */
  readonly loads: ReadonlyMap<string, string>;
  /** Answers of calls of the earlier scripts. */
  readonly calls: readonly CallEvent[];
  readonly defines: ReadonlySet<string>;
  readonly uses: ReadonlyMap<string, Earlier>;
}

/**
 * The scripts of a session, so that a variable that one has set can be read by a later one **with its true origin**. Each script is a
 * particle of its own, and guards believe only records of that particle. So the earlier scripts whose variables a script reads run
 * again in front of it, and each peer of this process gives its earlier answer again: it signs it anew, and no handler runs twice.
 */
export class Scripts {
  readonly #all: Earlier[] = [];
  readonly #owners = new Map<string, Earlier>();
  #count = 0;

  /** Variables that a script may read, the latest first. */
  get names(): string[] {
    return [...this.#owners.keys()].toReversed();
  }

  /** A name means something else from now on. */
  forget(name: string): void {
    this.#owners.delete(name);
  }

  /** What an earlier script has set. */
  variable(name: string): SeenVariable | undefined {
    return this.#owners.get(name)?.values.get(name);
  }

  /**
   * @param starter Who will start the script.
   * @param isShared Whether peers of this process perform its calls. If not, each variable is loaded as data.
   * @throws {AirError} For a text that is not a script.
   */
  compose(text: string, starter: string, isShared: boolean): Composed {
    const { defines, reads } = namesOf(text);
    const uses = new Map<string, Earlier>();
    for (const name of reads) {
      const owner = this.#owners.get(name);
      if (owner !== undefined) uses.set(name, owner);
    }
    const canRepeat = (earlier: Earlier): boolean =>
      isShared && earlier.isHere && earlier.starter === starter;
    const nameOf = (name: string, owner: Earlier): string =>
      this.#owners.get(name) === owner && !defines.has(name) ? name : `${name}-of-${owner.number}`;
    const loads = new Map<string, string>();
    const chosen = new Set<Earlier>();
    const waiting = [...uses];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [name, owner] = next;
      if (!canRepeat(owner)) loads.set(nameOf(name, owner), owner.values.get(name)?.json ?? 'null');
      else if (!chosen.has(owner)) {
        chosen.add(owner);
        waiting.push(...owner.uses);
      }
    }
    const before = [...chosen].toSorted((a, b) => a.number - b.number);
    const script = before.reduceRight(
      (rest, earlier) => joined(renamed(earlier, nameOf), earlier, rest),
      text,
    );
    return {
      script,
      ownSize: parseUnchecked(text).size,
      loads,
      calls: before.flatMap(({ calls }) => calls),
      defines,
      uses,
    };
  }

  /**
   * Remembers a script that has run.
   *
   * @param own What it did itself. @returns The variables that it has set, and whether it has ended on some peer.
   */
  keep(
    ran: Pick<Earlier, 'text' | 'starter' | 'isHere'>,
    { defines, uses }: Composed,
    own: ScriptReport,
  ): { set: SeenVariable[]; isComplete: boolean } {
    const { variables, isComplete } = seenOnPeers(own);
    const values = new Map([...variables].filter(([name]) => defines.has(name)));
    if (values.size === 0 || verdictOf(own).outcome === 'refused') return { set: [], isComplete };
    const hasFailed =
      own.failure !== undefined || own.steps.some(({ outcome: { retCode } }) => retCode !== 0);
    this.#count += 1;
    const join = hasFailed ? 'xor' : isComplete ? 'seq' : 'par';
    const earlier: Earlier = {
      ...ran,
      number: this.#count,
      join,
      defines,
      uses,
      values,
      calls: own.calls,
    };
    this.#all.push(earlier);
    for (const name of values.keys()) {
      this.#owners.delete(name);
      this.#owners.set(name, earlier);
    }
    const forgotten = this.#all.length > SCRIPTS_MAX ? this.#all.shift() : undefined;
    for (const name of forgotten?.values.keys() ?? [])
      if (this.#owners.get(name) === forgotten) this.#owners.delete(name);
    return { set: [...values.values()], isComplete };
  }
}

/** What the peers of the earlier calls answer. Calls of the new script run their handlers. */
export function recallOf({ calls }: Composed, { from }: OwnPart): Recall | undefined {
  if (calls.length === 0) return undefined;
  const answers = new Map<string, CallEvent['decision'][]>();
  for (const { peerId, request, decision } of calls) {
    const key = keyOf(peerId, request);
    answers.set(key, [...(answers.get(key) ?? []), decision]);
  }
  return ({ peerId, request }) => {
    if (instructionOf(request) >= from) return undefined;
    const decision = answers.get(keyOf(peerId, request))?.shift();
    return decision?.kind === 'served' || decision?.kind === 'failed' ? decision : undefined;
  };
}

/** Where the new script stands in what ran. */
export interface OwnPart {
  /** Number of its first instruction. */
  readonly from: number;
  /** Where its text begins, UTF-16 units. */
  readonly start: number;
}

export function ownPartOf({ ownSize }: Composed, air: string): OwnPart {
  const { root, size } = parseUnchecked(air);
  const from = size - ownSize;
  let start = 0;
  walk(root, { enter: instruction => void (instruction.index === from && (start = instruction.start)) });
  return { from, start };
}

/** The calls of the new script alone. */
export const ownCalls = ({ from }: OwnPart, { calls }: ScriptReport): CallEvent[] =>
  calls.filter(({ request }) => instructionOf(request) >= from);

/** The number of the instruction that a site begins with. */
const instructionOf = ({ site }: CallEvent['request']): number => Number.parseInt(site, 10);

const keyOf = (peerId: string, { serviceId, functionName, argumentsJson }: CallEvent['request']): string =>
  JSON.stringify([peerId, serviceId, functionName, argumentsJson]);

const isGlobal = ({ name, variable }: Occurrence): boolean => name === variable;

function namesOf(text: string): { defines: Set<string>; reads: Set<string> } {
  const globals = occurrences(parseUnchecked(text)).filter(isGlobal);
  const defines = new Set(globals.filter(({ isDefinition }) => isDefinition).map(({ name }) => name));
  return { defines, reads: new Set(globals.map(({ name }) => name).filter(name => !defines.has(name))) };
}

/** The text of an earlier script, with other names where the same name means something else today. */
function renamed(earlier: Earlier, nameOf: (name: string, owner: Earlier) => string): string {
  let { text } = earlier;
  for (const occurrence of occurrences(parseUnchecked(text)).toReversed()) {
    const { name, span } = occurrence;
    const owner = earlier.defines.has(name) ? earlier : earlier.uses.get(name);
    if (owner === undefined || !isGlobal(occurrence)) continue;
    text = text.slice(0, span.start) + nameOf(name, owner) + text.slice(span.end);
  }
  return text;
}

/** Texts may end with a comment, so brackets stand on the next line. */
function joined(text: string, { join }: Earlier, rest: string): string {
  if (join === 'par') return `(par ${text}\n${rest}\n)`;
  return join === 'xor' ? `(seq (xor ${text}\n(null))\n${rest}\n)` : `(seq ${text}\n${rest}\n)`;
}

/** Variables at the end of the last run of each peer, those that the starter knows first; and whether one of them saw the script end. */
function seenOnPeers({ steps, initPeerId }: ScriptReport): {
  variables: ReadonlyMap<string, SeenVariable>;
  isComplete: boolean;
} {
  const last = new Map(steps.map(step => [step.input.params.currentPeerId, step]));
  const starter = last.get(initPeerId);
  last.delete(initPeerId);
  const variables = new Map<string, SeenVariable>();
  let isComplete = false;
  for (const step of [...(starter === undefined ? [] : [starter]), ...last.values()]) {
    const seen = inspect(step.input);
    isComplete ||= seen.isComplete;
    for (const variable of seen.variables)
      if (!variables.has(variable.name)) variables.set(variable.name, variable);
  }
  return { variables, isComplete };
}

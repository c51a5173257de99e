import { parse } from '../../air-grammar/index.ts';
import {
  decodeData,
  execute,
  isCatchableCode,
  particleMessage,
  type CallRequest,
  type Outcome,
  type RunInput,
  type SignedParticle,
} from '../../interpreter/index.ts';
import { seededRandom, type Random } from '../../peer/index.ts';
import { idOf, seedOf, signer, withNames } from '../support/cast.ts';
import { ProgramGenerator, textOf, type ProgramOptions } from '../differential/program.ts';
import { answer, PEERS } from '../differential/services.ts';

export const SEED = Number(process.env['BERYL_SEED'] ?? 1);
/** Programs of a long run. */
export const LONG_PROGRAMS = 10_000;
export const PROGRAMS = Number(
  process.env['BERYL_COUNT'] ?? (process.env['BERYL_LONG'] === undefined ? 400 : LONG_PROGRAMS),
);
/** Milliseconds for one law: the long run takes minutes. */
export const TIMEOUT = 3_600_000;
const STEPS_MAX = 120;
/** How often, at most, a peer gets data that some peer had some time ago. */
const STALE_MAX = 5;

export interface Call {
  readonly name: string;
  readonly request: CallRequest;
  /** Nothing for a call that failed. */
  readonly resultJson: string | undefined;
}

export interface Step {
  readonly name: string;
  readonly input: RunInput;
  readonly outcome: Outcome;
}

/** A program of the generator, with the seed that makes it. */
export interface Program {
  readonly seed: number;
  readonly air: string;
}

/** Valid programs, from the seed of this run (or a later part of it) on: the first `count` that `isWanted`. */
export function programs(
  count: number,
  options: ProgramOptions,
  isWanted: (air: string) => boolean = () => true,
  part = 0,
): Program[] {
  const found: Program[] = [];
  for (let seed = SEED * 1_000_003 + part * 10_007; found.length < count; seed++) {
    const air = textOf(new ProgramGenerator(seededRandom(seed), options).program());
    if (isWanted(air) && isValid(air)) found.push({ seed, air });
  }
  return found;
}

function isValid(air: string): boolean {
  try {
    parse(air);
    return true;
  } catch {
    return false;
  }
}

type Results = ReadonlyMap<number, { retCode: number; resultJson: string }>;
interface Turn {
  readonly name: string;
  readonly data: Uint8Array;
  readonly results: Results;
}

export const NOTHING = new Uint8Array(0);

/**
 * Plays a program over a network that delivers in random order, more than once, and answers late and in groups. Now and then a peer
 * gets what some peer had before: also a peer that nobody has addressed.
 */
export class Play {
  readonly program: Program;
  readonly particle: SignedParticle;
  readonly calls: Call[] = [];
  readonly steps: Step[] = [];
  /** What a peer refused, of data that only honest peers have made. */
  readonly refusals: string[] = [];
  /** Uncatchable errors of the script itself. */
  readonly faults: string[] = [];
  readonly #random: Random;
  readonly #data = new Map<string, Uint8Array>();
  readonly #messages: { to: string; data: Uint8Array }[] = [{ to: 'alice', data: NOTHING }];
  readonly #answers = new Map<string, Map<number, { retCode: number; resultJson: string }>>();
  readonly #history: Uint8Array[] = [];
  #stale = 0;

  /** @param particle Tells particles with one script from each other. */
  constructor(program: Program, deliverySeed = program.seed, particle = '') {
    this.program = program;
    this.#random = seededRandom(deliverySeed);
    const header = { id: `p${particle}`, timestamp: 1111, ttl: 2222, script: program.air };
    const signature = signer('alice').sign(particleMessage(header));
    this.particle = { ...header, initPeerId: idOf('alice'), signature };
    while (this.steps.length < STEPS_MAX && this.#messages.length + this.#answers.size > 0) this.#step();
  }

  #step(): void {
    const turn = this.#turn();
    const outcome = this.#execute(turn);
    if (!isAccepted(outcome)) {
      const told = `${turn.name}: ${outcome.retCode} ${withNames(outcome.errorMessage)}`;
      (isFault(outcome) ? this.faults : this.refusals).push(told);
      return;
    }
    for (const [id, request] of outcome.callRequests) this.#answer(turn.name, id, request);
    this.#history.push(outcome.data);
    for (const peerId of outcome.nextPeerIds) {
      const to = PEERS.find(other => idOf(other) === peerId);
      if (to === undefined) continue;
      this.#messages.push({ to, data: outcome.data });
      if (this.#random.next() < 0.3) this.#messages.push({ to, data: outcome.data });
    }
  }

  #turn(): Turn {
    const [messages, answers] = [this.#messages, this.#answers];
    if (this.#history.length > 0 && this.#stale < STALE_MAX && this.#random.next() < 0.15) {
      this.#stale += 1;
      const data = this.#history[this.#below(this.#history.length)] as Uint8Array;
      return { name: PEERS[this.#below(PEERS.length)] as string, data, results: new Map() };
    }
    if (answers.size > 0 && (messages.length === 0 || this.#random.next() < 0.5)) {
      const [name, results] = [...answers][this.#below(answers.size)] as [string, Results];
      answers.delete(name);
      return { name, data: NOTHING, results };
    }
    const [{ to: name, data }] = messages.splice(this.#below(messages.length), 1) as [
      { to: string; data: Uint8Array },
    ];
    return { name, data, results: new Map() };
  }

  #execute({ name, data: currentData, results: callResults }: Turn): Outcome {
    const input: RunInput = {
      air: this.program.air,
      prevData: this.#data.get(name) ?? NOTHING,
      currentData,
      callResults,
      params: {
        initPeerId: idOf('alice'),
        currentPeerId: idOf(name),
        secretKey: seedOf(name),
        timestamp: 1111,
        ttl: 2222,
        particleId: this.particle.id,
        particleSignature: this.particle.signature,
      },
    };
    const outcome = execute(input);
    this.#data.set(name, outcome.data);
    this.steps.push({ name, input, outcome });
    return outcome;
  }

  #answer(name: string, id: number, request: CallRequest): void {
    const { retCode, text } = answer(idOf(name), request.functionName, request.argumentsJson);
    this.calls.push({ name, request, resultJson: retCode === 0 ? text : undefined });
    const waiting = this.#answers.get(name) ?? new Map<number, { retCode: number; resultJson: string }>();
    this.#answers.set(name, waiting.set(id, { retCode, resultJson: text }));
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  /** What a peer knows at the end. */
  dataOf(name: string): Uint8Array {
    return this.#data.get(name) ?? NOTHING;
  }

  /** All calls that were made, in no order. */
  callTexts(): string[] {
    return this.calls
      .map(
        ({ name, request }) => `${name} ${request.functionName} ${request.argumentsJson} at ${request.site}`,
      )
      .toSorted();
  }

  /** All records that any peer has at the end: peer, site and result. */
  recorded(): string[] {
    const records = [...this.#data.values()].flatMap(data => this.#read(data).records);
    return [...new Set(records)].toSorted();
  }

  /** What data knows of sites: each value put into a stream, each request (or the record that has followed it), each record. */
  marks(bytes: Uint8Array): Set<string> {
    const { puts, requests, records } = this.#read(bytes);
    return new Set([...puts, ...requests, ...records]);
  }

  /** The same without requests that nothing has followed: signed or not, these hold results. */
  results(bytes: Uint8Array): Set<string> {
    const { puts, records } = this.#read(bytes);
    return new Set([...puts, ...records]);
  }

  #read(bytes: Uint8Array): { puts: string[]; requests: string[]; records: string[] } {
    const data = decodeData(bytes, this.particle.signature, 'test');
    const states = [...data.states.values()];
    const records = [...data.logs.values()].flatMap(log =>
      log.records.map(({ record }) => ({ ...record, peerId: log.peerId })),
    );
    return {
      puts: states.filter(({ kind }) => kind === 'put').map(({ site }) => `put at ${site.key}`),
      requests: [...states.filter(({ kind }) => kind !== 'put'), ...records].map(
        ({ site }) => `asked at ${site.key}`,
      ),
      records: records.map(
        ({ peerId, site, outcome, responseHash }) =>
          `recorded by ${withNames(peerId)} at ${site.key}: ${outcome} ${responseHash}`,
      ),
    };
  }
}

/** A script may end with an error of its own, and stand. */
export const isAccepted = ({ retCode }: Outcome): boolean =>
  retCode === 0 || isCatchableCode(retCode) || retCode >= 30000;

/** Errors of the script, such as writing a variable twice; what is wrong with data has other codes. */
export const isFault = ({ retCode }: Outcome): boolean => retCode >= 20000 && retCode < 20016;

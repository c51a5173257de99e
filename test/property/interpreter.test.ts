import { describe, expect, it } from 'vitest';
import { equalBytes, utf8 } from '../../base/bytes.ts';
import { parse } from '../../air-grammar/index.ts';
import {
  applyGetter,
  decodeData,
  equalJson,
  execute,
  isCatchableCode,
  parseJson,
  type CallRequest,
  type Json,
  type Outcome,
} from '../../interpreter/index.ts';
import { seededRandom, type Random } from '../../peer/index.ts';
import { idOf, seedOf, signer, withNames } from '../support/cast.ts';
import { ProgramGenerator, textOf } from '../differential/program.ts';
import { answer, PEERS } from '../differential/services.ts';

const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const PROGRAMS = Number(
  process.env['BERYL_COUNT'] ?? (process.env['BERYL_LONG'] === undefined ? 400 : 10_000),
);
const STEPS_MAX = 80;

interface Event {
  readonly name: string;
  readonly request: CallRequest;
  readonly resultJson: string | undefined;
}

/** Plays a program over a network that delivers in random order, more than once, and answers late and in groups. */
class Play {
  readonly air: string;
  readonly events: Event[] = [];
  readonly refusals: string[] = [];
  readonly outcomes: {
    name: string;
    outcome: Outcome;
    again: () => Outcome;
    rerun: (prev: Uint8Array, current: Uint8Array) => Outcome;
  }[] = [];
  readonly #signature: Uint8Array;
  readonly #data = new Map<string, Uint8Array>();

  constructor(air: string) {
    this.air = air;
    this.#signature = signer('alice').sign(utf8(air));
  }

  run(random: Random): this {
    const messages: { to: string; data: Uint8Array }[] = [{ to: 'alice', data: NONE }];
    const answers = new Map<string, Map<number, { retCode: number; resultJson: string }>>();
    for (let step = 0; step < STEPS_MAX && (messages.length > 0 || answers.size > 0); step++) {
      const useAnswers = answers.size > 0 && (messages.length === 0 || random.next() < 0.5);
      const { name, data, results } = useAnswers
        ? takeAnswers(answers, random)
        : takeMessage(messages, random);
      const outcome = this.#execute(name, data, results);
      if (!isAccepted(outcome)) {
        this.refusals.push(`${name}: ${outcome.retCode} ${withNames(outcome.errorMessage)}`);
        continue;
      }
      for (const [id, request] of outcome.callRequests) {
        const { retCode, text } = answer(idOf(name), request.functionName, request.argumentsJson);
        this.events.push({ name, request, resultJson: retCode === 0 ? text : undefined });
        const waiting = answers.get(name) ?? new Map<number, { retCode: number; resultJson: string }>();
        answers.set(name, waiting.set(id, { retCode, resultJson: text }));
      }
      for (const peerId of outcome.nextPeerIds) {
        const to = PEERS.find(other => idOf(other) === peerId);
        if (to === undefined) continue;
        messages.push({ to, data: outcome.data });
        if (random.next() < 0.3) messages.push({ to, data: outcome.data });
      }
    }
    return this;
  }

  #execute(
    name: string,
    currentData: Uint8Array,
    callResults: ReadonlyMap<number, { retCode: number; resultJson: string }>,
  ): Outcome {
    const input = {
      air: this.air,
      prevData: this.#data.get(name) ?? NONE,
      currentData,
      callResults,
      params: {
        initPeerId: idOf('alice'),
        currentPeerId: idOf(name),
        secretKey: seedOf(name),
        timestamp: 1111,
        ttl: 2222,
        particleId: 'p',
        particleSignature: this.#signature,
      },
    };
    const outcome = execute(input);
    this.#data.set(name, outcome.data);
    this.outcomes.push({
      name,
      outcome,
      again: () => execute(input),
      rerun: (prevData, current) =>
        execute({ ...input, prevData, currentData: current, callResults: new Map() }),
    });
    return outcome;
  }

  /** Sites of all records that any peer has, at the end. */
  recordedSites(): Set<string> {
    const sites = new Set<string>();
    for (const data of this.#data.values()) {
      for (const { peerId, batches } of decodeData(data, this.#signature, 'test').chains.values()) {
        for (const { records } of batches)
          for (const { record } of records) sites.add(`${withNames(peerId)} ${record.site.key}`);
      }
    }
    return sites;
  }
}

const NONE = new Uint8Array(0);

type Results = ReadonlyMap<number, { retCode: number; resultJson: string }>;
interface Turn {
  readonly name: string;
  readonly data: Uint8Array;
  readonly results: Results;
}

function takeMessage(messages: { to: string; data: Uint8Array }[], random: Random): Turn {
  const [{ to: name, data }] = messages.splice(Math.floor(random.next() * messages.length), 1) as [
    (typeof messages)[number],
  ];
  return { name, data, results: new Map() };
}

function takeAnswers(answers: Map<string, Results>, random: Random): Turn {
  const [name, results] = [...answers][Math.floor(random.next() * answers.size)] as [string, Results];
  answers.delete(name);
  return { name, data: NONE, results };
}
const isAccepted = ({ retCode }: Outcome): boolean =>
  retCode === 0 || isCatchableCode(retCode) || retCode >= 30000;

const programs = Array.from({ length: PROGRAMS }, (_, i) => {
  const seed = SEED * 1_000_003 + i;
  return { seed, air: textOf(new ProgramGenerator(seededRandom(seed), { size: 14 }).program()) };
}).filter(({ air }) => {
  try {
    parse(air);
    return true;
  } catch {
    return false;
  }
});

describe(`random programs from seed ${SEED}`, () => {
  const plays = programs.map(({ seed, air }) => ({ seed, air, play: new Play(air).run(seededRandom(seed)) }));

  it('execute(x) = execute(x), byte for byte', () => {
    for (const { seed, play } of plays) {
      for (const { outcome, again } of play.outcomes) {
        expect(equalBytes(again().data, outcome.data), `seed ${seed}`).toBe(true);
      }
    }
  });

  it('execute(data, data) = data, and execute(data, ∅) = data: merging is idempotent', () => {
    for (const { seed, play } of plays) {
      for (const { outcome, rerun } of play.outcomes) {
        if (outcome.retCode !== 0) continue;
        for (const current of [outcome.data, NONE]) {
          expect(
            equalBytes(rerun(outcome.data, current).data, outcome.data),
            `seed ${seed}: ${play.air}`,
          ).toBe(true);
        }
      }
    }
  });

  it('get(result, getter) = argument, for every tetraplet that names a service', () => {
    let checked = 0;
    for (const { seed, play } of plays) {
      for (const { request } of play.events) {
        const args = parseJson(request.argumentsJson) as readonly Json[];
        for (const [i, list] of request.tetraplets.entries()) {
          for (const [j, tetraplet] of list.entries()) {
            if (tetraplet.serviceId === '' || tetraplet.getter.startsWith(':error:')) continue;
            const value = request.elementwise[i] === true ? elementOf(args[i] as Json, j) : args[i];
            if (value === undefined) continue;
            checked += 1;
            expect(
              isTrue(play.events, tetraplet, value),
              `seed ${seed}: ${withNames(JSON.stringify(tetraplet))} ${play.air}`,
            ).toBe(true);
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(PROGRAMS / 4);
  });

  it('calls(any order of delivery) = calls(any other order), where no call races with an error', () => {
    let compared = 0;
    for (const { air, seed, play } of plays) {
      const other = new Play(air).run(seededRandom(seed + 77));
      if (play.refusals.length + other.refusals.length > 0 || mayRace(air)) continue;
      compared += 1;
      expect(callsOf(other), `seed ${seed}: ${withNames(air)}`).toEqual(callsOf(play));
      expect([...other.recordedSites()].toSorted(), `seed ${seed}: sites`).toEqual(
        [...play.recordedSites()].toSorted(),
      );
    }
    expect(compared).toBeGreaterThan(PROGRAMS / 25);
  });

  it('refuses no honest data, but where a script takes different ways on different peers', () => {
    const refused = plays.filter(({ play, air }) => play.refusals.length > 0 && !mayRace(air));
    expect(
      refused.map(({ seed, play, air }) => `seed ${seed}: ${play.refusals[0]} ${withNames(air)}`),
    ).toEqual([]);
  });
});

/**
 * Scripts whose way depends on what has arrived: handlers and failing branches (what fails on one peer waits on another), canons
 * taken while a stream is still growing, and streams whose order is seen.
 */
const mayRace = (air: string): boolean => /\(xor |\(fail |\(canon |"fail"|[^.]\$|[[( ]%[mn]/.test(air);

const callsOf = ({ events }: Play): string[] =>
  events
    .map(({ name, request }) => `${name} ${request.functionName} ${request.argumentsJson} at ${request.site}`)
    .toSorted();

function isTrue(
  events: readonly Event[],
  {
    peerId,
    serviceId,
    functionName,
    getter,
  }: { peerId: string; serviceId: string; functionName: string; getter: string },
  value: Json,
): boolean {
  return events.some(({ name, request, resultJson }) => {
    if (resultJson === undefined || idOf(name) !== peerId) return false;
    if (request.serviceId !== serviceId || request.functionName !== functionName) return false;
    const part = applyGetter(parseJson(resultJson), getter);
    return part !== undefined && equalJson(part, value);
  });
}

const elementOf = (list: Json, index: number): Json | undefined =>
  Array.isArray(list) ? (list[index] as Json) : undefined;

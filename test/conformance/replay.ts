import { idOf, seedOf, withIds, withNames } from '../support/cast.ts';
import { compare } from '../differential/compare.ts';
import type { Oracle, OracleOutcome } from '../differential/oracle.ts';
import { Results } from '../differential/origins.ts';
import { referenceStatements, statementsOf } from '../differential/reference-data.ts';
import { playSteps, recordedAtEnd, type KnownDeviation, type PlayedStep, type Vector } from './vector.ts';

/** A difference between a vector and AquaVM, in words. */
export interface Difference {
  readonly step: number;
  readonly text: string;
}

/** What AquaVM does with the steps of a vector, beside what the vector says. */
export interface Replay {
  /** The first step whose tetraplets are spelled otherwise, although Beryl's are true. */
  readonly origins: number | undefined;
  /** The first other difference: from there on the two have gone different ways, and are not compared. */
  readonly difference: Difference | undefined;
}

export async function replay(oracle: Oracle, vector: Vector): Promise<Replay> {
  const played = playSteps(vector);
  const results = new Results();
  const given: Uint8Array[] = [];
  const known = new Map<string, Uint8Array>();
  const last = new Map<string, number>();
  let origins: number | undefined;
  for (const [step, { input }] of vector.steps.entries()) {
    const { peer } = input;
    const { outcome: ours } = played[step] as PlayedStep;
    const theirs = await invoke(oracle, vector, step, known.get(peer), given);
    if (theirs === undefined) return { origins, difference: { step, text: 'AquaVM traps' } };
    learn(vector, played, step, results);
    const text = compare(ours, theirs, results);
    if (text !== undefined) return { origins, difference: { step, text: withNames(text) } };
    if (!sameTetraplets(ours, theirs)) origins ??= step;
    known.set(peer, theirs.data);
    given.push(theirs.data);
    last.set(peer, step);
  }
  for (const [peer, recorded] of recordedAtEnd(vector, played)) {
    const data = known.get(peer) as Uint8Array;
    const theirs = data.length === 0 ? [] : referenceStatements(oracle.readable(data));
    const ours = statementsOf(recorded);
    if (ours.join('\n') === theirs.join('\n')) continue;
    const text = withNames(`final values\n  ${ours.join('\n  ')}\nAquaVM\n  ${theirs.join('\n  ')}`);
    return { origins, difference: { step: last.get(peer) as number, text } };
  }
  return { origins, difference: undefined };
}

/** AquaVM decides by chance, so that it may also say the same. */
const BY_CHANCE = 'KEY-TEXT';

/** What was found, in the form in which a vector names it. A trap is named by the function that trapped. */
export function namedBy(vector: Vector, { origins, difference }: Replay): KnownDeviation[] {
  if (vector.deviations?.[0]?.rule === BY_CHANCE && origins === undefined) return [...vector.deviations];
  const { step = -1 } = difference ?? {};
  const rule = vector.deviations?.find(named => named.step === step && named.rule !== 'ORIGINS')?.rule;
  return [
    ...(origins === undefined ? [] : [{ step: origins, rule: 'ORIGINS' }]),
    ...(difference === undefined ? [] : [{ step, rule: rule ?? `unexplained: ${difference.text}` }]),
  ];
}

function invoke(
  oracle: Oracle,
  { script, init, steps }: Vector,
  step: number,
  prev: Uint8Array | undefined,
  given: readonly Uint8Array[],
): Promise<OracleOutcome | undefined> {
  const { peer, data, lost, results = [], script: other } = (steps[step] as Vector['steps'][number]).input;
  return oracle.invoke(
    {
      initPeerId: idOf(init),
      currentPeerId: idOf(peer),
      secretKeyBytes: seedOf(peer),
      timestamp: 1111,
      ttl: 2222,
      particleId: 'p1',
    },
    withIds(other ?? script),
    lost || prev === undefined ? NONE : prev,
    data === undefined ? NONE : (given[data] as Uint8Array),
    new Map(results.map(([id, retCode, text]) => [id, { retCode, text: withIds(text) }])),
  );
}

const NONE = new Uint8Array(0);

/** The answers that this step gets, as those of the calls that they answer. */
function learn({ steps }: Vector, played: readonly PlayedStep[], step: number, results: Results): void {
  const { peer, results: answers = [] } = (steps[step] as Vector['steps'][number]).input;
  for (const [id, retCode, text] of answers) {
    const asked = played.findLast(
      ({ outcome }, i) => i < step && steps[i]?.input.peer === peer && outcome.callRequests.has(id),
    );
    const request = asked?.outcome.callRequests.get(id);
    if (request === undefined || retCode !== 0) continue;
    results.add(idOf(peer), request.serviceId, request.functionName, withIds(text));
  }
}

function sameTetraplets(ours: PlayedStep['outcome'], theirs: OracleOutcome): boolean {
  return [...ours.callRequests].every(([id, { tetraplets }]) => {
    const beside = theirs.callRequests.get(id)?.tetraplets ?? [];
    return tetraplets.every((list, i) =>
      list.every(({ peerId, serviceId, functionName, getter }, j) => {
        const other = beside[i]?.[j];
        return (
          other?.peer_pk === peerId &&
          other.service_id === serviceId &&
          other.function_name === functionName &&
          other.lens === getter
        );
      }),
    );
  });
}

import { decodeData, type Data } from '../../interpreter/index.ts';
import { isAccepted } from '../../peer/particle-step.ts';
import { Play, programs, type Program, type Step } from '../property/play.ts';
import { SCRIPTS } from './scripts.ts';
import { Truth } from './truth.ts';

/** One particle that honest peers have played to its end, with all that went from peer to peer on the way. */
export class HonestRun {
  readonly program: Program;
  /** Those that gave new data, in their order. */
  readonly steps: readonly Step[];
  readonly particleSignature: Uint8Array;
  readonly truth: Truth;
  readonly #data = new Map<number, Data>();
  #fork: HonestRun | undefined;
  #twin: HonestRun | undefined;

  constructor(program: Program, play = new Play(program)) {
    this.program = program;
    this.steps = play.steps.filter(({ outcome }) => isAccepted(outcome));
    this.particleSignature = (play.steps[0] as Step).input.params.particleSignature;
    this.truth = new Truth(this.steps, play.calls, this.particleSignature);
  }

  /** What was known after a step. */
  dataAfter(step: number): Data {
    const known = this.#data.get(step);
    if (known !== undefined) return known;
    const data = decodeData((this.steps[step] as Step).outcome.data, this.particleSignature, 'honest');
    this.#data.set(step, data);
    return data;
  }

  /** The same particle in another order of delivery: a lying peer has signed this as well. */
  get fork(): HonestRun {
    this.#fork ??= new HonestRun(this.program, new Play(this.program, this.program.seed + 77));
    return this.#fork;
  }

  /** Another particle with the same script. */
  get twin(): HonestRun {
    this.#twin ??= new HonestRun(this.program, new Play(this.program, this.program.seed + 7, 'twin'));
    return this.#twin;
  }
}

const RANDOM_PROGRAMS = 70;
/** Times that each script by hand is played, in other orders. */
const ORDERS = 3;
/** Cases that share one set of runs; then come others, and these are forgotten. */
const CASES_OF_A_CORPUS = 25_000;

let corpus: { readonly key: string; readonly runs: readonly HonestRun[] } | undefined;

/** The honest runs that a case begins with: from its seed and place alone, built once for many cases. */
export function honestRuns(seed: number, index: number): readonly HonestRun[] {
  const epoch = Math.floor(index / CASES_OF_A_CORPUS);
  const key = `${seed} ${epoch}`;
  if (corpus?.key !== key) corpus = { key, runs: build(epoch) };
  return corpus.runs;
}

function build(epoch: number): HonestRun[] {
  const byHand = SCRIPTS.flatMap((air, i) =>
    Array.from({ length: ORDERS }, (_, order): Program => ({ seed: (epoch * 100 + i) * 100 + order, air })),
  );
  const random = programs(RANDOM_PROGRAMS, { size: 14 }, undefined, epoch);
  return [...byHand, ...random]
    .map(program => new HonestRun(program))
    .filter(({ steps }) => new Set(steps.map(({ name }) => name)).size > 1);
}

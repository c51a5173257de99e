import {
  execute,
  type CallResult,
  type Limits,
  type Outcome,
  type RunInput,
} from '../../interpreter/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { idOf, seedOf, signer, withIds } from './cast.ts';

export interface BenchOptions {
  readonly init?: string;
  readonly particleId?: string;
  readonly limits?: Partial<Limits>;
}

export interface RunOptions {
  readonly current?: Uint8Array;
  readonly prev?: Uint8Array;
  readonly results?: Readonly<Record<number, string | CallResult>>;
}

/** One particle on several peers, step by step: the caller chooses peer and input of each run. Keeps the data of each peer. */
export class Bench {
  readonly air: string;
  readonly #options: BenchOptions;
  readonly #data = new Map<string, Uint8Array>();

  /** @param script Names of the cast in double quotes stand for their peer ids. */
  constructor(script: string, options: BenchOptions = {}) {
    this.air = withIds(script);
    this.#options = options;
  }

  /** What a peer knows; empty before its first run. */
  data(name: string): Uint8Array {
    return this.#data.get(name) ?? new Uint8Array(0);
  }

  get particleSignature(): Uint8Array {
    const { init = 'alice', particleId = 'p1' } = this.#options;
    return signer(init).sign(utf8(`${particleId}${this.air}`));
  }

  input(name: string, { current, prev, results = {} }: RunOptions = {}): RunInput {
    const { init = 'alice', particleId = 'p1', limits } = this.#options;
    return {
      air: this.air,
      prevData: prev ?? this.data(name),
      currentData: current ?? new Uint8Array(0),
      callResults: new Map(Object.entries(results).map(([id, result]) => [Number(id), asResult(result)])),
      params: {
        initPeerId: idOf(init),
        currentPeerId: idOf(name),
        secretKey: seedOf(name),
        timestamp: 1111,
        ttl: 2222,
        particleId,
        particleSignature: this.particleSignature,
        ...(limits && { limits }),
      },
    };
  }

  /** Runs a peer and keeps what it then knows. Results are JSON texts by request id. */
  run(name: string, options: RunOptions = {}): Outcome {
    const outcome = execute(this.input(name, options));
    this.#data.set(name, outcome.data);
    return outcome;
  }

  /** A run of any input that keeps nothing. */
  executed(input: RunInput): Outcome {
    return execute(input);
  }

  /** A run that delivers what another peer knows. */
  deliver(from: string, to: string): Outcome {
    return this.run(to, { current: this.data(from) });
  }
}

const asResult = (result: string | CallResult): CallResult =>
  typeof result === 'string' ? { retCode: 0, resultJson: result } : result;

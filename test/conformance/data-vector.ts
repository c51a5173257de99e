import { expect } from 'vitest';
import { fromHex } from '../../base/bytes.ts';
import { execute, type Limits, type Outcome, type RunInput, type Signer } from '../../interpreter/index.ts';
import { idOf, seedOf, withIds } from '../support/cast.ts';
import { outcomeOf, type StepOutcome } from './vector.ts';

/** One run as bytes, from whoever made them: what must become of data and answers that nobody honest would give. */
export interface DataVector {
  readonly name: string;
  readonly script: string;
  readonly init: string;
  readonly peer: string;
  /** Hex, of `init`. What it covers is the particle's affair: to a run it is the name of the particle. */
  readonly particleSignature: string;
  /** What the peer knows, and what arrives: hex, empty if left out. */
  readonly prev?: string;
  readonly data?: string;
  readonly results?: readonly (readonly [id: number, retCode: number, text: string])[];
  readonly limits?: Partial<Limits>;
  /** Hex; left out if it is the peer's own seed. `fails`: a signer of the host's own, which throws. */
  readonly secretKey?: string;
  readonly outcome: StepOutcome;
}

export type DataInput = Omit<DataVector, 'outcome'>;

/** A vector's outcome as this implementation makes it. */
export function playData(input: DataInput): DataVector {
  return { ...input, outcome: outcomeOf(run(input)) };
}

export function run(input: DataInput): Outcome {
  const { script, init, peer, prev = '', data = '', results = [], limits, secretKey } = input;
  const runInput: RunInput = {
    air: withIds(script),
    prevData: bytesOf(prev),
    currentData: bytesOf(data),
    callResults: new Map(results.map(([id, retCode, text]) => [id, { retCode, resultJson: withIds(text) }])),
    params: {
      initPeerId: idOf(init),
      currentPeerId: idOf(peer),
      secretKey:
        secretKey === 'fails'
          ? failing(idOf(peer))
          : secretKey === undefined
            ? seedOf(peer)
            : bytesOf(secretKey),
      timestamp: 1111,
      ttl: 2222,
      particleId: 'p1',
      particleSignature: bytesOf(input.particleSignature),
      ...(limits && { limits }),
    },
  };
  return execute(runInput);
}

const failing = (peerId: string): Signer => ({
  peerId,
  sign: () => {
    throw new Error('no key at hand');
  },
});

export const printData = (vectors: readonly DataVector[]): string =>
  `[\n${vectors.map(vector => JSON.stringify(vector)).join(',\n')}\n]\n`;

const bytesOf = (hex: string): Uint8Array => fromHex(hex) ?? expect.fail(`not hex: ${hex}`);

import { parseUnchecked, walk, type Instruction } from '../../air-grammar/index.ts';
import { canonicalJson, decodeData, parseJson, type Json, type RunInput } from '../../interpreter/index.ts';
import { Value } from '../../interpreter/values/value.ts';
import { rerun } from './rerun.ts';

/** One thing that a peer has stated, with the value it is about. */
export interface Recorded {
  readonly peerId: string;
  /** `service.function`, or `canon`. */
  readonly what: string;
  readonly outcome: 'ok' | 'failed';
  /** Canonical JSON: of the result; of `[code, message]`; of the list of what a canon holds. */
  readonly value: string;
  /** The script gives the result no name, so that data holds its hash only. */
  readonly isUnused: boolean;
}

/**
 * Reads what data states, with values.
 *
 * Data holds hashes where no instruction needs the value: results without a name, and what canons list. These values are known to whoever
 * has watched the run, so they are learned from the answers of services and from walks over the streams.
 */
export class RecordReader {
  readonly #texts = new Map<string, string>();

  /** The answer of a service. */
  learnResult(text: string): void {
    try {
      this.#learn(Value.ofJson(parseJson(text)));
    } catch {
      // Not JSON: recorded as a failure, whose value is in the data.
    }
  }

  /** What is in the streams when canons are taken, or used. */
  learnStreams(input: RunInput): void {
    rerun(input, (instruction, run) => {
      if (!isCanon(instruction)) return;
      for (const { sourced } of run.streams.find(instruction.source)?.items() ?? [])
        this.#learn(sourced.value);
    });
  }

  read(air: string, bytes: Uint8Array, particleSignature: Uint8Array): Recorded[] {
    if (bytes.length === 0) return [];
    const { logs, values } = decodeData(bytes, particleSignature, 'test');
    const instructions = instructionsOf(air);
    return [...logs.values()].flatMap(({ peerId, records }) =>
      records.map(({ record }) => {
        const { serviceId, functionName, outcome, responseHash } = record;
        const instruction = instructions[record.site.instruction] as Instruction;
        const known = values.get(responseHash)?.text ?? this.#texts.get(responseHash) ?? 'unknown';
        return {
          peerId,
          what: record.kind === 'canon' ? 'canon' : `${serviceId}.${functionName}`,
          outcome,
          value: record.kind === 'canon' ? this.#elements(instruction, known) : known,
          isUnused: outcome === 'ok' && instruction.kind === 'call' && instruction.output === undefined,
        };
      }),
    );
  }

  #learn(value: Value): void {
    this.#texts.set(value.hash, value.text);
  }

  /** The list of a canon; for a canon into a scalar a list of one, the object. */
  #elements(instruction: Instruction, content: string): string {
    const entries = parseJson(content) as [site: string, hash: string, told?: Json][];
    const texts = entries.map(([, hash, told]) =>
      told === undefined ? (this.#texts.get(hash) ?? '"unknown"') : canonicalJson(told),
    );
    return instruction.kind === 'canonMapScalar' ? `[${objectOf(texts)}]` : `[${texts.join(',')}]`;
  }
}

const isCanon = (instruction: Instruction) =>
  instruction.kind === 'canon' || instruction.kind === 'canonMap' || instruction.kind === 'canonMapScalar';

function instructionsOf(air: string): Instruction[] {
  const all: Instruction[] = [];
  walk(parseUnchecked(air).root, { enter: instruction => void (all[instruction.index] = instruction) });
  return all;
}

/** The first value of each key. */
function objectOf(pairs: readonly string[]): string {
  const object = Object.create(null) as Record<string, Json>;
  for (const text of pairs) {
    const { key, value } = parseJson(text) as { key: Json; value: Json };
    const name = typeof key === 'string' ? key : canonicalJson(key);
    if (!(name in object)) object[name] = value;
  }
  return canonicalJson({ ...object });
}

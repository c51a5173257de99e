import { decodeData, execute, RetCode, type Outcome, type RunInput } from '../../interpreter/index.ts';

/** A difference from AquaVM that is meant; docs/deviations.md has the reasons. */
export interface Deviation {
  readonly rule: string;
}

interface Facts {
  readonly input: RunInput;
  readonly ours: Outcome;
}

/**
 * RACE: a call that waited on one peer fails on another before it gets to its state, and another instruction is executed instead.
 * AquaVM finds states by their position, so that instruction takes the state of the first one and is neither asked for nor sent
 * on. Beryl finds states by site.
 *
 * Told by a state that the run did not come to.
 */
export function deviationOf({ input, ours }: Facts): Deviation | undefined {
  if (ours.retCode === RetCode.canonForged && PUTS_ERROR.test(input.air)) return { rule: 'ERROR-IN-STREAM' };
  return leavesStateBehind(input, ours) ? { rule: 'RACE' } : undefined;
}

/**
 * ERROR-IN-STREAM: an error register that is read outside its handler differs from peer to peer. Put into a stream and canonicalised,
 * AquaVM believes whoever made the canon; Beryl refuses what its own walk did not find there.
 */
const PUTS_ERROR = /\(ap [^()]*(\([^()]*)?(:error:|%last_error%)/;

function leavesStateBehind(input: RunInput, ours: Outcome): boolean {
  const { particleSignature } = input.params;
  const trace = (bytes: Uint8Array) => decodeData(bytes, particleSignature, 'test').trace;
  const known = decodeData(ours.data, particleSignature, 'test');
  const recorded = new Set(
    [...known.chains.values()].flatMap(({ batches }) =>
      batches.flatMap(({ records }) => records.map(({ record }) => record.site.key)),
    ),
  );
  const before = [...trace(input.prevData).keys(), ...trace(input.currentData).keys()].filter(
    site => !recorded.has(site),
  );
  // What arrives and is not come to is dropped: so running on it alone shows what the run comes to.
  const visited = trace(
    execute({ ...input, prevData: new Uint8Array(0), currentData: ours.data, callResults: new Map() }).data,
  );
  return before.some(site => !visited.has(site));
}

import type { Ap, ApMap, ScalarName, StreamMapName, StreamName } from '../../../air-grammar/index.ts';
import { asMapKey, pairOf } from '../../collections/canon.ts';
import { isScriptError, ScriptError } from '../../errors.ts';
import type { Site } from '../../provenance/site.ts';
import type { SourcedValue } from '../../provenance/sourced-value.ts';
import { WORK } from '../budget.ts';
import { iterableShadowing } from '../read.ts';
import { resolve } from '../resolve.ts';
import { STATE_SIZE, type Run } from '../run.ts';

/** Gives a value a name, or puts it into a stream; its origin goes with it. */
export function beginAp(run: Run, node: Ap): ScriptError | undefined {
  const value = resolve(run, node.value);
  if (isScriptError(value)) return run.waitOrFail(value, node);
  composeError(run, value);
  if (node.target.kind === 'scalar') setScalar(run, node.target, value.stored());
  else putIntoStream(run, node.target, run.siteOf(node), value.stored());
  return undefined;
}

export function beginApMap(run: Run, node: ApMap): ScriptError | undefined {
  const value = resolve(run, node.value);
  if (isScriptError(value)) return run.waitOrFail(value, node);
  const key = resolve(run, node.key);
  if (isScriptError(key)) return run.waitOrFail(key, node);
  if (asMapKey(key.value.json) === undefined) {
    return run.fail(
      new ScriptError('mapKeyUnsupported', `unsupported type for ${node.target.name} map's key`),
      node,
    );
  }
  composeError(run, value);
  run.budget.work(WORK.pair);
  // Looked through, and written into the pair.
  run.budget.value(key.value);
  for (let times = 0; times < 2; times++) run.budget.value(value.value);
  putIntoStream(run, node.target, run.siteOf(node), pairOf(key.stored(), value.stored()));
  return undefined;
}

/** An error quotes what it is about, and does not share it: kept, it takes room of its own. */
function composeError(run: Run, value: SourcedValue): void {
  if (value.isFromRegister) run.budget.compose(value.value.size);
}

/** @throws {RunError} 20004 for an iterator, 20007 for a name that is taken. */
export function setScalar(run: Run, target: ScalarName, value: SourcedValue): void {
  if (run.foldOf(target.name) !== undefined) throw iterableShadowing(target.name);
  run.scalars.write(target.name, value);
}

export function putIntoStream(
  run: Run,
  target: StreamName | StreamMapName,
  site: Site,
  sourced: SourcedValue,
): void {
  run.budget.work(WORK.put);
  run.budget.compose(STATE_SIZE + site.key.length);
  const { age, state } = run.ledger.put(site);
  const stream = run.streams.forWriting(target);
  const item = { sourced, site: state.site, put: state };
  stream.add(item, age, state.generation);
  run.foreseen.put(stream.id, item);
}

import type { CanonMap, CanonStream } from '../collections/canon.ts';
import { RunError, ScriptError } from '../errors.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import type { Run } from './run.ts';
import { UNSET, type Variables } from './variables.ts';

/** A scalar or an iterator: they share one name space. */
export function readScalar(run: Run, name: string): SourcedValue | ScriptError {
  const value = run.scalars.read(name);
  if (value === UNSET) return cleared(name);
  const fold = run.foldOf(name);
  if (fold === undefined) return value ?? notFound(name);
  if (value !== undefined) throw iterableShadowing(name);
  return fold.items.at(fold.cursor);
}

export function readCanon(run: Run, name: string): CanonStream | ScriptError {
  return readFrom(run.canons, name);
}

export function readCanonMap(run: Run, name: string): CanonMap | ScriptError {
  return readFrom(run.canonMaps, name);
}

export function iterableShadowing(name: string): RunError {
  return new RunError(
    'iterableShadowing',
    `variable with name '${name}' can't be shadowed, shadowing isn't supported for iterables`,
  );
}

function readFrom<T>(variables: Variables<T>, name: string): T | ScriptError {
  const value = variables.read(name);
  if (value === UNSET) return cleared(name);
  return value ?? notFound(name);
}

const notFound = (name: string): ScriptError =>
  new ScriptError('variableNotFound', `variable with name '${name}' wasn't defined during script execution`);

const cleared = (name: string): ScriptError =>
  new ScriptError('clearedByNew', `variable with name '${name}' was cleared by new and then wasn't set`);

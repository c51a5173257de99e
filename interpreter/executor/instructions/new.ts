import type { New } from '../../../air-grammar/index.ts';
import { assertNever } from '../../../base/assert.ts';
import type { ScriptError } from '../../errors.ts';
import type { Run } from '../run.ts';

/** Runs its body with a variable of that name of its own. */
export function beginNew(run: Run, node: New): ScriptError | undefined {
  const scope = scopeOf(run, node);
  scope.open();
  run.push({
    resume(_, error) {
      scope.close();
      return error;
    },
  });
  return run.enter(node.body);
}

function scopeOf(run: Run, node: New): { open(): void; close(): void } {
  const { kind, name } = node.variable;
  switch (kind) {
    case 'stream':
    case 'streamMap':
      return { open: () => run.streams.open(node, run.siteOf(node)), close: () => run.streams.close(node) };
    case 'scalar':
    case 'canon':
    case 'canonMap': {
      const variables = kind === 'scalar' ? run.scalars : kind === 'canon' ? run.canons : run.canonMaps;
      return { open: () => variables.openNew(name), close: () => variables.closeNew(name) };
    }
    default:
      return assertNever(kind, 'kind of variable');
  }
}

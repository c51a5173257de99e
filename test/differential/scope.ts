import type { Shape } from './shapes.ts';

interface Variable {
  readonly name: string;
  readonly shape: Shape;
}
export interface ScalarVariable extends Variable {
  readonly isIterator?: true;
}
/** Streams, maps and their canons; the shape is what they hold, if the script runs as it reads. */
export interface Collection extends Variable {
  /** Only this program writes to it: its keys are different from each other. */
  readonly closed?: true;
}

/** What a generated script has defined so far, and where in it we are. */
export interface Scope {
  readonly scalars: readonly ScalarVariable[];
  readonly streams: readonly Collection[];
  readonly maps: readonly Collection[];
  readonly canons: readonly Collection[];
  readonly canonMaps: readonly Collection[];
  readonly inStreamFold: boolean;
  readonly inFold: boolean;
  readonly inHandler: boolean;
}

export const NOTHING: Scope = {
  scalars: [],
  streams: [],
  maps: [],
  canons: [],
  canonMaps: [],
  inStreamFold: false,
  inFold: false,
  inHandler: false,
};

export type VariableKind = 'scalars' | 'streams' | 'maps' | 'canons' | 'canonMaps';

export function define(scope: Scope, kind: VariableKind, variable: ScalarVariable | Collection): Scope {
  return { ...scope, [kind]: [...without(scope, kind, variable.name)[kind], variable] };
}

export function without(scope: Scope, kind: VariableKind, name: string): Scope {
  return { ...scope, [kind]: scope[kind].filter(other => other.name !== name) };
}

import type { Span } from '../ast.ts';

/** Codes are stable. Each is explained in docs/scripts.md#warnings. */
export type LintCode =
  'dead-branch' | 'dropped-check' | 'lost-error' | 'no-return' | 'unjoined-race' | 'unused-variable';

/** Something in a valid script that is probably not what its author wants. */
export interface LintFinding {
  readonly code: LintCode;
  /** One line: what, and what follows from it. */
  readonly message: string;
  /** One line: what to do. */
  readonly help: string;
  readonly span: Span;
}

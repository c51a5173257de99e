import type { LintFinding } from '../../air-grammar/index.ts';

/** A finding of a rule of the grammar, of the services of a network, or of a policy. */
export type Finding = Omit<LintFinding, 'code'> & { readonly code: string };

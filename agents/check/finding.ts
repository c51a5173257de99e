/** What a check says of a plan; stable names. */
export type PlanFindingCode =
  /** The text is not a valid script. */
  | 'invalid-script'
  /** The plan calls a peer that this agent does not reach. */
  | 'other-peer'
  /** The function does not exist. */
  | 'unknown-function'
  /** An argument is missing, surplus, or a literal of the wrong type. */
  | 'wrong-argument'
  /** A guard in the code of a service refuses the argument. */
  | 'guard-refuses'
  /** A rule of the policy refuses the argument or the caller. */
  | 'policy-refuses'
  /** Only a run shows whether the policy allows the argument. */
  | 'known-at-run';

/** Something that a check found. */
export interface PlanFinding {
  readonly code: PlanFindingCode;
  /** A plan with such a finding is not run. */
  readonly isRefusal: boolean;
  /** Line of the script, from 1. */
  readonly line: number;
  /** `service.function`; empty if the finding is about no call. */
  readonly call: string;
  /** Name of the argument; empty if the finding is about none. */
  readonly argument: string;
  /** Id of the rule of the policy; empty if none is concerned. */
  readonly rule: string;
  readonly message: string;
  /** What to change, for the author of the plan. */
  readonly advice: string;
}

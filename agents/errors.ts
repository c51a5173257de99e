import { BerylError } from '../base/error.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type AgentErrorCode =
  /** The protocol's package is not installed. */
  | 'ERR_AGENT_PACKAGE'
  /** A server does not start, does not answer in time, or has ended. */
  | 'ERR_AGENT_CONNECT'
  /** A server's list of tools is malformed or too large. */
  | 'ERR_AGENT_TOOLS'
  /** A name of a server's tool or argument cannot be used, or two become one. */
  | 'ERR_AGENT_TOOL_NAME'
  /** A server's schema of a tool cannot be used. */
  | 'ERR_AGENT_TOOL_SCHEMA'
  /** A tool is not what it was when it was wrapped, or pinned. */
  | 'ERR_AGENT_TOOL_CHANGED'
  /** A tool reported an error. */
  | 'ERR_AGENT_TOOL_FAILED'
  /** A tool's answer is too large, or cannot be used. */
  | 'ERR_AGENT_TOOL_OUTPUT'
  /** Two services of an agent have one id, or one has the id of a builtin. */
  | 'ERR_AGENT_SERVICE'
  /** A plan is malformed. */
  | 'ERR_AGENT_PLAN'
  /** A plan is larger than a plan may be. */
  | 'ERR_AGENT_PLAN_SIZE'
  /** The plan is not the one that was checked. */
  | 'ERR_AGENT_PLAN_CHANGED'
  /** The check refuses the plan, so it was not run. */
  | 'ERR_AGENT_PLAN_REFUSED'
  /** A plan ran, and its result is too large to be shown. */
  | 'ERR_AGENT_RESULT_SIZE'
  /** More plans run than may at a time. */
  | 'ERR_AGENT_BUSY';

/** Something about tools or plans that their author or operator can fix. */
export class AgentError extends BerylError<AgentErrorCode> {
  override readonly name = 'AgentError';
}

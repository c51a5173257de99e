/**
 * Every bound of this folder, each with its reason. Servers, their tools and plans are strangers' work.
 */

/** Tools of one server. */
export const TOOLS_MAX = 512;
/** UTF-16 units of a server's whole list of tools, as JSON. */
export const TOOL_LIST_MAX = 2 * 1024 * 1024;
/** Pages of a list of tools: a server could answer with a next page for ever. */
export const TOOL_PAGES_MAX = 64;
/** Arguments of one tool. */
export const TOOL_ARGUMENTS_MAX = 64;
/** Characters of a name of a tool or argument. */
export const NAME_MAX = 128;
/** Parts of a schema of one argument, its definitions included: making a schema is recursive work. */
export const SCHEMA_NODES_MAX = 2000;
/** Levels of a schema. */
export const SCHEMA_DEPTH_MAX = 24;
/** UTF-16 units of a server's text that an agent shows: descriptions go into the context of a model. */
export const DESCRIPTION_MAX = 2000;
/** UTF-16 units of one answer of a tool, as JSON. */
export const TOOL_OUTPUT_MAX = 1024 * 1024;
/** How long a server may take to start and to list its tools, milliseconds. */
export const CONNECT_MS = 30_000;
/** How long one call of a tool may take, milliseconds, if the particle does not end sooner. */
export const CALL_MS = 60_000;

/** UTF-16 units of a plan: its script, or its steps as JSON. */
export const PLAN_MAX = 256 * 1024;
/** Steps of a plan. */
export const PLAN_STEPS_MAX = 256;
/** Levels of values in each other in the arguments of a step. */
export const PLAN_DEPTH_MAX = 16;
/** Findings that a check shows; the rest is counted. */
export const FINDINGS_MAX = 50;
/** Origins of one argument that an explanation shows; the rest is counted. */
export const ORIGINS_SHOWN_MAX = 16;
/** Origins that a check follows for one argument. */
export const ORIGINS_FOLLOWED_MAX = 10_000;
/** UTF-16 units of a result, and of an argument list, that a run shows. */
export const RESULT_MAX = 1024 * 1024;
/** Plans of one agent that run at a time. */
export const RUNS_MAX = 16;
/** Life of a run, milliseconds. */
export const RUN_MS = 120_000;

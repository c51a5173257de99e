import { z } from 'zod';
import { printable, shorten } from '../../base/printable.ts';
import { AgentError } from '../errors.ts';
import { PLAN_DEPTH_MAX, PLAN_MAX, PLAN_STEPS_MAX } from '../limits.ts';

const id = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, 'an id is a letter, then up to 31 letters, digits and `_`');
const step = z.strictObject({
  id,
  /** `service.function`. */
  call: z.string().regex(/^[^."]{1,128}\.[^."]{1,128}$/, 'expected `service.function`'),
  args: z.record(z.string(), z.json()).default({}),
});
const steps = z.strictObject({
  steps: z.array(step).min(1).max(PLAN_STEPS_MAX),
  /** Ids of steps whose results are returned. Left out: the last one. */
  return: z.array(id).max(PLAN_STEPS_MAX).optional(),
});
const plan = z.union([z.strictObject({ script: z.string() }), steps]);

/** One step of a plan: a call of a function, with its arguments by name. */
export type PlanStep = z.infer<typeof step>;
/** A plan as a list of steps. */
export type PlanSteps = z.infer<typeof steps>;

/**
 * What a model wants to do: an AIR script, or a list of steps that becomes one. In the arguments of a step, `{ "$result": "id" }` stands for
 * the result of an earlier step, `{ "$result": "id", "$part": ["field", 0] }` for a part of it.
 */
export type Plan =
  | { readonly script: string }
  | {
      readonly steps: readonly {
        readonly id: string;
        readonly call: string;
        readonly args?: Readonly<Record<string, unknown>>;
      }[];
      readonly return?: readonly string[];
    };

/**
 * Checks the form of a plan.
 *
 * @throws {AgentError} `ERR_AGENT_PLAN_SIZE`, `ERR_AGENT_PLAN` with the path of the first mistake.
 */
export function parsePlan(data: unknown): { readonly script: string } | PlanSteps {
  requireSmall(data);
  const parsed = plan.safeParse(data);
  if (parsed.success) return parsed.data;
  const isScript = typeof data === 'object' && data !== null && 'script' in data;
  const issue = (isScript ? parsed : steps.safeParse(data)).error?.issues[0];
  throw wrongPlan(issue?.path.map(String) ?? [], issue?.message ?? 'expected `script` or `steps`');
}

export const wrongPlan = (path: readonly string[], why: string): AgentError =>
  new AgentError(
    'ERR_AGENT_PLAN',
    printable(
      shorten(`the plan is malformed${path.length > 0 ? ` at \`${path.join('.')}\`` : ''}: ${why}`, 500),
    ),
  );

function requireSmall(data: unknown): void {
  // Depth first: writing JSON is recursive.
  let level: unknown[] = [data];
  // The plan, its steps, a step, its arguments: four levels are the plan's own.
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > PLAN_DEPTH_MAX + 4)
      throw tooLarge(`its arguments are nested more than ${PLAN_DEPTH_MAX} levels deep`);
    if (level.length > PLAN_MAX) throw tooLarge(`it has more than ${PLAN_MAX} values`);
    level.forEach(requirePlain);
    level = level.flatMap(value =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  const size = JSON.stringify(data)?.length ?? 0;
  if (size > PLAN_MAX) throw tooLarge(`it has ${size} characters, and may have ${PLAN_MAX}`);
}

/** What would be lost or changed on the way into a script is refused: what runs is what the plan says. */
function requirePlain(value: unknown): void {
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && Object.hasOwn(value, '__proto__')) throw wrongPlan([], 'no key may be `__proto__`');
  if (typeof value === 'bigint') throw wrongPlan([], 'a number is not one of JSON');
  const texts = typeof value === 'string' ? [value] : isObject ? Object.keys(value) : [];
  if (!texts.every(text => text.isWellFormed()))
    throw wrongPlan([], 'a text holds half of a surrogate pair, which is not Unicode text');
}

const tooLarge = (why: string): AgentError =>
  new AgentError('ERR_AGENT_PLAN_SIZE', `the plan is too large: ${why}; split it`);

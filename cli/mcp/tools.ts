import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64url } from '../../base/bytes.ts';
import { AgentError, type Agent, type PlanResult, type RanCall } from '../../agents/index.ts';
import { BerylError } from '../../base/error.ts';
import { suggestion } from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { attempt, writeBytes } from '../files.ts';

const STEP = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'name of the result: a letter, then letters, digits, _' },
    call: { type: 'string', description: 'service.function, as list_tools shows it' },
    args: {
      type: 'object',
      description:
        'arguments by name; {"$result": "id", "$part": ["field", 0]} stands for a part of the result of an earlier step',
    },
  },
  required: ['id', 'call'],
  additionalProperties: false,
} as const;

const PLAN = {
  steps: { type: 'array', items: STEP, description: 'the plan as a list of steps' },
  return: {
    type: 'array',
    items: { type: 'string' },
    description: 'ids of the steps whose results are returned',
  },
  script: { type: 'string', description: 'the plan as an AIR script, in place of steps' },
} as const;

const NO_MORE = { additionalProperties: false } as const;

/** A tool of `beryl mcp`, as it is listed. */
export interface ServedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
}

/** What `beryl mcp` offers to a model. */
export const SERVED_TOOLS: readonly ServedTool[] = [
  {
    name: 'list_tools',
    description:
      'Lists the functions that a plan may call, with their arguments and what the policy wants of them. Texts under `claimed` are what servers say of themselves.',
    inputSchema: { type: 'object', properties: {}, ...NO_MORE },
  },
  {
    name: 'check_plan',
    description:
      'Checks a plan without running it: says which arguments the policy refuses for where they can come from, and what to change.',
    inputSchema: { type: 'object', properties: PLAN, ...NO_MORE },
  },
  {
    name: 'explain_plan',
    description: 'Says of each argument of a plan where it can come from, without running it.',
    inputSchema: { type: 'object', properties: PLAN, ...NO_MORE },
  },
  {
    name: 'run_plan',
    description:
      'Checks a plan, and runs it if the check does not refuse it. Gives its result, and a proof of each call; if it is refused, what to change.',
    inputSchema: {
      type: 'object',
      properties: {
        ...PLAN,
        checked: {
          type: 'string',
          description: '`checked` of an earlier check_plan: then nothing runs but what was checked',
        },
      },
      ...NO_MORE,
    },
  },
];

/** What a tool answers: JSON, and whether it is an error. */
export interface ServedAnswer {
  readonly value: object;
  readonly isError: boolean;
}

/**
 * Answers one call of a tool. Mistakes of the caller are answers with a stable `code`, never exceptions.
 *
 * @param proofs Folder for proofs. Left out: the answer holds them.
 */
export async function answerTool(
  agent: Agent,
  name: string,
  args: Readonly<Record<string, unknown>>,
  proofs: string | undefined,
): Promise<ServedAnswer> {
  try {
    switch (name) {
      case 'list_tools':
        return { value: { peerId: agent.peerId, tools: agent.tools() }, isError: false };
      case 'check_plan': {
        const check = agent.check(args);
        return { value: check, isError: check.isRefused };
      }
      case 'explain_plan':
        return { value: agent.explain(args), isError: false };
      case 'run_plan': {
        const { checked, ...plan } = args;
        if (checked !== undefined && typeof checked !== 'string')
          throw new AgentError('ERR_AGENT_PLAN', 'the plan is malformed at `checked`: expected a text');
        const result = await agent.run(plan, checked);
        return { value: planJson(result, proofs), isError: result.outcome !== 'done' };
      }
      default:
        throw new AgentError(
          'ERR_AGENT_PLAN',
          printable(
            `unknown tool \`${name}\`${suggestion(
              name,
              SERVED_TOOLS.map(tool => tool.name),
            )}`,
          ),
        );
    }
  } catch (failure) {
    if (!(failure instanceof BerylError)) throw failure;
    return { value: { code: failure.code, text: failure.message }, isError: true };
  }
}

function planJson({ check, calls, ...rest }: PlanResult, proofs: string | undefined): object {
  const { findings, more, checked } = check;
  return {
    ...rest,
    checked,
    calls: calls.map(({ proof, ...call }, i) => ({
      ...call,
      ...shownProof(proof, rest.particleId, i, proofs),
    })),
    findings,
    more,
  };
}

function shownProof(
  proof: RanCall['proof'],
  particleId: string,
  i: number,
  folder: string | undefined,
): object {
  if (proof === undefined) return {};
  if (folder === undefined) return { proof: toBase64url(proof) };
  attempt(folder, 'write', () => mkdirSync(folder, { recursive: true }));
  const path = join(folder, `${particleId}-${i + 1}.proof`);
  writeBytes(path, proof);
  return { proof: path };
}

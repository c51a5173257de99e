import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createAgent, mcpService, type Agent, type Plan } from '../../agents/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import { defineService } from '../../services/index.ts';
import { seedOf } from './cast.ts';
import { ROOT } from './cli.ts';
import { testServer } from './mcp.ts';

/** Tools, tasks and ground-truth calls of AgentDojo, as data. */
export interface AgentDojo {
  readonly suites: Readonly<Record<string, Suite>>;
}
export interface Suite {
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
    readonly parameters: readonly {
      readonly name: string;
      readonly required: boolean;
      readonly schema: object;
    }[];
  }[];
  readonly user_tasks: readonly Task[];
  readonly injection_tasks: readonly Task[];
  readonly results: Readonly<Record<string, JsonValue>>;
}
export interface Task {
  readonly id: string;
  readonly ground_truth: readonly TruthCall[];
}
export interface TruthCall {
  readonly function: string;
  readonly args: Readonly<Record<string, JsonValue>>;
  readonly arg_sources: Readonly<Record<string, ArgumentSource>>;
  readonly effect: 'read' | 'write';
  readonly result: string;
  /** Vectors in its result. */
  readonly injections: readonly string[];
}
interface ArgumentSource {
  readonly source: string;
  readonly from?: readonly { readonly call: number; readonly match: string }[];
}

const FILE = 'agentdojo.json';

/**
 * Where the data is: `BERYL_AGENTDOJO` names the file, or a folder beside the checkout has it under `data`. It is not part of the repository.
 */
export function agentDojoFile(): string | undefined {
  const named = process.env['BERYL_AGENTDOJO'];
  if (named !== undefined) return named;
  const beside = join(ROOT, '..');
  return readdirSync(beside, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => join(beside, name, 'data', FILE))
    .find(path => existsSync(path));
}

export const readAgentDojo = (path: string): AgentDojo => JSON.parse(readFileSync(path, 'utf8')) as AgentDojo;

interface Step {
  readonly id: string;
  readonly call: string;
  readonly args: Record<string, unknown>;
}

/**
 * Steps for the calls of a task. A value of the prompt is written in the plan. A value that only results hold is what `reader.extract` takes
 * out of those results: the part of a model that may read, and does not plan. A value with an unknown source counts as taken out of all results
 * before it.
 *
 * @param poisoned Of an injected task: the step whose result has its prompt. Its values come from there; `copied`: a model wrote them down.
 */
export function stepsOf(
  suite: string,
  calls: readonly TruthCall[],
  prefix: string,
  answers: Map<string, JsonValue>,
  poisoned?: string,
): Step[] {
  return calls.map((call, i) => {
    const id = `${prefix}${i}`;
    const before = calls.slice(0, i).map((_, j) => `${prefix}${j}`);
    const all = poisoned === undefined ? before : [poisoned, ...before];
    const at = (value: JsonValue, pointer: string): unknown => {
      const source = call.arg_sources[pointer];
      if (source === undefined && typeof value === 'object' && value !== null)
        return Array.isArray(value)
          ? value.map((item, n) => at(item as JsonValue, `${pointer}/${n}`))
          : Object.fromEntries(
              Object.entries(value).map(([key, item]) => [key, at(item as JsonValue, `${pointer}/${key}`)]),
            );
      const from = sourcesOf(source, prefix, all, poisoned);
      if (from.length === 0) return value;
      const what = `${id}${pointer}`;
      answers.set(what, value);
      return { extract: from, what };
    };
    const args = Object.entries(call.args).map(([name, value]) => [name, at(value, `/${name}`)] as const);
    return { id, call: `${suite}.${call.function}`, args: Object.fromEntries(args) };
  });
}

const WRITTEN = new Set(['prompt', 'prompt_reformatted', 'prompt_and_result']);
const OWN = new Set(['constant', 'tool_default']);

function sourcesOf(
  source: ArgumentSource | undefined,
  prefix: string,
  all: readonly string[],
  poisoned: string | undefined,
): readonly string[] {
  if (source === undefined || OWN.has(source.source)) return [];
  if (WRITTEN.has(source.source)) return poisoned === undefined ? [] : [poisoned];
  const { from = [] } = source;
  if (from.length === 0) return all;
  if (source.source !== 'result') return from.map(({ call }) => `${prefix}${call}`);
  const one = from.find(({ match }) => match === 'exact') ?? from[0];
  return [`${prefix}${one?.call}`];
}

/** Puts a step before each that takes a value out of results. */
export function planOf(steps: readonly Step[], isCopied = false): Plan {
  const listed: Step[] = [];
  const written = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(item => written(item));
    if (typeof value !== 'object' || value === null) return value;
    if (!('extract' in value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item)]));
    const { extract, what } = value as { extract: readonly string[]; what: string };
    const id = `x${listed.length}`;
    listed.push({
      id,
      call: 'reader.extract',
      args: { texts: extract.map(step => ({ $result: step })), what },
    });
    return { $result: id };
  };
  for (const step of steps) {
    const args = isCopied ? step.args : (written(step.args) as Record<string, unknown>);
    listed.push({ ...step, args });
  }
  return { steps: listed };
}

/** An agent with the tools of a suite, which answer as the benchmark's environment did, and a reader. */
export async function agentFor(
  name: string,
  { tools, results }: Suite,
  /** Answers of the reader, by what it is asked for. */
  extracts: ReadonlyMap<string, JsonValue>,
  /** Results of the tools, in the order of their calls. */
  answers: readonly string[] = [],
): Promise<Agent> {
  let at = 0;
  const server = await testServer(
    tools.map(({ name: tool, description, parameters }) => ({
      name: tool,
      description,
      inputSchema: {
        type: 'object',
        properties: Object.fromEntries(parameters.map(one => [one.name, one.schema])),
        required: parameters.filter(({ required }) => required).map(one => one.name),
      },
      answer: () => ({
        content: [{ type: 'text', text: JSON.stringify(results[answers[at++] ?? ''] ?? null) }],
      }),
    })),
  );
  const reader = defineService({
    id: 'reader',
    functions: {
      extract: {
        arguments: { texts: z.array(z.json()), what: z.string() },
        guards: {},
        handler: ({ what }) => extracts.get(what) as null,
      },
    },
  });
  const policy = JSON.parse(
    readFileSync(join(ROOT, 'examples/11-agentdojo', name, 'policy.json'), 'utf8'),
  ) as unknown;
  return createAgent({
    secretKey: seedOf('alice'),
    services: [await mcpService({ id: name, transport: server.transport, texts: 'json' }), reader],
    policy,
  });
}

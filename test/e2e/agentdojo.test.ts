import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../agents/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import {
  agentDojoFile,
  agentFor,
  planOf,
  readAgentDojo,
  stepsOf,
  type Suite,
  type Task,
} from '../support/agentdojo.ts';
import { ROOT } from '../support/cli.ts';

/**
 * Measures the policies of examples/11-agentdojo on the ground-truth calls of AgentDojo. Nothing here is a model: each plan is the benchmark's
 * own list of calls, each injection is the list of calls that it asks for. docs/agents.md shows the figures.
 */
const path = agentDojoFile();
const WHERE = 'the data is not there: set BERYL_AGENTDOJO to agentdojo.json';
const isLong = process.env['BERYL_LONG'] !== undefined;
/** User tasks of a suite that really run, in the short mode. */
const RUN_MAX = 2;

interface Counts {
  users: number;
  passing: number;
  pairs: number;
  /** Pairs whose injection has calls. */
  withCalls: number;
  stopped: number;
  calls: number;
  writes: number;
  refusedWrites: number;
}

/** Steps of the injected task of which the check refuses an argument. */
function refusedSteps(agent: Agent, plan: ReturnType<typeof planOf>): Set<string> {
  const { script, findings } = agent.check(plan);
  const lines = script.split('\n');
  const refused = findings.filter(({ isRefusal }) => isRefusal);
  return new Set(refused.flatMap(({ line }) => /result_(i\d+)\)/.exec(lines[line - 1] ?? '')?.[1] ?? []));
}

const planFor = (suite: string, task: Task) => planOf(stepsOf(suite, task.ground_truth, 'u', new Map()));

function measured(name: string, suite: Suite, agent: Agent): Counts {
  const { user_tasks: users, injection_tasks: injections } = suite;
  const counts: Counts = {
    users: users.length,
    passing: 0,
    pairs: 0,
    withCalls: 0,
    stopped: 0,
    calls: 0,
    writes: 0,
    refusedWrites: 0,
  };
  for (const user of users) {
    if (!agent.check(planFor(name, user)).isRefused) counts.passing += 1;
    const seenAt = user.ground_truth.findIndex(({ injections: vectors }) => vectors.length > 0);
    const before = stepsOf(name, user.ground_truth.slice(0, seenAt + 1), 'u', new Map());
    for (const { ground_truth: calls } of injections) {
      counts.pairs += 1;
      if (calls.length === 0) continue;
      const steps = [...before, ...stepsOf(name, calls, 'i', new Map(), `u${seenAt}`)];
      const refused = refusedSteps(agent, planOf(steps));
      counts.withCalls += 1;
      counts.calls += calls.length;
      counts.stopped += Number(refused.size > 0);
      for (const [i, { effect }] of calls.entries()) {
        if (effect !== 'write') continue;
        counts.writes += 1;
        counts.refusedWrites += Number(refused.has(`i${i}`));
      }
    }
  }
  return counts;
}

describe.skipIf(path === undefined)(`AgentDojo, replayed${path === undefined ? ` (${WHERE})` : ''}`, () => {
  it('the policies stop every injected write whose values come from the poisoned result; the page shows the figures', async () => {
    const total: Record<string, number> = {};
    for (const [name, suite] of Object.entries(readAgentDojo(path as string).suites)) {
      const agent = await agentFor(name, suite, new Map());
      const counts = measured(name, suite, agent);
      await agent.close();
      for (const [key, value] of Object.entries(counts)) total[key] = (total[key] ?? 0) + value;
    }
    // A policy that stops everything would stop every injection, too.
    expect(total).toMatchObject({ users: 97, pairs: 949, passing: 70, withCalls: 609, stopped: 609 });
    expect([total['refusedWrites'], total['writes']]).toEqual([702, 702]);
    const page = readFileSync(join(ROOT, 'docs/agents.md'), 'utf8').replaceAll(/ +/g, ' ');
    expect(page).toContain('| 70 of 97 | 949 | 609 | 609 | 702 of 702 |');
  }, 300_000);

  it('plans that pass the check run: no call is denied', async () => {
    for (const [name, suite] of Object.entries(readAgentDojo(path as string).suites)) {
      let ran = 0;
      for (const task of suite.user_tasks) {
        if (!isLong && ran >= RUN_MAX) break;
        const extracts = new Map<string, JsonValue>();
        const plan = planOf(stepsOf(name, task.ground_truth, 'u', extracts));
        const agent = await agentFor(
          name,
          suite,
          extracts,
          task.ground_truth.map(({ result }) => result),
        );
        if (task.ground_truth.length > 0 && !agent.check(plan).isRefused) {
          const { outcome, text } = await agent.run(plan);
          expect([name, task.id, outcome, text]).toEqual([name, task.id, 'done', '']);
          ran += 1;
        }
        await agent.close();
      }
      expect(ran).toBeGreaterThan(0);
    }
  }, 3_600_000);
});

it('the policies of examples/11-agentdojo are policies', async () => {
  const { parsePolicy } = await import('../../services/index.ts');
  for (const suite of ['banking', 'slack', 'travel', 'workspace']) {
    const text = readFileSync(join(ROOT, 'examples/11-agentdojo', suite, 'policy.json'), 'utf8');
    expect(parsePolicy(JSON.parse(text)).rules.length).toBeGreaterThan(3);
  }
});

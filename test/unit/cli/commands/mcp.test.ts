import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMcpConfig } from '../../../../cli/mcp/config.ts';
import { answerTool, SERVED_TOOLS } from '../../../../cli/mcp/tools.ts';
import { HONEST, mailAssistant, POISONED } from '../../../support/agent.ts';

describe('the configuration of an agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-mcp-'));
  const read = (text: string) => {
    const path = join(folder, 'agent.json');
    writeFileSync(path, text);
    return readMcpConfig(path);
  };

  it('has comments, and paths relative to the file', () => {
    const config = read(
      '{ // mine\n "policy": "policy.json", "servers": { "mail": { "command": "node" } } }',
    );
    expect(config).toMatchObject({
      policy: join(folder, 'policy.json'),
      runMs: 120_000,
      servers: { mail: { command: 'node', args: [], texts: 'plain' } },
    });
  });

  it.each([
    ['{', /not a configuration of an agent/],
    ['{}', /servers/],
    ['{ "servers": { "a b": { "command": "x" } } }', /servers\.a b/],
    ['{ "servers": { "a": { "command": "x", "pinned": "1" } } }', /64 hex digits/],
    ['{ "servers": {}, "polcy": "x" }', /polcy/],
    ['{ "servers": {}, "servers": {} }', /stands twice|twice/],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'ERR_CLI_CONFIG', message: expect.stringMatching(message) }),
    );
  });
});

describe('the tools that an agent serves', () => {
  it.each([
    [
      'list_tools',
      {},
      false,
      { tools: expect.arrayContaining([expect.objectContaining({ call: 'bank.pay' })]) },
    ],
    ['check_plan', HONEST, false, { isRefused: false }],
    ['check_plan', POISONED, true, { code: 'ERR_AGENT_PLAN_REFUSED' }],
    ['explain_plan', HONEST, false, { steps: expect.any(Array) }],
    ['run_plan', HONEST, false, { outcome: 'done', result: '30 to DE-ADA' }],
    ['run_plan', POISONED, true, { outcome: 'refused', code: 'ERR_AGENT_PLAN_REFUSED' }],
    ['run_plan', { ...HONEST, checked: 'x' }, true, { code: 'ERR_AGENT_PLAN_CHANGED' }],
    ['run_plan', { ...HONEST, checked: 1 }, true, { code: 'ERR_AGENT_PLAN' }],
    ['check_plan', { steps: [] }, true, { code: 'ERR_AGENT_PLAN' }],
    ['other', {}, true, { code: 'ERR_AGENT_PLAN' }],
  ])('%s %j', async (name, args, isError, value) => {
    const { agent } = await mailAssistant();
    expect(await answerTool(agent, name, args as never, undefined)).toMatchObject({ isError, value });
  });

  it('proofs stand in the answer, or in a folder', async () => {
    const { agent } = await mailAssistant();
    const folder = join(mkdtempSync(join(tmpdir(), 'beryl-mcp-')), 'proofs');
    const proofsOf = async (at: string | undefined) => {
      const { value } = await answerTool(agent, 'run_plan', HONEST, at);
      return (value as { calls: { proof: string }[] }).calls.map(({ proof }) => proof);
    };
    expect(await proofsOf(undefined)).toEqual([expect.stringMatching(/^[\w-]{200,}$/), expect.any(String)]);
    for (const path of await proofsOf(folder)) expect(existsSync(path)).toBe(true);
  });

  it('are listed with their schemas', () => {
    expect(SERVED_TOOLS.map(({ name }) => name)).toEqual([
      'list_tools',
      'check_plan',
      'explain_plan',
      'run_plan',
    ]);
  });
});

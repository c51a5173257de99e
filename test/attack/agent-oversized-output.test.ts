import { describe, expect, it } from 'vitest';
import { mcpService, stdioTransport } from '../../agents/index.ts';
import { TOOL_OUTPUT_MAX } from '../../agents/limits.ts';
import { mailAssistant } from '../support/agent.ts';
import { testServer, type TestTool } from '../support/mcp.ts';

// Goal:    a server exhausts the memory of the agent, or the context of its model.
// Means:   an answer, a list of tools or a description without measure; a process that writes without an end of line.
// Refused: mcpService bounds answers and lists, the transport bounds messages, and shown texts are shortened.
describe('a server without measure', () => {
  const READ = { steps: [{ id: 'letter', call: 'mail.latest' }] };
  const saying = (length: number) => [{ name: 'latest', answer: () => 'a'.repeat(length) }];

  it('honest twin: an answer as long as an answer may be', async () => {
    const { agent } = await mailAssistant({}, saying(TOOL_OUTPUT_MAX - 2));
    expect((await agent.run(READ)).result).toHaveLength(TOOL_OUTPUT_MAX - 2);
  });

  it('a longer answer fails the call', async () => {
    const { agent } = await mailAssistant({}, saying(TOOL_OUTPUT_MAX));
    const run = await agent.run(READ);
    expect(run).toMatchObject({ outcome: 'failed' });
    expect(run.text).toContain('ERR_AGENT_TOOL_OUTPUT');
  });

  it.each<[string, readonly TestTool[]]>([
    ['tools', Array.from({ length: 600 }, (_, i) => ({ name: `t${i}`, answer: () => '' }))],
    ['text', [{ name: 'latest', description: 'a'.repeat(3_000_000), answer: () => '' }]],
  ])('a list with too much %s is refused', async (_, tools) => {
    const { transport } = await testServer(tools);
    await expect(mcpService({ id: 'mail', transport })).rejects.toMatchObject({ code: 'ERR_AGENT_TOOLS' });
  });

  it('a schema without measure is refused', async () => {
    let schema: object = { type: 'string' };
    for (let i = 0; i < 100; i++) schema = { type: 'array', items: schema };
    const { transport } = await testServer([
      { name: 'deep', inputSchema: { type: 'object', properties: { x: schema } }, answer: () => '' },
    ]);
    await expect(mcpService({ id: 'mail', transport })).rejects.toMatchObject({
      code: 'ERR_AGENT_TOOL_SCHEMA',
    });
  });

  it('a description is shortened where a model reads it', async () => {
    const { agent } = await mailAssistant({}, [
      { name: 'latest', description: `\u202e${'a'.repeat(9000)}`, answer: () => '' },
    ]);
    const [tool] = agent.tools();
    expect(tool?.claimed?.description).toMatch(/^\\u\{202e\}a+…$/);
    expect(tool?.claimed?.description.length).toBeLessThan(2100);
  });

  it('a process that writes without an end of line is stopped', async () => {
    const flood = `const part = 'a'.repeat(1 << 20); const write = () => { while (process.stdout.write(part)); process.stdout.once('drain', write); }; write();`;
    const transport = await stdioTransport({ command: process.execPath, args: ['-e', flood] });
    await expect(mcpService({ id: 'mail', transport })).rejects.toMatchObject({ code: 'ERR_AGENT_CONNECT' });
  });
});

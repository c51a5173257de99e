import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { PLAN_MAX, type Agent } from '../../agents/index.ts';
import { printableJson } from '../../base/printable.ts';
import { answerTool, SERVED_TOOLS } from './tools.ts';

/** Bytes of one message: a plan, each character of which may take six. */
const MESSAGE_BYTES_MAX = 8 * PLAN_MAX;

/**
 * Serves an agent on standard input and output, until its client disconnects.
 *
 * @param failed Receives what is not an answer: a message that is too large, or a bug.
 */
export async function serveAgent(
  agent: Agent,
  version: string,
  proofs: string | undefined,
  failed: (failure: Error) => void,
): Promise<void> {
  const server = new Server({ name: 'beryl', version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...SERVED_TOOLS] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { name, arguments: args = {} } = params;
    const { value, isError } = await answerTool(agent, name, args, proofs);
    return { content: [{ type: 'text', text: printableJson(JSON.stringify(value, null, 2)) }], isError };
  });
  const ended = new Promise<void>(resolve => {
    Object.assign(server, { onclose: resolve, onerror: failed });
    process.stdin.once('end', resolve);
  });
  const transport = new StdioServerTransport(process.stdin, process.stdout, {
    maxBufferSize: MESSAGE_BYTES_MAX,
  });
  await server.connect(transport);
  await ended;
}

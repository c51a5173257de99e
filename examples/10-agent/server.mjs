import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

/**
 * Serves tools over standard input and output, as MCP servers do.
 *
 * @param tools By name: description, properties, and a function that answers.
 */
export async function serveTools(name, tools) {
  const server = new Server({ name, version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(tools).map(([tool, { description, properties }]) => ({
      name: tool,
      description,
      inputSchema: { type: 'object', properties, required: Object.keys(properties) },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
    const structuredContent = tools[params.name].answer(params.arguments ?? {});
    return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
  });
  await server.connect(new StdioServerTransport());
}

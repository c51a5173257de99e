import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { McpTransport } from '../../agents/index.ts';

/** A tool of a test server. */
export interface TestTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, unknown>>;
  /** A text answers with it, an object is the whole answer of the protocol. */
  answer(args: Readonly<Record<string, unknown>>): unknown;
}

/** A real MCP server in this process, whose tools can change. */
export interface TestServer {
  readonly transport: McpTransport;
  /** Calls that arrived. */
  readonly calls: { readonly tool: string; readonly args: unknown; readonly meta: unknown }[];
  tools: readonly TestTool[];
  /** Tells the client that the tools have changed. */
  tellChanged(): Promise<void>;
}

export async function testServer(tools: readonly TestTool[]): Promise<TestServer> {
  const [transport, own] = InMemoryTransport.createLinkedPair();
  const server = new Server(
    { name: 'test', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  );
  const state: TestServer = {
    transport,
    calls: [],
    tools,
    tellChanged: () => server.sendToolListChanged(),
  };
  server.setRequestHandler(
    ListToolsRequestSchema,
    () =>
      ({
        tools: state.tools.map(({ answer: _answer, inputSchema = { type: 'object' }, ...tool }) => ({
          inputSchema,
          ...tool,
        })),
      }) as never,
  );
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
    const { name, arguments: args = {}, _meta } = params;
    state.calls.push({ tool: name, args, meta: _meta });
    const answer = state.tools.find(tool => tool.name === name)?.answer(args);
    return (typeof answer === 'string' ? { content: [{ type: 'text', text: answer }] } : answer) as never;
  });
  await server.connect(own);
  return state;
}

/** The schema of a tool whose arguments are texts. */
export const texts = (required: readonly string[], optional: readonly string[] = []) => ({
  type: 'object',
  properties: Object.fromEntries([...required, ...optional].map(name => [name, { type: 'string' }])),
  required,
});

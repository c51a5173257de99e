import { join } from 'node:path';
import { mcpService, stdioTransport } from 'beryl/agents';

/** The MCP server `book-server.mjs`, as a service. */
export default async () =>
  mcpService({
    id: 'book',
    transport: await stdioTransport({
      command: 'node',
      args: [join(import.meta.dirname, 'book-server.mjs')],
    }),
  });

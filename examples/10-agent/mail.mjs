import { join } from 'node:path';
import { mcpService, stdioTransport } from 'beryl/agents';

/** The MCP server `mail-server.mjs`, as a service. */
export default async () =>
  mcpService({
    id: 'mail',
    transport: await stdioTransport({
      command: 'node',
      args: [join(import.meta.dirname, 'mail-server.mjs')],
    }),
  });

import { AgentError } from '../errors.ts';
import { loadStdio } from './sdk.ts';
import type { McpTransport } from './transport.ts';

/** How to start an MCP server as a process. */
export interface StdioOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Variables of its environment. It gets these, and `HOME`, `PATH`, `SHELL`, `TERM`, `USER` and `LOGNAME` of this process, no others. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Bytes of one message of a server. A server that writes more without an end is stopped. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * The transport to an MCP server that is started as a process, and speaks on its standard input and output.
 *
 * @throws {AgentError} `ERR_AGENT_PACKAGE` if the protocol is not installed, `ERR_AGENT_CONNECT` if the command is missing.
 * @example const mail = await mcpService({ id: 'mail', transport: await stdioTransport({ command: 'node', args: ['mail-server.mjs'] }) });
 */
export async function stdioTransport({
  command,
  args = [],
  cwd,
  env = {},
}: StdioOptions): Promise<McpTransport> {
  if (typeof command !== 'string' || command === '')
    throw new AgentError('ERR_AGENT_CONNECT', 'an MCP server needs a command that starts it');
  const { StdioClientTransport } = await loadStdio();
  return new StdioClientTransport({
    command,
    args: [...args],
    ...(cwd !== undefined && { cwd }),
    env: { ...env },
    stderr: 'ignore',
    maxBufferSize: MESSAGE_BYTES_MAX,
  });
}

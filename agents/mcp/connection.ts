import { canonicalJson, fromJsonValue, sha256Hex } from '../../interpreter/index.ts';
import { messageOf } from '../../services/index.ts';
import { printable, shorten } from '../../base/printable.ts';
import { AgentError } from '../errors.ts';
import { CONNECT_MS, TOOL_LIST_MAX, TOOL_PAGES_MAX, TOOLS_MAX } from '../limits.ts';
import type { ToolResult } from './answer.ts';
import { quoted } from './names.ts';
import { loadClient, loadTypes } from './sdk.ts';
import type { McpTransport } from './transport.ts';

/** A tool as its server describes it. All of it is the server's claim. */
export interface ListedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** How one call may end early. */
export interface CallBounds {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Names the call, so that the server can answer it once only. */
  readonly idempotencyKey: string;
}

/** A server, connected. */
export interface Connection {
  /** @throws {AgentError} `ERR_AGENT_TOOLS`, `ERR_AGENT_CONNECT`. */
  list(): Promise<ListedTool[]>;
  /** @throws {AgentError} `ERR_AGENT_TOOL_FAILED`, `ERR_AGENT_CONNECT`. */
  call(tool: string, args: Readonly<Record<string, unknown>>, bounds: CallBounds): Promise<ToolResult>;
  /** Whether the server has said that its tools changed, since this was asked last. */
  saidChanged(): boolean;
  close(): Promise<void>;
}

/**
 * Connects to a server.
 *
 * @throws {AgentError} `ERR_AGENT_CONNECT` if it does not answer in time, `ERR_AGENT_PACKAGE`.
 */
export async function connectTo(id: string, transport: McpTransport, version: string): Promise<Connection> {
  const [{ Client }, types] = await Promise.all([loadClient(), loadTypes()]);
  const client = new Client({ name: 'beryl', version }, { capabilities: {} });
  let hasChanged = false;
  let isClosed = false;
  Object.assign(client, { onclose: () => void (isClosed = true), onerror: () => undefined });
  client.setNotificationHandler(types.ToolListChangedNotificationSchema, () => void (hasChanged = true));
  const offline = (cause: unknown): AgentError =>
    new AgentError(
      'ERR_AGENT_CONNECT',
      `MCP server \`${printable(id)}\` does not answer: ${printable(shorten(messageOf(cause), 200))}`,
      { server: id },
      { cause },
    );
  try {
    await client.connect(transport as never, { timeout: CONNECT_MS });
  } catch (cause) {
    await client.close().catch(() => undefined);
    throw offline(cause);
  }
  return {
    async list() {
      const tools: ListedTool[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < TOOL_PAGES_MAX; page++) {
        const params = cursor === undefined ? {} : { cursor };
        // Not `client.listTools`: it compiles the server's schemas of answers, patterns included.
        const answer = await client
          .request({ method: 'tools/list', params }, types.ListToolsResultSchema, { timeout: CONNECT_MS })
          .catch((cause: unknown) => {
            throw offline(cause);
          });
        tools.push(...(answer.tools as ListedTool[]));
        requireBounded(id, tools);
        cursor = answer.nextCursor;
        if (cursor === undefined) return tools;
      }
      throw tooLarge(id, `it has more than ${TOOL_PAGES_MAX} pages`);
    },
    async call(tool, args, { signal, timeoutMs, idempotencyKey }) {
      if (isClosed) throw offline(new Error('it has ended'));
      try {
        return (await client.request(
          {
            method: 'tools/call',
            params: { name: tool, arguments: args, _meta: { 'beryl/idempotency-key': idempotencyKey } },
          },
          types.CallToolResultSchema,
          { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs },
        )) as ToolResult;
      } catch (cause) {
        if (isClosed) throw offline(cause);
        throw new AgentError(
          'ERR_AGENT_TOOL_FAILED',
          `${quoted(`${id}.${tool}`)} failed: ${printable(shorten(messageOf(cause), 200))}`,
          {},
          { cause },
        );
      }
    },
    saidChanged() {
      const changed = hasChanged;
      hasChanged = false;
      return changed;
    },
    close: () => client.close(),
  };
}

function requireBounded(id: string, tools: readonly ListedTool[]): void {
  if (tools.length > TOOLS_MAX) throw tooLarge(id, `it has more than ${TOOLS_MAX} tools`);
  const size = JSON.stringify(tools).length;
  if (size > TOOL_LIST_MAX) throw tooLarge(id, `it has more than ${TOOL_LIST_MAX} characters`);
}

const tooLarge = (id: string, why: string): AgentError =>
  new AgentError(
    'ERR_AGENT_TOOLS',
    `the list of tools of MCP server \`${printable(id)}\` cannot be used: ${why}`,
  );

/**
 * Names what a server says of a tool: another text, schema or annotation gives another hash.
 *
 * @returns SHA-256 in hex.
 * @throws {AgentError} `ERR_AGENT_TOOLS` if it is not JSON.
 */
export function hashOfTool(id: string, tool: ListedTool): string {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const said = { name, title, description, inputSchema, outputSchema, annotations };
  try {
    return sha256Hex(canonicalJson(fromJsonValue(JSON.parse(JSON.stringify(said)), 'tool')));
  } catch (cause) {
    throw tooLarge(id, `tool ${quoted(name)} is not JSON: ${quoted(messageOf(cause))}`);
  }
}

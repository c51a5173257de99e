import {
  checkOptions,
  hasMethods,
  isAnything,
  isOneOf,
  isPositive,
  isString,
  required,
} from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { sha256Hex, type JsonValue } from '../../interpreter/index.ts';
import {
  defineService,
  fail,
  messageOf,
  type FunctionDeclaration,
  type Guard,
  type ServiceDefinition,
  type StandardSchemaV1,
} from '../../services/index.ts';
import { AgentError } from '../errors.ts';
import { CALL_MS, TOOL_OUTPUT_MAX } from '../limits.ts';
import { answerOf } from './answer.ts';
import { connectTo, hashOfTool, type Connection, type ListedTool } from './connection.ts';
import { quoted, safeNames } from './names.ts';
import { argumentsOf, type ToolArgument } from './schemas.ts';
import type { McpTransport } from './transport.ts';

/** The options of {@link mcpService}. */
export interface McpServerOptions {
  /** Id of the service: your own name for the server, which scripts, guards and policies use. The server cannot choose it. */
  readonly id: string;
  /** Reaches the server, such as a `StdioClientTransport`. */
  readonly transport: McpTransport;
  /** The server's names of the tools that become functions. Left out: all. */
  readonly tools?: readonly string[];
  /** Guards by function and argument, under their safe names. Left out: none. A policy can add rules. */
  readonly guards?: Readonly<Record<string, Readonly<Record<string, Guard>>>>;
  /** The `digest` that the tools must have: others are refused. */
  readonly pinned?: string;
  /** `json`: a text that is JSON becomes that value, so that scripts can take parts of it. Left out: `plain`. */
  readonly texts?: 'plain' | 'json';
  /** Longest answer of one call, in characters of its JSON; 1 048 576 if left out. */
  readonly outputMax?: number;
  /** How long one call may take, milliseconds; 60 000 if left out. */
  readonly callMs?: number;
}

/** What a server says of one of its tools. Nothing here is checked, and nothing here is trusted. */
export interface McpTool {
  /** Name of the function. */
  readonly name: string;
  /** As the server calls it. */
  readonly original: string;
  readonly description: string;
  /** Hints of the server, such as `readOnlyHint`. */
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** A service whose functions are the tools of an MCP server. */
export interface McpService extends ServiceDefinition<undefined> {
  readonly tools: readonly McpTool[];
  /** SHA-256 (hex) over all that the server said of these tools. */
  readonly digest: string;
  /**
   * Lists the tools again.
   *
   * @throws {AgentError} `ERR_AGENT_TOOL_CHANGED` if one of these tools is gone, or is described in another way. From then on all calls fail.
   */
  verify(): Promise<void>;
  /** Ends the connection; a server that was started as a process ends. */
  close(): Promise<void>;
}

/**
 * Turns the tools of an MCP server into a service: each tool is a function, its arguments by position, with the server's schemas. Calls are
 * recorded, guarded and ruled by policies as calls of any other service. Every answer has the origin (host peer, `id`, function): what the
 * server says of its own answers (`_meta`, annotations) is left out.
 *
 * The tools are those that the server lists now. A server that changes them later is refused.
 *
 * @throws {AgentError} If the server does not answer, or its tools cannot be used: see docs/spec/errors.md.
 * @throws {TypeError} If an option is missing or misspelt, or a guard names an argument that the tool does not have.
 * @spec docs/agents.md#tools-as-a-service
 * @example
 * const bank = await mcpService({ id: 'bank', transport, guards: { pay: { payee: from(initPeer, 'book', 'find', '.$.account') } } });
 * createPeer({ secretKey, transport: network, services: [startService(bank)] });
 */
export async function mcpService(server: McpServerOptions): Promise<McpService> {
  checkOptions('mcpService', server, {
    id: required(isString),
    transport: required(hasMethods('start', 'send', 'close')),
    tools: isAnything,
    guards: isAnything,
    pinned: isString,
    texts: isOneOf('plain', 'json'),
    outputMax: isPositive,
    callMs: isPositive,
  });
  const connection = await connectTo(server.id, server.transport, '1');
  try {
    return serviceOver(connection, await chosenTools(connection, server), server);
  } catch (failure) {
    await connection.close();
    throw failure;
  }
}

async function chosenTools(
  connection: Connection,
  { id, tools: wanted }: McpServerOptions,
): Promise<ListedTool[]> {
  const listed = await connection.list();
  const names = listed.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new AgentError(
      'ERR_AGENT_TOOL_NAME',
      `tools of \`${printable(id)}\`: the name ${quoted(twice)} stands twice`,
    );
  const missing = wanted?.find(name => !names.includes(name));
  if (missing !== undefined)
    throw new AgentError('ERR_AGENT_TOOLS', `MCP server \`${printable(id)}\` has no tool ${quoted(missing)}`);
  return wanted === undefined ? listed : listed.filter(({ name }) => wanted.includes(name));
}

function serviceOver(
  connection: Connection,
  listed: readonly ListedTool[],
  server: McpServerOptions,
): McpService {
  const { id, guards = {}, pinned } = server;
  const names = safeNames(
    listed.map(({ name }) => name),
    `tools of \`${printable(id)}\``,
  );
  const hashes = new Map(listed.map(tool => [tool.name, hashOfTool(id, tool)]));
  const digest = sha256Hex([...hashes.values()].toSorted().join('\n'));
  if (pinned !== undefined && pinned !== digest)
    throw new AgentError(
      'ERR_AGENT_TOOL_CHANGED',
      `the tools of MCP server \`${printable(id)}\` are not those that were pinned: review them, then pin \`${digest}\``,
      { server: id, digest },
    );
  const unknown = Object.keys(guards).find(name => ![...names.values()].includes(name));
  if (unknown !== undefined)
    throw new TypeError(`mcpService: guards for unknown function \`${id}.${unknown}\``);

  let change: AgentError | undefined;
  const verify = async (): Promise<void> => {
    change ??= changeOf(id, hashes, await connection.list());
    if (change !== undefined) throw change;
  };
  /** How often the server has said that its tools changed, and how many of these changes a later list covers. */
  let [said, verified] = [0, 0];
  const beforeCall = async (): Promise<void> => {
    if (connection.saidChanged()) said += 1;
    // Each call makes its own list: one that failed, or that another call still waits for, verifies nothing.
    if (verified < said) {
      const upTo = said;
      await verify();
      verified = Math.max(verified, upTo);
    }
    if (change !== undefined) throw change;
  };
  const functions = listed.map(tool => {
    const name = names.get(tool.name) as string;
    const where = quoted(`${id}.${tool.name}`);
    const args = argumentsOf(tool.inputSchema, where);
    return [
      name,
      functionOf(tool.name, args, guards[name] ?? {}, { ...server, connection, where, beforeCall }),
    ] as const;
  });
  return {
    ...defineService({ id, functions: Object.fromEntries(functions) }),
    tools: listed.map(({ name: original, description = '', annotations = {} }) => ({
      name: names.get(original) as string,
      original,
      description,
      annotations,
    })),
    digest,
    verify,
    close: () => connection.close(),
  };
}

interface Served extends McpServerOptions {
  readonly connection: Connection;
  readonly where: string;
  beforeCall(): Promise<void>;
}

function functionOf(
  tool: string,
  args: readonly ToolArgument[],
  guards: Readonly<Record<string, Guard>>,
  { connection, where, beforeCall, texts = 'plain', outputMax = TOOL_OUTPUT_MAX, callMs = CALL_MS }: Served,
): FunctionDeclaration<undefined, Readonly<Record<string, StandardSchemaV1>>> {
  return {
    arguments: Object.fromEntries(args.map(({ name, schema }) => [name, schema])),
    guards,
    async handler(given, { signal, remainingMs, idempotencyKey }) {
      try {
        await beforeCall();
        const timeoutMs = Math.max(1, Math.min(callMs, remainingMs));
        const result = await connection.call(tool, byName(args, given), {
          signal,
          timeoutMs,
          idempotencyKey,
        });
        return answerOf(result, texts, outputMax, where);
      } catch (failure) {
        return fail(
          failure instanceof AgentError ? `${failure.code}: ${failure.message}` : messageOf(failure),
        );
      }
    },
  };
}

/** The arguments under the server's names. */
function byName(
  args: readonly ToolArgument[],
  given: Readonly<Record<string, unknown>>,
): Record<string, JsonValue> {
  const named: [string, JsonValue][] = [];
  for (const { name, original, isNullLeftOut } of args) {
    const value = given[name];
    if (value === undefined || (value === null && isNullLeftOut)) continue;
    named.push([original, value as JsonValue]);
  }
  return Object.fromEntries(named);
}

/** Which of the wrapped tools is not what it was. Tools that are new are not offered, so they do not matter. */
function changeOf(
  id: string,
  hashes: ReadonlyMap<string, string>,
  listed: readonly ListedTool[],
): AgentError | undefined {
  for (const [name, hash] of hashes) {
    const now = listed.filter(tool => tool.name === name);
    if (now.length === 1 && hashOfTool(id, now[0] as ListedTool) === hash) continue;
    const what = now.length === 0 ? 'is gone' : 'is not what it was when it was wrapped';
    return new AgentError(
      'ERR_AGENT_TOOL_CHANGED',
      `tool ${quoted(name)} of MCP server \`${printable(id)}\` ${what}: review the server, then start again`,
      { server: id, tool: name },
    );
  }
  return undefined;
}

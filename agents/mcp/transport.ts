/**
 * What reaches an MCP server: any client transport of `@modelcontextprotocol/sdk`, such as `StdioClientTransport`. Written out here, so that
 * these declarations need no package.
 */
export interface McpTransport {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
}

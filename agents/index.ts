/**
 * `beryl/agents`: plans of models, checked before they run, and the tools of MCP servers as guarded services. The protocol,
 * `@modelcontextprotocol/sdk`, is an optional dependency behind {@link mcpService}.
 *
 * @module beryl/agents
 */
export { createAgent, type Agent } from './agent.ts';
export { type PlanFinding, type PlanFindingCode } from './check/finding.ts';
export { AgentError, type AgentErrorCode } from './errors.ts';
export { mcpService, type McpServerOptions, type McpService, type McpTool } from './mcp/service.ts';
export { stdioTransport, type StdioOptions } from './mcp/stdio.ts';
export { type McpTransport } from './mcp/transport.ts';
export { parsePlan, type Plan, type PlanStep, type PlanSteps } from './plan/plan.ts';
export { PLAN_MAX } from './limits.ts';
export { type PlanExplanation } from './explanation.ts';
export { type AgentOptions } from './options.ts';
export { type PlanCheck } from './plan-check.ts';
export { type PlanResult, type RanCall } from './plan-run.ts';
export { type AgentTool } from './tools.ts';

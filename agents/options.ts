import { checkOptions, isAnything, isIterable, isPlain, isPositive, required } from '../base/options.ts';
import type { Signer } from '../interpreter/index.ts';
import type { createPeer, PeerObserver } from '../peer/index.ts';
import type { ServiceDefinition } from '../services/index.ts';
import type { McpService } from './mcp/service.ts';

/** The options of {@link createAgent}. */
export interface AgentOptions {
  /** Seed of 32 bytes, or a signer: the identity of the agent's peer, which starts and signs every plan. */
  readonly secretKey: Uint8Array | Signer;
  /** Services that plans may call, beside the builtins: what `mcpService` or `defineService` gives. */
  readonly services: readonly (ServiceDefinition<never> | ServiceDefinition | McpService)[];
  /** What stands in a policy file. Left out: no rules but the guards of the services. */
  readonly policy?: unknown;
  /** Life of a run, milliseconds; 120 000 if left out. */
  readonly runMs?: number;
  /** Sees all that happens on the agent's peer: a `Recorder`, for instance. */
  readonly observer?: PeerObserver;
  /** Milliseconds since 1970, and timers. Left out: the system's. */
  readonly clock?: Parameters<typeof createPeer>[0]['clock'];
}

/** @throws {TypeError} If an option is missing or misspelt. */
export function checkAgentOptions(options: AgentOptions): void {
  checkOptions('createAgent', options, {
    secretKey: required(isAnything),
    services: required(isIterable),
    policy: isAnything,
    runMs: isPositive,
    observer: isPlain,
    clock: isPlain,
  });
}

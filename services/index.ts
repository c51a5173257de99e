/**
 * What a call request meets on its peer: services that are declared with their guards, the gatekeeper, and the one order in
 * which they decide.
 *
 * @module beryl/services
 */
export { defineService } from './define-service.ts';
export type {
  ArgumentSchemas,
  ArgumentValues,
  FunctionDeclaration,
  ServiceDefinition,
  ServiceFunction,
  ServiceSpec,
} from './define-service.ts';
export { callKeyOf } from './call-key.ts';
export type { CallContext, CallFacts } from './call-context.ts';
export type { KeepResult } from './handler-run.ts';
export { fail, ok, okJson } from './result.ts';
export type { SchemaIssue, StandardSchemaV1 } from './schema.ts';
export type { GuardMode } from './guard-mode.ts';

export { allOf, anyOf, each, expectThat } from './guards/guard.ts';
export { hostPeer, initPeer } from './guards/peer-ref.ts';
export type {
  ArgumentOrigin,
  CallerGuard,
  Guard,
  GuardedArgument,
  OriginRule,
  Rule,
} from './guards/guard.ts';
export type { PeerRef } from './guards/peer-ref.ts';
export { expectInitPeer } from './guards/expect-init-peer.ts';
export { expectLiteral } from './guards/expect-literal.ts';
export { expectOrigin } from './guards/expect-origin.ts';
export { anyPart, from } from './guards/from.ts';
export { literalOf } from './guards/literal-of.ts';
export { positionOf, whose } from './guards/whose.ts';
export { derivedOnlyFrom } from './guards/derived-only-from.ts';
export { selectedBy } from './guards/selected-by.ts';
export type { Selectable } from './guards/selected-by.ts';
export { monitor } from './guards/monitor.ts';
export type { Denial, ExpectedOrigin, OriginStep, Reason } from './guards/denial.ts';
export { formatDenial } from './guards/denial-text.ts';
export type { NameOf } from './guards/denial-text.ts';

export { loadAcl } from './gatekeeper/acl.ts';
export type { Acl, AclRule } from './gatekeeper/acl.ts';
export { createGatekeeper } from './gatekeeper/gatekeeper.ts';
export type { AccessRequest, Gatekeeper } from './gatekeeper/gatekeeper.ts';

export { isServiceInstance, startService } from './service-instance.ts';
export type { ServiceInstance, StateChange, StatePatch } from './service-instance.ts';
export { createRegistry } from './registry.ts';
export type { Registry, ServiceLookup } from './registry.ts';
export { createDispatcher } from './dispatch.ts';
export type { Dispatcher, DispatcherOptions, IncomingCall } from './dispatch.ts';
export type { CallDecision, CallEvent, CallObserver, CallParticle } from './call-decision.ts';
export type { Clock } from './clock.ts';
export type { Logger } from './logger.ts';
export { messageOf } from './text.ts';
export { ServiceError } from './errors.ts';
export type { ServiceErrorCode } from './errors.ts';

export { auth } from './samples/auth.ts';
export type { AuthState } from './samples/auth.ts';
export { authStatus } from './samples/auth-status.ts';
export { blog } from './samples/blog.ts';
export type { Post } from './samples/blog.ts';
export { builtins } from './builtins/builtins.ts';
export type { PeerServiceOptions } from './builtins/peer.ts';

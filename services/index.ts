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
  HandlerAnswer,
  JsonAnswer,
  KeptState,
  ResultsOf,
  ServiceDefinition,
  ServiceFunction,
  ServiceSpec,
} from './define-service.ts';
export type { StateSchema, VersionedState } from './state-declaration.ts';
export { callSchema } from './call-schema.ts';
export type { CallSchema, FunctionSchema } from './call-schema.ts';
export type { JsonSchema } from './json-schema.ts';
export type { GetterInto, PartAt } from './result-path.ts';
export { callKeyOf } from './call-key.ts';
export type { CallContext, CallFacts, CallLog } from './call-context.ts';
export type { KeepResult } from './handler-call.ts';
export { fail, isFail, ok, okJson } from './result.ts';
export { schemaMistake } from './schema-mistake.ts';
export type { SchemaIssue, StandardSchemaV1 } from './schema.ts';
export type { GuardMode } from './guard-mode.ts';

export { allOf, anyOf, each, expectThat } from './guards/guard.ts';
export { hostPeer, initPeer } from './guards/peer-ref.ts';
export type {
  ArgumentOrigin,
  CallerGuard,
  Guard,
  GuardedArgument,
  GuardOf,
  OriginRule,
  Rule,
} from './guards/guard.ts';
export type { OriginPeer, PeerIdentity, PeerRef } from './guards/peer-ref.ts';
export { expectInitPeer } from './guards/expect-init-peer.ts';
export { expectLiteral } from './guards/expect-literal.ts';
export { expectOrigin } from './guards/expect-origin.ts';
export { anyPart, from } from './guards/from.ts';
export { literalOf } from './guards/literal-of.ts';
export { argumentIndexOf, whose } from './guards/whose.ts';
export { derivedOnlyFrom } from './guards/derived-only-from.ts';
export { selectedBy } from './guards/selected-by.ts';
export type { Selectable } from './guards/selected-by.ts';
export { provenValue, withReceipt } from './guards/with-receipt.ts';
export type { ProvenValue, ReceiptRules } from './guards/with-receipt.ts';
export { monitor } from './guards/monitor.ts';
export type { Denial, ExpectedOrigin, OriginStep, Reason, RuleDenial } from './guards/denial.ts';
export { nearestMiss } from './guards/nearest-miss.ts';
export type { NearestMiss } from './guards/nearest-miss.ts';
export { formatDenial } from './guards/denial-text.ts';
export type { NameOf } from './guards/denial-text.ts';

export { loadAcl } from './gatekeeper/acl.ts';
export type { Acl, AclLimit, AclRule } from './gatekeeper/acl.ts';
export { createGatekeeper } from './gatekeeper/gatekeeper.ts';
export type { AccessRequest, Gatekeeper } from './gatekeeper/gatekeeper.ts';

export { compilePolicy } from './policy/policy.ts';
export type { Policy, PolicyCall, PolicyVerdict } from './policy/policy.ts';
export { parsePolicy, policySchema, POLICY_FORMAT } from './policy/policy-file.ts';
export type { ArgumentCondition, OriginCondition, PolicyFile, PolicyRule } from './policy/policy-file.ts';
export { checkPolicy } from './policy/check-policy.ts';
export type { KnownServices, PolicyWarning } from './policy/check-policy.ts';
export { RateLimiter } from './rate.ts';
export type { Rate } from './rate.ts';
export { createPolicySet } from './policy/policy-set.ts';
export type { PolicyRuleReport, PolicySet } from './policy/policy-set.ts';

export { isServiceInstance, startService } from './service-instance.ts';
export type { ServiceInstance, StateChange, StatePatch } from './service-instance.ts';
export { createRegistry } from './registry.ts';
export type { Registry, ServiceLookup } from './registry.ts';
export { createDispatcher } from './dispatch.ts';
export type { Dispatcher, DispatcherOptions, IncomingCall, Recall } from './dispatch.ts';
export type {
  CallDecision,
  CallEvent,
  CallObserver,
  CallParticle,
  NestedCall,
  PolicyDecision,
} from './call-decision.ts';
export type { Clock } from './clock.ts';
export type { Logger } from './logger.ts';
export { decideAgain } from './decide-again.ts';
export type { DecidedAgain } from './decide-again.ts';
export { foreseeDenial, foreseeRules } from './foresee.ts';
export type { ForeseenCall, ForeseenOrigin } from './foresee.ts';
export { allowedFunctions, callAllowed, listMistake } from './allowed-services.ts';
export type { AllowedEnd, AllowedFunction, AllowedFunctions, AllowedService } from './allowed-services.ts';
export { createChannel } from './channel/channel.ts';
export type { Channel, ChannelLimits, ChannelOptions, ChannelStatus } from './channel/channel.ts';
export type { AnswerAsk } from './channel/answer-ask.ts';
export type { ChannelAnswer, ChannelCall, ServiceAsk } from './channel/call-message.ts';
export type { ChannelKey } from './channel/channel-key.ts';
export { ChannelError } from './channel/errors.ts';
export type { ChannelErrorCode } from './channel/errors.ts';
export { createKeyService } from './channel/key-service.ts';
export type { FoundKey, KeyService, KeyServiceOptions, KeyStatus } from './channel/key-service.ts';
export type { KeyStore, KeyVault } from './channel/kept-keys.ts';
export type { ChannelConnector, ChannelLink } from './channel/link.ts';
export type { ChannelMode } from './channel/mode.ts';
export type { RejectCounts } from './channel/rejects.ts';
export { remoteService, servedElsewhere } from './channel/remote-service.ts';
export type { RemoteServiceOptions } from './channel/remote-service.ts';
export { serveChannel } from './channel/serve-channel.ts';
export type { ChannelServer, ServeOptions } from './channel/serve-channel.ts';
export { createServiceKeys } from './channel/service-keys.ts';
export type { ServiceKeys, ServiceKeysOptions } from './channel/service-keys.ts';
export { messageOf } from './text.ts';
export { ServiceError } from './errors.ts';
export type { ServiceErrorCode } from './errors.ts';

export { auth } from './samples/auth.ts';
export type { AuthResults, AuthState } from './samples/auth.ts';
export { authStatus } from './samples/auth-status.ts';
export { blog } from './samples/blog.ts';
export type { Post } from './samples/blog.ts';
export { builtins } from './builtins/builtins.ts';
export type { Contact, Contacts } from './builtins/contacts.ts';
export { aliasService } from './builtins/srv.ts';
export type { AliasOptions } from './builtins/srv.ts';
export { sigMessage } from './builtins/sig.ts';
export type { SigKey } from './builtins/sig.ts';
export type { PeerServiceOptions } from './builtins/peer.ts';

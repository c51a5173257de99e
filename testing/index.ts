/**
 * `beryl/testing`: services and policies under test: a network in one file, calls with made-up origins, denials in full, and which rule was
 * never seen to deny. Needs no test framework; works under vitest and `node:test`.
 *
 * @packageDocumentation
 */
export { testNetwork, type TestNetwork, type TestPeer } from './network.ts';
export { callAs, type CallAs, type TestCall, type TestCallOptions } from './call-as.ts';
export { answer, canonOf, composed, failureOf, literal, type TestOrigin } from './origins.ts';
export { assertDenied, assertFailed, assertServed, denialOf, explain, matchers } from './expectations.ts';
export { GuardCoverage, type CoveredRule } from './coverage.ts';
export { callScripts, type Arbitraries, type ScriptServices } from './scripts.ts';

/**
 * `beryl/aqua`: Aqua programs on Beryl. The compiler, `@fluencelabs/aqua-api`, is an optional dependency behind {@link compile}.
 *
 * @module beryl/aqua
 */
export { call, functionOf, given, type CallArguments, type CallOptions } from './call.ts';
export {
  compile,
  type AquaFunction,
  type AquaService,
  type AquaSource,
  type CompiledAqua,
  type CompileOptions,
} from './compile.ts';
export { declare } from './declare.ts';
export { diagnosticText, type AquaDiagnostic } from './diagnostics.ts';
export { AquaError, type AquaErrorCode } from './errors.ts';
export { withAquaCall, type AquaCall } from './failure.ts';
export { typeText, type AquaArgument, type AquaType } from './types.ts';
export { typescriptOf } from './typescript.ts';

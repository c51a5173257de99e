import { BerylError } from '../base/error.ts';

/**
 * Return codes of a run: `base of the class + place in it`, as AquaVM numbers them; what AquaVM does not know stands after
 * its last one in each class. Each is explained in docs/spec/errors.md.
 */
export const RetCode = {
  success: 0,

  // Preparation: nothing was executed; `data` is `prevData`.
  airParse: 1,
  dataMalformed: 2,
  callResultsMalformed: 5,
  dataVersion: 6,
  keyMalformed: 7,
  valueMismatch: 8,
  signatureMismatch: 9,
  sizeLimit: 10,
  signerNotCurrentPeer: 11,
  keyInvalid: 12,
  // 13 and 16 belonged to version 1 of the format.
  equivocation: 14,
  recordMalformed: 15,

  // Catchable: xor handles them; at the top, new data is returned.
  localServiceError: 10000,
  matchValuesNotEqual: 10001,
  mismatchValuesEqual: 10002,
  variableNotFound: 10003,
  foldOverNonArray: 10005,
  userError: 10006,
  lensError: 10007,
  invalidErrorObject: 10008,
  clearedByNew: 10009,
  lengthOfNonArray: 10010,
  nonStringInTriplet: 10011,
  mapKeyUnsupported: 10012,
  nameSizeLimit: 10013,

  // Uncatchable: the run never happened; `data` is `prevData`.
  traceError: 20000,
  foldStateNotFound: 20003,
  iterableShadowing: 20004,
  multipleIterableValues: 20005,
  callResultNotCorrespondToInstruction: 20006,
  shadowingNotAllowed: 20007,
  scopeCorrupted: 20008,
  valueNotFound: 20010,
  malformedFailure: 20012,
  streamSizeLimit: 20013,
  mapPairMalformed: 20014,
  canonEmptyForScalar: 20016,
  parametersMismatch: 20017,
  signingFailed: 20018,
  recordNotReached: 20021,
  depthLimit: 20022,
  instructionLimit: 20023,
  canonForged: 20024,

  // Farewell: new data is returned, and the host made a mistake.
  unprocessedCallResults: 30000,
} as const;

/** The name of a return code, as in docs/spec/errors.md. */
export type RetCodeName = keyof typeof RetCode;

/** The names of the codes 10000 to 10999: errors that `xor` catches. */
type CatchableName = {
  [Name in RetCodeName]: `${(typeof RetCode)[Name]}` extends `10${number}${number}${number}` ? Name : never;
}[RetCodeName];

/** Ends a run at once: untrusted input refused (preparation) or a script that cannot go on (uncatchable). */
export class RunError extends BerylError<`ERR_RUN_${number}`> {
  override readonly name = 'RunError';
  readonly retCode: number;

  constructor(kind: RetCodeName, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(`ERR_RUN_${RetCode[kind]}`, message, details);
    this.retCode = RetCode[kind];
  }
}

/** The instruction that raised an error, and the call that failed if it was one. */
interface ErrorPlace {
  /** Offset in the script. */
  readonly start: number;
  readonly call:
    { readonly peerId: string; readonly serviceId: string; readonly functionName: string } | undefined;
}

/** A catchable error of the script: a value that travels up the instructions until an `xor`, `par` or stream fold takes it. */
export class ScriptError {
  readonly code: number;
  readonly message: string;
  /** About a part of what an error register of this peer holds: another peer may have that part. */
  readonly isOfRegister: boolean;
  /** Where it was raised first. */
  place: ErrorPlace | undefined;

  readonly #kind: CatchableName;

  /** The compiler refuses the name of a code that `xor` does not catch. */
  constructor(kind: CatchableName, message: string, isOfRegister = false) {
    this.#kind = kind;
    this.code = RetCode[kind];
    this.message = message;
    this.isOfRegister = isOfRegister;
  }

  /** The same error, about what a register holds. */
  ofRegister(): ScriptError {
    return new ScriptError(this.#kind, this.message, true);
  }

  /** Not an error for most instructions: they wait for the variable instead. */
  get joinable(): boolean {
    return this.code === RetCode.variableNotFound;
  }
}

export const isScriptError = (value: unknown): value is ScriptError => value instanceof ScriptError;

/** An error that the script did not catch. The outcome still holds new data. */
export const isCatchableCode = (retCode: number): boolean =>
  retCode >= RetCode.localServiceError && retCode < RetCode.traceError;

import { BerylError } from '../base/error.ts';
import type { Span } from './ast.ts';
import { codeFrame, positionOf } from './source.ts';

export type AirErrorCode = 'ERR_AIR_LEXICAL' | 'ERR_AIR_SYNTAX' | 'ERR_AIR_VALIDATION';

/** The validation rules of AIR. Each stands in a file of its own in validator/rules. */
export type RuleName = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'V7';

export interface Diagnostic {
  readonly code: AirErrorCode;
  /** Set for validation. */
  readonly rule?: RuleName;
  /** One line. */
  readonly message: string;
  readonly span: Span;
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
}

export interface Finding {
  readonly code: AirErrorCode;
  readonly rule?: RuleName;
  readonly message: string;
  readonly span: Span;
}

/** Diagnostics beyond this number are counted, not shown. */
const SHOWN_MAX = 20;

/** A script that is refused. Its message shows each finding with the line of the script it is about. */
export class AirError extends BerylError<AirErrorCode> {
  override readonly name = 'AirError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(text: string, findings: readonly [Finding, ...Finding[]]) {
    const shown = findings.slice(0, SHOWN_MAX);
    const diagnostics = shown.map(finding => ({ ...finding, ...positionOf(text, finding.span.start) }));
    const reports = shown.map(({ message, span }) => `error: ${message}\n${codeFrame(text, span)}\n`);
    const more = findings.length > SHOWN_MAX ? `… and ${findings.length - SHOWN_MAX} more\n` : '';
    super(findings[0].code, reports.join('') + more, { diagnostics });
    this.diagnostics = diagnostics;
  }
}

import { invariant } from '../base/assert.ts';
import { BerylError } from '../base/error.ts';
import type { Span } from './ast.ts';
import { codeFrame, DEFAULT_FILE, positionOf } from './source.ts';

/** Codes are stable: never renamed, never reused. Each is explained in docs/spec/errors.md. */
export type AirErrorCode = 'ERR_AIR_LEXICAL' | 'ERR_AIR_SYNTAX' | 'ERR_AIR_VALIDATION';

/** The validation rules of AIR. Each stands in a file of its own in validator/rules. */
export type RuleName = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'V7';

/** What is wrong with a script, and where. */
export interface AirFinding {
  readonly code: AirErrorCode;
  /** Set for validation. */
  readonly rule?: RuleName;
  /** One line. */
  readonly message: string;
  readonly span: Span;
}

/** A finding with its line and column in the script. */
export interface Diagnostic extends AirFinding {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
}

/** Findings beyond this number are counted, not shown: a script can be made of nothing but mistakes. */
const SHOWN_MAX = 20;

/**
 * A script that is refused. The message is a report of several lines: each finding with the line of the script it is about. The
 * code is that of the first finding.
 */
export class AirError extends BerylError<AirErrorCode> {
  override readonly name = 'AirError';
  /** The first findings in the order of the report, 20 at most. */
  readonly diagnostics: readonly Diagnostic[];

  readonly #text: string;
  readonly #findings: readonly AirFinding[];

  /**
   * @param findings At least one.
   * @param file     Name of the text in the report.
   */
  constructor(text: string, findings: readonly AirFinding[], file: string = DEFAULT_FILE) {
    const [first] = findings;
    invariant(first !== undefined, 'a script is refused for a reason');
    const diagnostics = findings
      .slice(0, SHOWN_MAX)
      .map(finding => ({ ...finding, ...positionOf(text, finding.span.start) }));
    const reports = diagnostics.map(
      found => `error: ${found.message}\n${codeFrame(text, found.span, found, file)}\n`,
    );
    const more = findings.length > SHOWN_MAX ? `… and ${findings.length - SHOWN_MAX} more\n` : '';
    super(first.code, reports.join('') + more, { diagnostics });
    this.diagnostics = diagnostics;
    this.#text = text;
    this.#findings = findings;
  }

  /** The same report under another file name. */
  inFile(file: string): AirError {
    return new AirError(this.#text, this.#findings, file);
  }
}

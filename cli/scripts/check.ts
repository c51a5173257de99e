import {
  AirError,
  parseUnchecked,
  undefinedVariables,
  validate,
  type Diagnostic,
  type Script,
} from '../../air-grammar/index.ts';
import { readNetworkFile } from '../network-file.ts';
import type { ScriptFile } from './script-files.ts';

/** A script that was read, and what is wrong with it. */
export interface Checked {
  readonly file: ScriptFile;
  /** Nothing if the text is not a script at all. */
  readonly script: Script | undefined;
  readonly error: AirError | undefined;
}

/** @param known Names that the script may use without defining them. */
export function checkScript(file: ScriptFile, known: ReadonlySet<string>): Checked {
  try {
    const script = parseUnchecked(file.text);
    // The findings of V1 are these names, in this order.
    const names = undefinedVariables(script).map(({ name }) => name);
    let at = 0;
    const findings = validate(script).filter(
      ({ rule }) => rule !== 'V1' || !known.has(names[at++] as string),
    );
    const error = findings.length === 0 ? undefined : new AirError(file.text, findings, file.name);
    return { file, script, error };
  } catch (failure) {
    if (!(failure instanceof AirError)) throw failure;
    return { file, script: undefined, error: failure.inFile(file.name) };
  }
}

/** The names that `beryl run` would load: peers, variables and data of a network file. */
export function namesOfNetwork(path: string | undefined): Set<string> {
  if (path === undefined) return new Set();
  const { peers, variables, data } = readNetworkFile(path);
  return new Set(['-relay-', ...[peers, variables, data].flatMap(names => Object.keys(names))]);
}

/** As `--json` prints it. */
export const diagnosticJson = ({ code, rule, message, line, column, span }: Diagnostic): object => ({
  code,
  ...(rule === undefined ? {} : { rule }),
  message,
  line,
  column,
  start: span.start,
  end: span.end,
});

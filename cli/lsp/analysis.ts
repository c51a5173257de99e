import {
  AirError,
  diagnose,
  lint,
  occurrences,
  parseUnchecked,
  undefinedVariables,
  variableOrigins,
  type Diagnostic,
  type LintFinding,
  type Occurrence,
  type Script,
  type StaticOrigin,
} from '../../air-grammar/index.ts';

/** What is known of one version of a text. Each part is made when it is first asked for. */
export class Analysis {
  readonly text: string;
  #script: Script | null | undefined;
  #occurrences: readonly Occurrence[] | undefined;
  #origins: ((name: string, offset: number) => StaticOrigin[]) | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get diagnostics(): readonly Diagnostic[] {
    return diagnose(this.text);
  }

  /** Nothing while the text has syntax errors. */
  get script(): Script | undefined {
    if (this.#script === undefined) this.#script = parsed(this.text);
    return this.#script ?? undefined;
  }

  /** Names that the script reads and nothing sets. */
  get undefinedNames(): readonly string[] {
    return this.script === undefined ? [] : undefinedVariables(this.script).map(({ name }) => name);
  }

  get lints(): readonly LintFinding[] {
    return this.script === undefined ? [] : lint(this.script);
  }

  get occurrences(): readonly Occurrence[] {
    this.#occurrences ??= this.script === undefined ? [] : occurrences(this.script);
    return this.#occurrences;
  }

  /** The variable that is named at a place. */
  occurrenceAt(offset: number): Occurrence | undefined {
    return this.occurrences.find(({ span }) => span.start <= offset && offset <= span.end);
  }

  /** All places that name the same variable. */
  sameAs({ variable }: Occurrence): readonly Occurrence[] {
    return this.occurrences.filter(other => other.variable === variable);
  }

  originsOf({ name, span }: Occurrence): readonly StaticOrigin[] {
    if (this.script === undefined) return [];
    this.#origins ??= variableOrigins(this.script);
    return this.#origins(name, span.start);
  }
}

function parsed(text: string): Script | null {
  try {
    return parseUnchecked(text);
  } catch (failure) {
    if (failure instanceof AirError) return null;
    throw failure;
  }
}

import { StartedFailure } from '../peer/index.ts';
import type { CompiledAqua } from './compile.ts';

/** A call in the text of a program. */
export interface AquaCall {
  /** As it stands there: `Blog.add_post`. */
  readonly text: string;
  readonly functionName: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

const CALL = /\b(?<text>[A-Z]\w*(?:\s*\([^()]*\))?\.(?<fn>[a-z]\w*))\s*\(/gu;

/** The calls of services in a source, by their form. */
export function callsIn(code: string, file: string): AquaCall[] {
  return code.split('\n').flatMap((line, i) => {
    const [before = ''] = line.split('--');
    return [...before.matchAll(CALL)].map(({ groups }) => ({
      text: groups?.['text'] ?? '',
      functionName: groups?.['fn'] ?? '',
      file,
      line: i + 1,
    }));
  });
}

/** The call of an error object: `call peer ("service" "function") […]`. */
const INSTRUCTION = /^call \S+ \(\S+ "(?<fn>[^"]*)"\)/u;

/** A failure whose message names the Aqua call that failed, and its line where only one call is possible. */
export function withAquaCall(failure: unknown, { calls }: CompiledAqua): unknown {
  if (!(failure instanceof StartedFailure)) return failure;
  const functionName = failedFunction(failure.details);
  const possible = calls.filter(call => call.functionName === functionName);
  const texts = new Set(possible.map(({ text }) => text));
  const [first] = possible;
  if (first === undefined || texts.size !== 1) return failure;
  const place = possible.length === 1 ? ` (${first.file}:${first.line})` : '';
  return new StartedFailure(
    failure.code,
    `Aqua call \`${first.text}\`${place}: ${failure.message}`,
    { ...failure.details, aqua: possible },
    { cause: failure },
  );
}

function failedFunction(details: unknown): string | undefined {
  const { functionName, error } = Object(details) as { functionName?: unknown; error?: unknown };
  if (typeof functionName === 'string') return functionName;
  const { instruction } = Object(error) as { instruction?: unknown };
  return typeof instruction === 'string' ? INSTRUCTION.exec(instruction)?.groups?.['fn'] : undefined;
}

import { messageOf } from '../../services/index.ts';
import { fromJsonValue, type JsonValue } from '../../interpreter/index.ts';
import { shorten } from '../../base/printable.ts';
import { AgentError } from '../errors.ts';
import { DESCRIPTION_MAX } from '../limits.ts';
import { quoted } from './names.ts';

/** What a server answers to a call, as the protocol has it. */
export interface ToolResult {
  readonly content?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly structuredContent?: Readonly<Record<string, unknown>> | undefined;
  readonly isError?: boolean | undefined;
}

/**
 * The answer of a tool as a value of a script: its structured content; else its text; else a list of all its parts. `_meta` and
 * `annotations` are the server's claims about its own answer: they are left out, so that no guard can read them.
 *
 * @param texts `json`: a text that is JSON becomes that value.
 * @throws {AgentError} `ERR_AGENT_TOOL_FAILED` if it is an error, `ERR_AGENT_TOOL_OUTPUT` if it is too large or not JSON.
 */
export function answerOf(result: ToolResult, texts: 'plain' | 'json', max: number, where: string): JsonValue {
  const { content = [], structuredContent, isError } = result;
  if (isError === true)
    throw new AgentError(
      'ERR_AGENT_TOOL_FAILED',
      `${where} failed: ${shorten(textOf(content), DESCRIPTION_MAX)}`,
    );
  const value =
    structuredContent ??
    (content.length === 1 ? partOf(content[0], texts) : content.map(part => partOf(part, texts)));
  return checked(value, max, where);
}

const textOf = (content: NonNullable<ToolResult['content']>): string =>
  content.flatMap(part => (typeof part['text'] === 'string' ? part['text'] : [])).join('\n') ||
  'it says nothing';

function partOf(part: Readonly<Record<string, unknown>> | undefined, texts: 'plain' | 'json'): unknown {
  const { _meta, annotations: _claimed, ...kept } = part ?? {};
  if (kept['type'] !== 'text' || typeof kept['text'] !== 'string') return kept;
  if (texts === 'plain') return kept['text'];
  try {
    return JSON.parse(kept['text']) as unknown;
  } catch {
    return kept['text'];
  }
}

function checked(value: unknown, max: number, where: string): JsonValue {
  const size = JSON.stringify(value)?.length ?? 0;
  if (size > max)
    throw new AgentError(
      'ERR_AGENT_TOOL_OUTPUT',
      `${where} answered with ${size} characters, and may answer with ${max}: ask for less`,
    );
  try {
    fromJsonValue(value, 'answer');
    return value as JsonValue;
  } catch (cause) {
    throw new AgentError('ERR_AGENT_TOOL_OUTPUT', `${where} gave no JSON: ${quoted(messageOf(cause))}`);
  }
}

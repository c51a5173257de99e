import { printable, shorten } from '../../base/printable.ts';
import { AgentError } from '../errors.ts';
import { NAME_MAX } from '../limits.ts';

const QUOTED_MAX = 64;

/** A stranger's name, as messages quote it. */
export const quoted = (name: string): string => `\`${printable(shorten(name, QUOTED_MAX))}\``;

/**
 * The name under which scripts and policies know a server's tool or argument: letters, digits and `_`. Every other character becomes `_`.
 *
 * @returns Nothing if the name is empty, too long, or one that JavaScript gives a meaning.
 * @example safeName('files/read-text') // 'files_read_text'
 */
export function safeName(name: string): string | undefined {
  if (name === '' || name.length > NAME_MAX) return undefined;
  const safe = name.replaceAll(/[^A-Za-z0-9_]/gu, '_').replace(/^(?=\d)/u, '_');
  return safe === '__proto__' ? undefined : safe;
}

/**
 * Safe names by the server's own. Two names that become one are refused: the second would answer for the first.
 *
 * @param what Of what they are names, in messages: "tools of `mail`".
 * @throws {AgentError} `ERR_AGENT_TOOL_NAME`.
 */
export function safeNames(names: readonly string[], what: string): Map<string, string> {
  const mapped = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const name of names) {
    const safe = safeName(name);
    if (safe === undefined)
      throw new AgentError(
        'ERR_AGENT_TOOL_NAME',
        `${what}: the name ${quoted(name)} cannot be used: it needs 1 to ${NAME_MAX} characters`,
      );
    const other = taken.get(safe);
    if (other !== undefined)
      throw new AgentError(
        'ERR_AGENT_TOOL_NAME',
        `${what}: ${quoted(other)} and ${quoted(name)} both become \`${safe}\`: leave one out with \`tools\``,
      );
    taken.set(safe, name);
    mapped.set(name, safe);
  }
  return mapped;
}

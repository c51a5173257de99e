import { z } from 'zod';
import type { StandardSchemaV1 } from '../../services/index.ts';
import { messageOf } from '../../services/index.ts';
import { printable, shorten } from '../../base/printable.ts';
import { AgentError } from '../errors.ts';
import { SCHEMA_DEPTH_MAX, SCHEMA_NODES_MAX, TOOL_ARGUMENTS_MAX } from '../limits.ts';
import { quoted, safeNames } from './names.ts';

/** One argument of a tool, as a service declares it. */
export interface ToolArgument {
  /** As scripts and policies know it. */
  readonly name: string;
  /** As the server knows it. */
  readonly original: string;
  readonly isRequired: boolean;
  /** `null` means that the argument is left out, because the server's schema does not take it as a value. */
  readonly isNullLeftOut: boolean;
  readonly schema: StandardSchemaV1;
}

type Node = Readonly<Record<string, unknown>>;

/**
 * The arguments of a tool, by position: required ones first, in the order of the server's schema.
 *
 * @param where The tool, in messages.
 * @throws {AgentError} `ERR_AGENT_TOOL_SCHEMA`, `ERR_AGENT_TOOL_NAME`.
 */
export function argumentsOf(inputSchema: unknown, where: string): ToolArgument[] {
  const { properties = {}, required = [], $defs, definitions } = inputSchema as Node;
  if (!isNode(properties) || !Array.isArray(required))
    throw unusable(where, 'it does not describe an object');
  const named = Object.keys(properties);
  if (named.length > TOOL_ARGUMENTS_MAX)
    throw unusable(where, `it has more than ${TOOL_ARGUMENTS_MAX} arguments`);
  const unknown = required.find(name => typeof name !== 'string' || !named.includes(name));
  if (unknown !== undefined)
    throw unusable(where, `it requires ${quoted(String(unknown))}, which it does not describe`);
  const names = safeNames(named, `arguments of ${where}`);
  const isRequired = (name: string): boolean => required.includes(name);
  return [...named.filter(isRequired), ...named.filter(name => !isRequired(name))].map(original => {
    const own = withDefinitions(properties[original], { $defs, definitions }, where);
    const schema = schemaFor(own, where);
    const isNullLeftOut = !isRequired(original) && !schema.safeParse(null).success;
    return {
      name: names.get(original) as string,
      original,
      isRequired: isRequired(original),
      isNullLeftOut,
      schema: isRequired(original) ? schema : z.union([schema, z.null()]).optional(),
    };
  });
}

/** Makes a property's schema complete in itself: the definitions that it may refer to are copied into it. */
function withDefinitions(schema: unknown, definitions: Node, where: string): Node {
  if (schema === true || schema === undefined) return {};
  if (!isNode(schema)) throw unusable(where, 'an argument has no schema');
  const bound = { left: SCHEMA_NODES_MAX, where };
  const kept = Object.entries(definitions).filter(([, value]) => isNode(value));
  return checkable({ ...schema, ...Object.fromEntries(kept) }, bound, 0) as Node;
}

/**
 * Keywords of a server's schema that are dropped. Patterns are programs that can run for ever; the other keywords have no equivalent here.
 * The server checks its arguments itself: this check is about shapes.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'id',
  'default',
  'examples',
  'pattern',
  'patternProperties',
  'propertyNames',
  'format',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'dependentRequired',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
/** Below these, keys are names and not keywords. */
const NAMES: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);
/** Values, and not schemas. */
const VALUES: ReadonlySet<string> = new Set(['enum', 'const', 'required', 'type']);

function checkable(
  value: unknown,
  bound: { left: number; readonly where: string },
  depth: number,
  key = '',
): unknown {
  bound.left -= 1;
  if (bound.left < 0) throw unusable(bound.where, `it has more than ${SCHEMA_NODES_MAX} parts`);
  if (depth > SCHEMA_DEPTH_MAX)
    throw unusable(bound.where, `it is nested more than ${SCHEMA_DEPTH_MAX} levels deep`);
  if (Array.isArray(value)) return value.map(item => checkable(item, bound, depth + 1));
  if (!isNode(value)) return value;
  const entries = Object.entries(value).filter(([name]) => NAMES.has(key) || !LEFT_OUT.has(name));
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name,
      VALUES.has(name) && !NAMES.has(key) ? inner : checkable(inner, bound, depth + 1, name),
    ]),
  );
}

function schemaFor(schema: Node, where: string): z.ZodType {
  try {
    const made = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    // References are followed when a value is checked: one that leads nowhere must fail now.
    made.safeParse(undefined);
    return made;
  } catch (cause) {
    throw unusable(where, printable(shorten(messageOf(cause), 200)));
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unusable = (where: string, why: string): AgentError =>
  new AgentError(
    'ERR_AGENT_TOOL_SCHEMA',
    `${where}: its schema cannot be used: ${why}; leave the tool out with \`tools\``,
  );

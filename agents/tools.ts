import { printable, shorten } from '../base/printable.ts';
import type { JsonValue } from '../interpreter/index.ts';
import { callSchema, type ServiceDefinition } from '../services/index.ts';
import { DESCRIPTION_MAX } from './limits.ts';
import type { AgentOptions } from './options.ts';
import type { Rules } from './rules.ts';

/** A function that plans may call. */
export interface AgentTool {
  /** `service.function`. */
  readonly call: string;
  /** Names of the arguments, by position; those from `required` on may be left out. */
  readonly arguments: readonly string[];
  readonly required: number;
  /** JSON Schema of the argument list. */
  readonly schema: Readonly<Record<string, JsonValue | undefined>>;
  /** What the policy wants of its arguments, by name. */
  readonly rules: Readonly<Record<string, string>>;
  /** What the server says of the tool: its claim, and nothing else. Left out for other services. */
  readonly claimed?: {
    readonly description: string;
    readonly annotations: Readonly<Record<string, unknown>>;
  };
}

/** Names of all functions that plans may call beside the builtins: `service.function`. */
export const functionNames = (services: AgentOptions['services']): string[] =>
  services.flatMap(({ id, functions }) => [...functions.keys()].map(name => `${id}.${name}`));

export function toolsOf(services: AgentOptions['services'], rules: Rules): AgentTool[] {
  return services.flatMap(service => {
    const { functions } = callSchema(service as ServiceDefinition);
    const claims = new Map('tools' in service ? service.tools.map(tool => [tool.name, tool]) : []);
    return Object.entries(functions).map(([name, { names, required: count, arguments: schema }]) => {
      const claim = claims.get(name);
      return {
        call: `${service.id}.${name}`,
        arguments: names,
        required: count,
        schema,
        rules: rules.of(service.id, name),
        ...(claim && {
          claimed: {
            description: printable(shorten(claim.description, DESCRIPTION_MAX)),
            annotations: claim.annotations,
          },
        }),
      };
    });
  });
}

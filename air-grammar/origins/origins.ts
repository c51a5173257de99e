import type { Call, Script } from '../ast.ts';
import { walk } from '../visitor.ts';
import { Flow } from './flow.ts';
import type { StaticOrigin } from './static-origin.ts';

/** A call, and where its arguments can come from. */
export interface CallOrigins {
  readonly call: Call;
  readonly arguments: readonly ArgumentOrigins[];
}

/** Where one argument can come from. */
export interface ArgumentOrigins {
  /** All origins that the tetraplets of the argument can have; for a whole canon, those of its elements. */
  readonly origins: readonly StaticOrigin[];
  /** Whether the argument is a whole canon stream or canon map. */
  readonly isWhole: boolean;
}

/**
 * Where each argument of each call of a script can come from, without running it. Sound: whatever services answer and peers do, every
 * tetraplet of a run is among the origins (`predicts`). Which branch runs is not known, so some of them may never be seen.
 *
 * @spec docs/scripts.md#where-arguments-can-come-from
 * @example
 * const script = parse('(seq (call "auth-peer" ("auth" "get_status") [] s) (call "blog-peer" ("blog" "add_post") ["hi" s.$.is_admin]))');
 * staticOrigins(script)[1]?.arguments[1]?.origins.map(describeOrigin)
 * // ['`.$.is_admin` of `auth.get_status` on peer `auth-peer`']
 */
export function staticOrigins(script: Script): CallOrigins[] {
  const flow = new Flow(script);
  const calls: CallOrigins[] = [];
  walk(script.root, {
    enter: instruction => {
      if (instruction.kind === 'call')
        calls.push({ call: instruction, arguments: argumentsOf(instruction, flow) });
    },
  });
  return calls;
}

/**
 * Where what a variable holds can come from, by its name and a place in the script: a scalar's values, the elements of a stream or canon,
 * the pairs of a map.
 *
 * @example variableOrigins(parse('(ap 1 x)'))('x', 6).map(describeOrigin) // ["a literal of the script's author"]
 */
export function variableOrigins(script: Script): (name: string, offset: number) => StaticOrigin[] {
  const flow = new Flow(script);
  return (name, offset) => [...flow.ofVariable({ name, start: offset })];
}

const argumentsOf = (call: Call, flow: Flow): ArgumentOrigins[] =>
  call.arguments.map(operand => {
    const sources = [...flow.read(operand)];
    const isWhole = (operand.kind === 'canon' || operand.kind === 'canonMap') && operand.lens === undefined;
    if (!isWhole) return { origins: sources, isWhole };
    const elements = sources.flatMap(({ composition }) => [...(composition?.elements?.sources ?? [])]);
    return { origins: [...new Set(elements)], isWhole };
  });

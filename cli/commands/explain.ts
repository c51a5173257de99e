import {
  describeInstruction,
  describeOrigin,
  nameText,
  peersOf,
  planOf,
  positionOf,
  staticOrigins,
  type Act,
  type CallOrigins,
  type Script,
} from '../../air-grammar/index.ts';
import { printable } from '../../base/printable.ts';
import { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { namesOfNetwork } from '../scripts/check.ts';
import { planDot } from '../scripts/plan-dot.ts';
import { unitsOf, type Unit } from '../scripts/units.ts';

export interface ExplainOptions {
  readonly network?: string;
  readonly json?: boolean;
  readonly dot?: boolean;
}

/** More origins of one argument are counted. */
const ORIGINS_SHOWN_MAX = 8;

/** `beryl explain <script>`: of a script, or of each function of an Aqua program, who acts when, and where each argument can come from, without running anything. */
export async function explainCommand(
  path: string,
  options: ExplainOptions,
  output: Output,
): Promise<ExitCode> {
  const units: Unit[] = [];
  for await (const unit of unitsOf([path], namesOfNetwork(options.network), output)) {
    if ('failure' in unit) throw unit.failure;
    units.push(unit);
  }
  const documents = units.map(({ file, script, aqua }) => {
    const [plan, origins] = [planOf(script), staticOrigins(script)];
    if (options.dot === true) output.list(planDot(plan));
    else if (options.json !== true)
      output.list(
        `${aqua === undefined ? '' : `${printable(file.name)}\n`}${explainText(script, plan, origins)}`,
      );
    const of = aqua === undefined ? {} : { function: aqua.functionName };
    return { file: file.path, ...of, ...explainJson(script, plan, origins) };
  });
  const isProgram = units.some(({ aqua }) => aqua !== undefined);
  if (options.json !== true) return ExitCode.ok;
  if (isProgram) output.json({ file: path, functions: documents });
  else for (const document of documents) output.json(document);
  return ExitCode.ok;
}

/** The plan of a script, with the origins that can reach its arguments. */
export function explainText(
  script: Script,
  plan: readonly Act[] = planOf(script),
  origins: readonly CallOrigins[] = staticOrigins(script),
): string {
  const byCall = new Map(origins.map(entry => [entry.call.index, entry]));
  const peers = peersOf(plan);
  const steps = plan.map((act, i) => {
    const { instruction, peer, branches, waitsFor } = act;
    const { line } = positionOf(script.text, instruction.start);
    const sides = branches.map(({ par, side }) => `par ${par} ${side}`).join(', ');
    const where = `${i + 1}. line ${line}, on ${nameText(peer)}${sides === '' ? '' : ` (${sides})`}`;
    const waits =
      waitsFor.length === 0
        ? []
        : [`   waits for ${waitsFor.join(', ')}, set in a branch that may still be at work`];
    const args = argumentLines(byCall.get(instruction.index));
    return [`${where}: ${describeInstruction(instruction).trimEnd()}`, ...waits, ...args].join('\n');
  });
  const count = `${plan.length} ${plan.length === 1 ? 'step' : 'steps'} on ${peers.length} ${peers.length === 1 ? 'peer' : 'peers'}: ${peers.join(', ')}`;
  return [plan.length === 0 ? 'no peer acts' : count, ...steps]
    .map(line => line.split('\n').map(printable).join('\n'))
    .join('\n');
}

function argumentLines(entry: CallOrigins | undefined): string[] {
  return (entry?.arguments ?? []).flatMap(({ origins, isWhole }, i) => {
    const shown = origins.slice(0, ORIGINS_SHOWN_MAX).map(describeOrigin);
    const more = origins.length > shown.length ? [`… and ${origins.length - shown.length} more`] : [];
    const head = `   argument ${i + 1}${isWhole ? ', each element' : ''}: `;
    const [first = 'nothing sets it', ...rest] = [...shown, ...more];
    return [head + first, ...rest.map(text => `${' '.repeat(head.length - 3)}or ${text}`)];
  });
}

function explainJson(script: Script, plan: readonly Act[], origins: readonly CallOrigins[]): object {
  const byCall = new Map(origins.map(entry => [entry.call.index, entry]));
  return {
    peers: peersOf(plan),
    steps: plan.map(({ instruction, peer, branches, waitsFor }) => ({
      index: instruction.index,
      ...positionOf(script.text, instruction.start),
      peer: nameText(peer),
      instruction: describeInstruction(instruction).trimEnd(),
      branches,
      waitsFor,
      arguments: (byCall.get(instruction.index)?.arguments ?? []).map(({ origins: list, isWhole }) => ({
        isWhole,
        origins: list.map(origin => ({
          kind: origin.kind,
          peer: nameText(origin.peer),
          service: nameText(origin.service),
          function: nameText(origin.functionName),
          getter: origin.getter,
          ...(origin.call === undefined ? {} : { call: origin.call }),
          text: describeOrigin(origin),
        })),
      })),
    })),
  };
}

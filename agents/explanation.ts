import {
  describeInstruction,
  describeOrigin,
  nameText,
  planOf,
  positionOf,
  type Script,
} from '../air-grammar/index.ts';
import { printable } from '../base/printable.ts';
import type { CheckedScript } from './check/check.ts';
import { ORIGINS_SHOWN_MAX } from './limits.ts';

/** Where each argument of a plan can come from. */
export interface PlanExplanation {
  readonly script: string;
  readonly steps: readonly {
    readonly line: number;
    readonly peer: string;
    readonly instruction: string;
    readonly arguments: readonly { readonly origins: readonly string[]; readonly more: number }[];
  }[];
}

export function explained(script: Script, { origins }: CheckedScript): PlanExplanation {
  const byCall = new Map(origins.map(({ call, arguments: args }) => [call.index, args]));
  return {
    script: script.text,
    steps: planOf(script).map(({ instruction, peer }) => ({
      line: positionOf(script.text, instruction.start).line,
      peer: nameText(peer),
      instruction: printable(describeInstruction(instruction).trimEnd()),
      arguments: (byCall.get(instruction.index) ?? []).map(({ origins: all }) => ({
        origins: all.slice(0, ORIGINS_SHOWN_MAX).map(origin => printable(describeOrigin(origin))),
        more: Math.max(0, all.length - ORIGINS_SHOWN_MAX),
      })),
    })),
  };
}

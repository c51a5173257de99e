import type { Call, Instruction, Script } from '../ast.ts';
import { Ancestors } from '../plan/ancestors.ts';
import { Variables } from '../plan/variables.ts';
import { walk } from '../visitor.ts';

/** What rules look at, found once. */
export class ScriptFacts {
  readonly script: Script;
  readonly ancestors: Ancestors;
  readonly variables: Variables;
  /** In the order of the text. */
  readonly instructions: readonly Instruction[];
  readonly calls: readonly Call[];

  constructor(script: Script) {
    const instructions: Instruction[] = [];
    walk(script.root, { enter: instruction => void instructions.push(instruction) });
    this.script = script;
    this.ancestors = new Ancestors(script.root);
    this.variables = new Variables(script);
    this.instructions = instructions;
    this.calls = instructions.filter(instruction => instruction.kind === 'call');
  }

  ofKind<Kind extends Instruction['kind']>(...kinds: Kind[]): (Instruction & { kind: Kind })[] {
    const wanted: readonly string[] = kinds;
    return this.instructions.filter((instruction): instruction is Instruction & { kind: Kind } =>
      wanted.includes(instruction.kind),
    );
  }
}

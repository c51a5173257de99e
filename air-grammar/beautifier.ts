import type { Call, Instruction, PeerOperand } from './ast.ts';
import { describeInstruction, operandText } from './describe.ts';
import { indentation } from './indentation.ts';

export interface BeautifyOptions {
  /** Blanks per level; 4 if not given. */
  readonly indent?: number;
  /** Shows what the Aqua compiler writes to move execution to a peer as `hopon {peer}`; off if not given. */
  readonly patterns?: boolean;
}

/** What is still to be written: a line as it stands, or an instruction with all that is nested in it. */
interface Pending {
  readonly level: number;
  readonly content: string | Instruction;
}

/**
 * A listing to read, not to parse: `try:` and `catch:` for xor, `output <- call …`, and no parentheses to count. Levels beyond the
 * fortieth are not indented further.
 */
export function beautify(root: Instruction, { indent = 4, patterns = false }: BeautifyOptions = {}): string {
  const lines: string[] = [];
  const stack: Pending[] = [{ level: 0, content: root }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { level, content } = top;
    if (typeof content === 'string') lines.push(indentation(level, indent), content, '\n');
    else stack.push(...listing(content, level, patterns).toReversed());
  }
  return lines.join('');
}

function listing(instruction: Instruction, level: number, patterns: boolean): Pending[] {
  const line = (content: string): Pending => ({ level, content });
  const inner = (content: Instruction): Pending => ({ level: level + 1, content });
  switch (instruction.kind) {
    case 'seq':
      return [
        { level, content: instruction.left },
        { level, content: instruction.right },
      ];
    case 'par':
      return [line('par:'), inner(instruction.left), line('|'), inner(instruction.right)];
    case 'xor':
      return [line('try:'), inner(instruction.left), line('catch:'), inner(instruction.right)];
    case 'new': {
      const hop = patterns ? hopTarget(instruction) : undefined;
      if (hop !== undefined) return [line(`hopon ${operandText(hop)}`)];
      return [line(`${describeInstruction(instruction)}:`), inner(instruction.body)];
    }
    case 'match':
    case 'mismatch':
      return [line(`${describeInstruction(instruction)}:`), inner(instruction.body)];
    case 'fold': {
      const { body, last } = instruction;
      const head = [line(`${describeInstruction(instruction)}:`), inner(body)];
      return last === undefined ? head : [...head, line('last:'), inner(last)];
    }
    case 'call':
      return [line(callText(instruction))];
    default:
      return [line(describeInstruction(instruction))];
  }
}

function callText({ peer, service, functionName, arguments: args, output }: Call): string {
  const target = output === undefined ? '' : `${output.name} <- `;
  const values = args.map(operandText).join(', ');
  return `${target}call ${operandText(peer)} (${operandText(service)}, ${operandText(functionName)}) [${values}]`;
}

/**
 * The peer of `(new $s (new #c (canon peer $s #c)))`: a canon of nothing into nothing, for the sake of going there. Not if the peer is
 * read from that very `#c`.
 */
function hopTarget(outer: Instruction): PeerOperand | undefined {
  if (outer.kind !== 'new' || outer.variable.kind !== 'stream') return undefined;
  const inner = outer.body;
  if (inner.kind !== 'new' || inner.variable.kind !== 'canon' || inner.body.kind !== 'canon')
    return undefined;
  const { peer, source, target } = inner.body;
  const isHop = source.name === outer.variable.name && target.name === inner.variable.name;
  const isShadowed = peer.kind === 'canon' && peer.name === target.name;
  return isHop && !isShadowed ? peer : undefined;
}

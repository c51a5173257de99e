import type { Instruction, PeerOperand } from './ast.ts';
import { describeInstruction, operandText } from './describe.ts';
import { indentation } from './indentation.ts';
import type { Form } from './form.ts';
import { AIR, type Language } from './language.ts';
import { operandsAt } from './operands.ts';
import type { Part } from './table.ts';
import { nestedAt } from './visitor.ts';

/** Options of {@link beautify}. */
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
 *
 * @param language The table of instructions; that of AIR if not given.
 * @example beautify(parse('(xor (call "p" ("s" "f") [] x) (null))').root)
 */
export function beautify(
  root: Instruction,
  { indent = 4, patterns = false }: BeautifyOptions = {},
  language: Language = AIR,
): string {
  const lines: string[] = [];
  const stack: Pending[] = [{ level: 0, content: root }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { level, content } = top;
    if (typeof content === 'string') lines.push(indentation(level, indent), content, '\n');
    else stack.push(...listing(content, level, patterns, language).toReversed());
  }
  return lines.join('');
}

function listing(instruction: Instruction, level: number, patterns: boolean, language: Language): Pending[] {
  const hop = patterns ? hopTarget(instruction) : undefined;
  if (hop !== undefined) return [{ level, content: `hopon ${operandText(hop)}` }];
  const form = language.formOf(instruction);
  const line = lineOf(instruction, form, language);
  if (form.nested.length === 0) return [{ level, content: line }];
  return form.nested.flatMap(({ field, label }, position) => {
    const nested = nestedAt(instruction, position, language);
    if (nested === undefined) return [];
    const title = label ?? `${position === 0 ? line : field}:`;
    if (title === '') return [{ level, content: nested }];
    return [
      { level, content: title },
      { level: level + 1, content: nested },
    ];
  });
}

function lineOf(instruction: Instruction, form: Form, language: Language): string {
  return form.row.listedAsAssignment === true
    ? assignmentText(instruction, form)
    : describeInstruction(instruction, language);
}

/** `output <- call peer (service, function) [first, second]`. */
function assignmentText(instruction: Instruction, { keyword, parts }: Form): string {
  let text = keyword;
  let output = '';
  let before: Part | undefined;
  for (const part of parts) {
    if (typeof part === 'object' && part.count === 'optional') {
      output = operandsAt(instruction, part)
        .map(operand => `${operandText(operand)} <- `)
        .join('');
      continue;
    }
    const content =
      typeof part === 'string' ? part : operandsAt(instruction, part).map(operandText).join(', ');
    text += gapBetween(before, part) + content;
    before = part;
  }
  return output + text;
}

function gapBetween(before: Part | undefined, part: Part): string {
  if (before === '(' || before === '[' || part === ')' || part === ']') return '';
  // Operands beside each other stand in brackets; the first one follows the keyword.
  return typeof before === 'object' && typeof part === 'object' ? ', ' : ' ';
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

import type { Instruction, Lens } from '../../air-grammar/index.ts';
import type { Form as NodeForm } from '../../air-grammar/form.ts';
import { textsOf } from '../../air-grammar/kinds.ts';
import { AIR, type Language } from '../../air-grammar/language.ts';
import { operandsAt, type Operand } from '../../air-grammar/operands.ts';
import type { OperandPart } from '../../air-grammar/table.ts';
import { nestedIn } from '../../air-grammar/visitor.ts';

/**
 * Everything that may stand somewhere in a script: an instruction, or one form of operand at one of its places.
 *
 * Written `place: form`, for instance `call arguments: canon.$.[0]`. A lens is named by its first accessor. A place is an instruction's
 * kind and field; with the kind of what it writes to, where the table gives several (`ap value to stream`), and with the optional
 * instruction nested in it (`fold iterable with last`).
 */
export type Form = string;

const LENSES = ['.length', '.$.[0]', '.$.field', '.$.[x]'] as const;

/** What the table allows, place by place. */
export function formsByPlace(language: Language): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(language.forms.flatMap(placesOf));
}

function placesOf(form: NodeForm): [place: string, forms: readonly string[]][] {
  const places = form.operands.filter(part => isPlace(part, form));
  if (places.length === 0) return [[form.kind, ['']]];
  const optional = form.nested
    .filter(({ count }) => count === 'optional')
    .map(({ field }) => ` with ${field}`);
  const target = targetOf(form);
  const targets = target === undefined ? [''] : textsOf(target.place.kinds).map(kind => ` to ${kind}`);
  return places.flatMap(part =>
    targets.flatMap(to =>
      ['', ...optional].map((nested): [string, readonly string[]] => [
        `${form.kind} ${part.field}${to}${nested}`,
        formsAt(part),
      ]),
    ),
  );
}

/** The operand of several kinds that an instruction writes to. */
const targetOf = ({ operands }: NodeForm): OperandPart | undefined =>
  operands.length > 1
    ? operands.find(part => part.use === 'define' && part.count === 'one' && formsAt(part).length > 1)
    : undefined;

/** Where there is a choice. */
const isPlace = (part: OperandPart, form: NodeForm): boolean =>
  formsAt(part).length > 1 && part !== targetOf(form);

function formsAt({ place, count }: OperandPart): string[] {
  const forms = textsOf(place.kinds).flatMap(kind =>
    kind.endsWith('+') ? LENSES.map(lens => kind.slice(0, -1) + lens) : [kind],
  );
  return count === 'optional' ? ['none', ...forms] : forms;
}

export const FORMS_BY_PLACE = formsByPlace(AIR);

export const ALL_FORMS: readonly Form[] = Object.entries(FORMS_BY_PLACE).flatMap(([place, forms]) =>
  forms.map(form => formAt(place, form)),
);

function formAt(place: string, form: string): Form {
  return form === '' ? place : `${place}: ${form}`;
}

/** The forms of one instruction, without those nested in it. */
export function formsOf(instruction: Instruction, language: Language = AIR): Form[] {
  const form = language.formOf(instruction);
  const places = form.operands.filter(part => isPlace(part, form));
  if (places.length === 0) return [form.kind];
  const target = targetOf(form);
  const to = target === undefined ? '' : ` to ${operandsAt(instruction, target)[0]?.kind}`;
  const hasOptional = nestedIn(instruction, language).length > form.required;
  const nested = hasOptional ? ` with ${form.nested.at(-1)?.field}` : '';
  return places.flatMap(part => {
    const operands = operandsAt(instruction, part);
    const names = operands.length === 0 && part.count === 'optional' ? ['none'] : operands.map(nameOf);
    return names.map(name => formAt(`${form.kind} ${part.field}${to}${nested}`, name));
  });
}

function nameOf({ kind, lens }: Operand): string {
  return kind + (lens === undefined ? '' : lensForm(lens));
}

function lensForm(lens: Lens): string {
  if (lens.kind === 'length') return '.length';
  const first = lens.accessors[0];
  return first?.kind === 'index' ? '.$.[0]' : first?.kind === 'field' ? '.$.field' : '.$.[x]';
}

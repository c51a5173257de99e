import type { CanonMapRead, CanonRead, ErrorRegister, Instruction, Lens } from '../../air-grammar/index.ts';

/**
 * Everything that may stand somewhere in a script: an instruction, or one form of operand at one of its places.
 *
 * Written `place: form`, for instance `call argument: canon.$.[0]`. A lens is named by its first accessor.
 */
export type Form = string;

const LENSES = ['.length', '.$.[0]', '.$.field', '.$.[x]'] as const;
const reads = (kind: string): string[] => [kind, ...withLens(kind)];
const withLens = (kind: string): string[] => LENSES.map(lens => kind + lens);

const STRING = ['string', ...reads('scalar'), ...withLens('canon'), ...withLens('canonMap')];
const PEER = ['initPeerId', ...STRING];
const LITERALS = ['string', 'integer', 'float', 'boolean', 'emptyArray', 'initPeerId', 'timestamp', 'ttl'];
const AP_VALUE = [
  ...LITERALS,
  ...['lastError', 'error', 'scalar', 'canon'].flatMap(reads),
  ...withLens('canonMap'),
];
const VALUE = [...AP_VALUE, 'canonMap'];
const ITERABLE = ['emptyArray', ...reads('scalar'), 'canon', ...reads('canonMap'), 'stream', 'streamMap'];

/** What the grammar allows, place by place. */
export const FORMS_BY_PLACE: Readonly<Record<string, readonly string[]>> = {
  'call peer': PEER,
  'call service': STRING,
  'call function': STRING,
  'call argument': VALUE,
  'call output': ['none', 'scalar', 'stream'],
  'canon peer': PEER,
  'canonMap peer': PEER,
  'canonMapScalar peer': PEER,
  'ap to scalar': AP_VALUE,
  'ap to stream': AP_VALUE,
  'apMap key': ['string', 'integer', ...reads('scalar'), ...withLens('canon')],
  'apMap value': AP_VALUE,
  'match left': VALUE,
  'match right': VALUE,
  'mismatch left': VALUE,
  'mismatch right': VALUE,
  fold: ITERABLE,
  'fold with last': ITERABLE,
  new: ['scalar', 'stream', 'streamMap', 'canon', 'canonMap'],
  fail: ['failure', ...reads('scalar'), ...withLens('canon'), 'lastError', 'error'],
  ...Object.fromEntries(['seq', 'par', 'xor', 'next', 'never', 'null'].map(kind => [kind, ['']])),
};

export const ALL_FORMS: readonly Form[] = Object.entries(FORMS_BY_PLACE).flatMap(([place, forms]) =>
  forms.map(form => formAt(place, form)),
);

function formAt(place: string, form: string): Form {
  return form === '' ? place : `${place}: ${form}`;
}

/** The forms of one instruction, without those nested in it. */
export function formsOf(instruction: Instruction): Form[] {
  const at = (place: string, operand: Operand): Form =>
    formAt(`${instruction.kind} ${place}`, nameOf(operand));
  switch (instruction.kind) {
    case 'call':
      return [
        at('peer', instruction.peer),
        at('service', instruction.service),
        at('function', instruction.functionName),
        ...instruction.arguments.map(argument => at('argument', argument)),
        at('output', instruction.output ?? { kind: 'none' }),
      ];
    case 'canon':
    case 'canonMap':
    case 'canonMapScalar':
      return [at('peer', instruction.peer)];
    case 'ap':
      return [at(`to ${instruction.target.kind}`, instruction.value)];
    case 'apMap':
      return [at('key', instruction.key), at('value', instruction.value)];
    case 'match':
    case 'mismatch':
      return [at('left', instruction.left), at('right', instruction.right)];
    case 'fold':
      return [formAt(instruction.last ? 'fold with last' : 'fold', nameOf(instruction.iterable))];
    case 'new':
      return [formAt('new', instruction.variable.kind)];
    case 'fail':
      return [formAt('fail', nameOf(instruction.operand))];
    default:
      return [instruction.kind];
  }
}

interface Operand {
  readonly kind: string;
  readonly lens?: Lens;
}

function nameOf(operand: Operand | CanonRead | CanonMapRead | ErrorRegister): string {
  return operand.kind + (operand.lens === undefined ? '' : lensForm(operand.lens));
}

function lensForm(lens: Lens): string {
  if (lens.kind === 'length') return '.length';
  const first = lens.accessors[0];
  return first?.kind === 'index' ? '.$.[0]' : first?.kind === 'field' ? '.$.field' : '.$.[x]';
}

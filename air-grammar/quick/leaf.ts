import type {
  Ap,
  ApMap,
  Call,
  Canon,
  CanonMap,
  CanonMapScalar,
  Fail,
  Instruction,
  Next,
  StringLiteral,
  Value,
} from '../ast.ts';
import type { Keyword } from '../word.ts';
import { ApMapNode, ApNode, BareNode, CallNode, FailNode, NextNode } from './nodes.ts';
import { Place } from './operand-kinds.ts';
import { operand } from './operands.ts';
import { GIVE_UP, type Scanner, Unit } from './scanner.ts';

/** An instruction without nested ones, after its keyword. */
export function leaf(scanner: Scanner, keyword: Keyword, start: number, index: number): Instruction {
  switch (keyword) {
    case 'ap':
      return ap(scanner, start, index);
    case 'call':
      return call(scanner, start, index);
    case 'canon':
      return canon(scanner, start, index);
    case 'next': {
      const iterator = operand(scanner, Place.next) as Next['iterator'];
      return new NextNode('next', iterator, start, scanner.end(), index);
    }
    case 'fail': {
      const failed = failOperand(scanner);
      return new FailNode('fail', failed, start, scanner.end(), index);
    }
    case 'never':
    case 'null':
      return new BareNode(keyword, start, scanner.end(), index);
    default:
      throw GIVE_UP;
  }
}

function ap(scanner: Scanner, start: number, index: number): Ap | ApMap {
  if (scanner.peek() === Unit.leftParen) return apMap(scanner, start, index);
  const value = operand(scanner, Place.apValue) as Value;
  const target = operand(scanner, Place.output) as Ap['target'];
  return new ApNode('ap', value, target, start, scanner.end(), index);
}

function apMap(scanner: Scanner, start: number, index: number): ApMap {
  scanner.take(Unit.leftParen);
  const key = operand(scanner, Place.mapKey) as ApMap['key'];
  const value = operand(scanner, Place.mapValue) as Value;
  scanner.take(Unit.rightParen);
  const target = operand(scanner, Place.streamMap) as ApMap['target'];
  return new ApMapNode('apMap', key, value, target, start, scanner.end(), index);
}

function call(scanner: Scanner, start: number, index: number): Call {
  const peer = operand(scanner, Place.peer) as Call['peer'];
  scanner.take(Unit.leftParen);
  const service = operand(scanner, Place.string) as Call['service'];
  const functionName = operand(scanner, Place.string) as Call['functionName'];
  scanner.take(Unit.rightParen);
  const args = callArguments(scanner);
  const output =
    scanner.peek() === Unit.rightParen ? undefined : (operand(scanner, Place.output) as Call['output']);
  return new CallNode('call', peer, service, functionName, args, output, start, scanner.end(), index);
}

function callArguments(scanner: Scanner): Value[] {
  scanner.take(Unit.leftBracket);
  const args: Value[] = [];
  while (scanner.peek() !== Unit.rightBracket) args.push(operand(scanner, Place.value) as Value);
  scanner.take(Unit.rightBracket);
  return args;
}

function canon(scanner: Scanner, start: number, index: number): Canon | CanonMap | CanonMapScalar {
  const peer = operand(scanner, Place.canonPeer) as Canon['peer'];
  const source = operand(scanner, Place.canonSource) as Canon['source'] | CanonMap['source'];
  if (source.kind === 'stream') {
    const target = operand(scanner, Place.canon) as Canon['target'];
    return { kind: 'canon', peer, source, target, start, end: scanner.end(), index };
  }
  const target = operand(scanner, Place.canonMapTarget) as CanonMap['target'] | CanonMapScalar['target'];
  const end = scanner.end();
  return target.kind === 'scalar'
    ? { kind: 'canonMapScalar', peer, source, target, start, end, index }
    : { kind: 'canonMap', peer, source, target, start, end, index };
}

function failOperand(scanner: Scanner): Fail['operand'] {
  const first = operand(scanner, Place.failure);
  if (first.kind !== 'integer') return first as Fail['operand'];
  const { value, end } = operand(scanner, Place.failureMessage) as StringLiteral;
  return { kind: 'failure', code: first.value, message: value, start: first.start, end };
}

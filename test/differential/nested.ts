import type { Weighted } from './chances.ts';
import { SIGILS, type Making } from './making.ts';
import { inSeq, leaf, type Made, type Node } from './node.ts';
import { define, without, type Collection, type Scope, type VariableKind } from './scope.ts';
import { isArray, type Shape } from './shapes.ts';

/** Instructions with nested ones. */

const NEW_KINDS: Readonly<Record<string, VariableKind>> = {
  scalar: 'scalars',
  stream: 'streams',
  streamMap: 'maps',
  canon: 'canons',
  canonMap: 'canonMaps',
};

/** What is folded over; of several forms any. */
const ITERABLES: Weighted<readonly string[]> = [
  [300, ['stream']],
  [120, ['streamMap']],
  [120, ['canon']],
  [60, ['canonMap']],
  [70, ['canonMap.$.[0]', 'canonMap.$.field', 'canonMap.$.[x]', 'canonMap.length']],
  [130, ['scalar.$.[0]', 'scalar.$.field', 'scalar.$.[x]']],
  [200, ['scalar']],
];

/** Where `next` stands in the body of a fold. */
const ARRANGEMENTS: Weighted<'seq' | 'par' | 'next first' | 'no next'> = [
  [45, 'seq'],
  [40, 'par'],
  [8, 'next first'],
  [7, 'no next'],
];

export function two(g: Making, kind: 'seq' | 'par', scope: Scope, depth: number): Made {
  g.atFocus = false;
  const left = g.instruction(scope, depth - 1);
  const right = g.instruction(left.scope, depth - 1);
  return { node: { head: kind, children: [left.node, right.node] }, scope: right.scope };
}

export function xor(g: Making, scope: Scope, depth: number): Made {
  g.atFocus = false;
  const left = g.instruction(scope, depth - 1);
  const right = g.instruction({ ...scope, inHandler: true }, depth - 1);
  return { node: { head: 'xor', children: [left.node, right.node] }, scope };
}

export function match(g: Making, scope: Scope, depth: number, kind: string): Made {
  const head = `${kind} ${g.value(`${kind} left`, scope)} ${g.value(`${kind} right`, scope)}`;
  g.atFocus = false;
  const body = g.instruction(scope, depth - 1);
  return { node: { head, children: [body.node] }, scope };
}

export function fold(g: Making, scope: Scope, depth: number): Made {
  const hasLast = g.atFocus ? g.place === 'fold iterable with last' : g.chance(0.5);
  const { iterable, item, isStream } = iterableOf(g, scope);
  g.atFocus = false;
  const iterator = g.name('i');
  const inner: Scope = {
    ...define(scope, 'scalars', { name: iterator, shape: item, isIterator: true }),
    inFold: true,
    inStreamFold: scope.inStreamFold || isStream,
    // A fold that feeds its own stream may never end; those that end are made by `recursion`.
    ...(isStream && { streams: [], maps: [] }),
  };
  const body = foldBody(g, inner, depth, iterator);
  const children = hasLast ? [body, g.leaf(inner).node] : [body];
  return { node: { head: `fold ${iterable} ${iterator}`, children }, scope };
}

function iterableOf(g: Making, scope: Scope): { iterable: string; item: Shape; isStream: boolean } {
  const forms = g.weighted(ITERABLES);
  const form = g.atFocus ? g.form : forms.length > 1 ? g.of(forms) : (forms[0] as string);
  const collections: Record<string, readonly Collection[]> = {
    stream: scope.streams,
    streamMap: scope.maps,
    canon: scope.canons,
    // The reference visits all pairs of a key (docs/deviations.md): only maps without such are compared.
    canonMap: scope.canonMaps.filter(({ closed }) => closed),
  };
  const isStream = form === 'stream' || form === 'streamMap';
  if (form in collections) {
    const known = collections[form] ?? [];
    if (known.length === 0) return { iterable: '[]', item: 'any', isStream: false };
    const { name, shape } = g.of(known);
    const item = typeof shape === 'object' && 'items' in shape ? shape.items[0] : undefined;
    const pair: Shape = { fields: { key: 'any', value: 'any' } };
    return { iterable: name, item: /map/i.test(form) ? pair : (item ?? 'any'), isStream };
  }
  const iterable = g.operands.make(form, scope, isArray) ?? '[]';
  return { iterable, item: g.chance(0.5) ? 'who' : 'any', isStream: false };
}

function foldBody(g: Making, scope: Scope, depth: number, iterator: string): Node {
  const step = g.instruction(scope, depth - 2).node;
  const next = leaf(`next ${iterator}`);
  const arrange = g.weighted(ARRANGEMENTS);
  // Nothing follows next in a fold over a stream.
  if (arrange === 'next first' && scope.inStreamFold) return step;
  switch (arrange) {
    case 'seq':
    case 'par':
      return { head: arrange, children: [step, next] };
    case 'next first':
      return { head: 'seq', children: [next, step] };
    default:
      return step;
  }
}

/** A variable of its own for the body, which sets it: a fresh name, or one that is defined around it. */
export function newVariable(g: Making, scope: Scope, depth: number): Made {
  const form = g.atFocus ? g.form : g.of(['scalar', 'stream', 'stream', 'streamMap', 'canon', 'canonMap']);
  g.atFocus = false;
  const kind = NEW_KINDS[form] as VariableKind;
  const known = scope[kind].filter(variable => !('isIterator' in variable));
  const name = known.length > 0 && g.chance(0.4) ? g.of(known).name : g.name(SIGILS[kind]);
  const hidden = g.chance(0.15) ? scope : without(scope, kind, name);
  const set = setVariable(g, kind, name, hidden);
  const body = g.instruction(set.scope, depth - 1);
  const node = g.chance(0.85) ? inSeq([set.node, body.node]) : body.node;
  const before = scope[kind].find(variable => variable.name === name);
  const after = without(body.scope, kind, name);
  return {
    node: { head: `new ${name}`, children: [node] },
    scope: before === undefined ? after : define(after, kind, before),
  };
}

function setVariable(g: Making, kind: VariableKind, name: string, scope: Scope): Made {
  const head = {
    scalars: () => `ap ${g.value('ap value to scalar', scope)} ${name}`,
    streams: () => `ap ${g.value('ap value to stream', scope)} ${name}`,
    maps: () => `ap ("k" ${g.value('apMap value', scope)}) ${name}`,
    canons: () => `canon ${g.peer('canon peer', scope)} ${g.collection(scope, 'streams').name} ${name}`,
    canonMaps: () => `canon ${g.peer('canonMap peer', scope)} ${g.collection(scope, 'maps').name} ${name}`,
  }[kind]();
  return { node: leaf(head), scope: define(scope, kind, { name, shape: 'any' }) };
}

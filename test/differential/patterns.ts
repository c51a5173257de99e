import { idOf } from '../support/cast.ts';
import type { Making } from './making.ts';
import { inSeq, leaf, type Made, type Node } from './node.ts';
import { define, NOTHING, type Scope } from './scope.ts';
import { PEERS } from './services.ts';
import { ANSWERS, isArray, type Shape } from './shapes.ts';

/** Pieces of program that are more than one instruction. */

/** Far down. */
export function deep(g: Making, program: Node): Node {
  let node = program;
  for (let depth = 40 + g.below(80); depth > 0; depth--) {
    const around: Node[] = [
      { head: 'seq', children: [leaf('null'), node] },
      { head: 'par', children: [node, leaf('null')] },
      { head: 'xor', children: [node, leaf('null')] },
      { head: `new ${g.name('d')}`, children: [node] },
      { head: 'match 1 1', children: [node] },
    ];
    node = g.of(around);
  }
  return node;
}

/** One variable of every kind, and scalars of every shape, mostly by alice. */
export function prelude(g: Making, withCanon: boolean, withMap: boolean): Made {
  const [object, peers, key, one, who] = ['vo', 'vp', 'vk', 'v1', 'vw'].map(name => g.name(name)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  let scope = NOTHING;
  const scalars: [string, Shape][] = [
    [object, ANSWERS['object'] as Shape],
    [peers, ANSWERS['peers'] as Shape],
    [key, 'key'],
    [one, 'one'],
    [who, 'who'],
  ];
  for (const [name, shape] of scalars) scope = define(scope, 'scalars', { name, shape });
  const heads = [
    g.callHead('object', object),
    g.callHead('peers', peers),
    `ap ${object}.$.k ${key}`,
    `ap ${object}.$.n ${one}`,
    `ap ${object}.$.who ${who}`,
  ];
  const host = `"${idOf(g.chance(0.8) ? 'alice' : g.of(PEERS))}"`;
  if (withCanon) {
    const [stream, canon] = [g.name('$t'), g.name('#t')];
    const shape: Shape = { items: ['who', ANSWERS['object'] as Shape, 'one', ANSWERS['peers'] as Shape] };
    heads.push(
      ...[who, object, one, peers].map(name => `ap ${name} ${stream}`),
      `canon ${host} ${stream} ${canon}`,
    );
    scope = define(define(scope, 'streams', { name: stream, shape }), 'canons', { name: canon, shape });
  }
  if (withMap) {
    const [map, canon] = [g.name('%u'), g.name('#%u')];
    const shape: Shape = {
      fields: { k: { items: [ANSWERS['object'] as Shape] }, a: { items: ['who'] }, 7: { items: ['who'] } },
    };
    heads.push(`ap ("k" ${object}) ${map}`, `ap (${key} ${who}) ${map}`, `ap (7 ${who}) ${map}`);
    heads.push(`canon ${host} ${map} ${canon}`);
    scope = define(define(scope, 'maps', { name: map, shape, closed: true }), 'canonMaps', {
      name: canon,
      shape,
      closed: true,
    });
  }
  return { node: inSeq(heads.map(leaf)), scope };
}

/** A fold that puts what it makes of each item into its own stream, until an item is 3. */
export function recursion(g: Making, scope: Scope): Made {
  const [stream, iterator] = [g.name('$r'), g.name('i')];
  const step: Node = {
    head: 'xor',
    children: [
      {
        head: `match ${iterator} 3`,
        children: [g.leaf({ ...scope, inStreamFold: true, inFold: true }).node],
      },
      leaf(`call ${g.peer('call peer', scope)} ("s" "next") [${iterator}] ${stream}`),
    ],
  };
  const body = { head: g.of(['seq', 'par']), children: [step, leaf(`next ${iterator}`)] };
  const children = g.chance(0.5) ? [body, leaf('null')] : [body];
  const seed = leaf(g.of([`ap 1 ${stream}`, `${g.callHead('number', stream)}`]));
  return { node: inSeq([seed, { head: `fold ${stream} ${iterator}`, children }]), scope };
}

/** Waits for as many values as several peers give, as compiled scripts do, and goes on to a peer. */
export function join(g: Making, scope: Scope): Made {
  const [stream, seen, canon, i] = [g.name('$s'), g.name('$join'), g.name('#j'), g.name('i')];
  const givers = Array.from({ length: 2 + g.below(2) }, () => g.of(PEERS));
  const give = givers
    .map(name => leaf(`call "${idOf(name)}" ("s" "who") [] ${stream}`))
    .reduce((all, call): Node => ({ head: 'par', children: [call, all] }));
  const host = idOf(g.of(PEERS));
  const look = inSeq([leaf(`ap ${i} ${seen}`), leaf(`canon "${host}" ${seen} ${canon}`)]);
  const enough = { head: `match ${canon}.length ${givers.length}`, children: [leaf('null')] };
  const body = { head: 'seq', children: [look, { head: 'xor', children: [enough, leaf(`next ${i}`)] }] };
  const wait = {
    head: `new ${seen}`,
    children: [{ head: `fold ${stream} ${i}`, children: [body, leaf('never')] }],
  };
  const on = leaf(`call "${idOf(g.of(PEERS))}" ("s" "echo") ["joined"]`);
  return { node: inSeq([give, wait, on]), scope };
}

/** What ends a run, or fails in ways that well-typed scripts do not. */
export function trouble(g: Making, scope: Scope): Made {
  const [i, j, stream, name] = [g.name('i'), g.name('i'), g.name('$r'), g.name('u')];
  const array = g.operands.make('scalar', scope, isArray) ?? '[]';
  const key = g.operands.make('scalar', scope) ?? name;
  const call = g.callHead('string', '');
  const text = g.of([
    `(seq (fold ${array} ${i} (next ${i})) (next ${i}))`,
    `(fold ${array} ${i} (fold ${array} ${j} (next ${i})))`,
    `(fold ${array} ${i} (seq (${call} ${i}) (next ${i})))`,
    `(seq (ap 1 ${stream}) (fold ${stream} ${i} (seq (ap ${i} ${stream}) (next ${i}))))`,
    `(seq (par (null) (${call} ${name})) (fail ${name}))`,
    `(seq (par (null) (${call} ${name})) (fail ${name}.$.e))`,
    `(ap (${key} 1) ${g.collection(scope, 'maps').name})`,
    `(seq (ap 1 ${name}) (par (${call} ${name}) (ap 2 ${name})))`,
    `(new ${name} (call ${name} ("s" "f") [${name}]))`,
    `(canon ${key} ${stream} #${name})`,
  ]);
  return { node: leaf(text.slice(1, -1)), scope };
}

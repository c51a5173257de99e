import type { Weighted } from './chances.ts';
import type { Making } from './making.ts';
import { leaf, type Made } from './node.ts';
import type { Want } from './operands.ts';
import { define, type Scope } from './scope.ts';
import { ANSWERS, isText, type Shape } from './shapes.ts';

/** Instructions without nested ones. */

const isError: Want = shape => shape === 'error';
const isKey: Want = shape => isText(shape) || shape === 'one';

/** Functions that give no result: most fail as services do, some without JSON, and some answers are not JSON. */
const FAILING: Weighted<string> = [
  [7, 'fail'],
  [2, 'crash'],
  [1, 'broken'],
];
const OUTPUTS: Weighted<string> = [
  [20, 'none'],
  [20, 'stream'],
  [60, 'scalar'],
];

export function call(g: Making, scope: Scope): Made {
  const mayFail = !scope.inStreamFold && g.chance(0.12);
  const kind = g.of(Object.keys(ANSWERS));
  const failing = mayFail ? g.weighted(FAILING) : undefined;
  const fixed = failing ?? (g.chance(0.15) ? 'echo' : kind);
  const service = g.string('call service', scope, '"s"');
  const functionName = g.string('call functionName', scope, `"${fixed}"`);
  const shape = functionName === `"${kind}"` ? (ANSWERS[kind] as Shape) : 'any';
  const args = Array.from({ length: g.focusOn('call arguments') ? 1 : g.below(4) }, () =>
    g.value('call arguments', scope),
  );
  const head = `call ${g.peer('call peer', scope)} (${service} ${functionName}) [${args.join(' ')}]`;
  const output = g.focusOn('call output') ? g.form : g.weighted(OUTPUTS);
  if (output === 'none') return { node: leaf(head), scope };
  return output === 'stream' ? g.intoStream(head, shape, scope) : g.intoScalar(head, shape, scope);
}

export function ap(g: Making, scope: Scope): Made {
  const toStream = g.place.startsWith('ap ') && g.atFocus ? g.place === 'ap value to stream' : g.chance(0.5);
  const head = `ap ${g.value(toStream ? 'ap value to stream' : 'ap value to scalar', scope)}`;
  const [, text = ''] = head.split(' ');
  const shape = scope.scalars.find(({ name }) => name === text)?.shape ?? 'any';
  return toStream ? g.intoStream(head, shape, scope) : g.intoScalar(head, shape, scope);
}

export function apMap(g: Making, scope: Scope): Made {
  const open = scope.maps.filter(({ closed }) => !closed);
  const known = g.chance(0.6) && open.length > 0 ? g.of(open) : undefined;
  const name = known?.name ?? g.name('%m');
  const key =
    g.operandInFocus('apMap key', scope, isKey) ??
    (g.chance(0.2) ? g.operands.any('apMap key', scope, isKey) : undefined) ??
    g.of(['"k"', '"a"', '7', '1']);
  const node = leaf(`ap (${key} ${g.value('apMap value', scope)}) ${name}`);
  if (scope.inStreamFold) return { node, scope };
  const fields = typeof known?.shape === 'object' && 'fields' in known.shape ? known.shape.fields : {};
  const added = /^["\d]/.test(key) ? { [key.replaceAll('"', '')]: { items: ['any' as const] } } : {};
  return { node, scope: define(scope, 'maps', { name, shape: { fields: { ...fields, ...added } } }) };
}

export function canonStream(g: Making, scope: Scope): Made {
  const peer = g.peer('canon peer', scope);
  const { name: stream, shape } = g.collection(scope, 'streams');
  const name = g.name('#c');
  return { node: leaf(`canon ${peer} ${stream} ${name}`), scope: define(scope, 'canons', { name, shape }) };
}

export function canonMap(g: Making, scope: Scope): Made {
  const peer = g.peer('canonMap peer', scope);
  const { name: map, ...rest } = g.collection(scope, 'maps');
  const name = g.name('#%c');
  return {
    node: leaf(`canon ${peer} ${map} ${name}`),
    scope: define(scope, 'canonMaps', { ...rest, name }),
  };
}

export function canonMapScalar(g: Making, scope: Scope): Made {
  const peer = g.peer('canonMapScalar peer', scope);
  const { name: map } = g.collection(scope, 'maps');
  return g.intoScalar(`canon ${peer} ${map}`, 'any', scope);
}

export function fail(g: Making, scope: Scope): Made {
  const forms = ['scalar.$.field', 'canon.$.[0]', ...(scope.inHandler ? ['error', 'lastError'] : [])];
  const operand =
    g.operandInFocus('fail operand', scope, isError) ??
    (g.chance(0.6) ? g.operands.make(g.of(forms), scope, isError) : undefined);
  return { node: leaf(`fail ${operand ?? '1 "message"'}`), scope };
}

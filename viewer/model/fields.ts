import type { Lineage, LineageLink, LineageNode } from '../../audit/index.ts';

/** One step into a JSON value. */
export type Step = string | number;

export interface FieldOrigin {
  readonly node: LineageNode;
  /** Which part of that node's result the field is. */
  readonly getter: string;
}

/** As the interpreter writes getters: `.$.a.[0]`. */
function getterOf(base: string, path: readonly Step[]): string {
  if (path.length === 0) return base;
  const steps = path.map(step => (typeof step === 'number' ? `.[${step}]` : `.${step}`)).join('');
  return `${base === '' ? '.$' : base}${steps}`;
}

/**
 * Where one field of an argument came from: of what a service answered, the field of its result; of what the script put together, the
 * part that stands there.
 */
export function originOfField(
  lineage: Lineage,
  call: number,
  argument: number,
  path: readonly Step[],
): FieldOrigin | undefined {
  const link = (lineage.into.get(`call:${call}`) ?? []).find(one => one.argument === argument);
  return link === undefined ? undefined : follow(lineage, link, path);
}

function follow(lineage: Lineage, link: LineageLink, path: readonly Step[]): FieldOrigin | undefined {
  const node = lineage.nodes.get(link.from);
  if (node === undefined) return undefined;
  const [first, ...rest] = path;
  const parts = lineage.into.get(node.id) ?? [];
  const part = node.kind === 'composed' && typeof first === 'number' ? parts[first] : undefined;
  return part === undefined ? { node, getter: getterOf(link.getter, path) } : follow(lineage, part, rest);
}

/** Links that one field of a result went along: those that took it, something around it, or something in it. */
export function usesOfField(lineage: Lineage, from: string, path: readonly Step[]): LineageLink[] {
  const wanted = getterOf('', path);
  const isPrefix = (a: string, b: string): boolean => a === '' || b === a || b.startsWith(`${a}.`);
  return lineage.links.filter(
    link => link.from === from && (isPrefix(link.getter, wanted) || isPrefix(wanted, link.getter)),
  );
}

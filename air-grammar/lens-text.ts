import type { Accessor, Lens } from './ast.ts';

const NAME = '(?![0-9])[\\p{Alphabetic}\\p{Nd}\\p{Nl}\\p{No}_-]+';
const ACCESSOR = new RegExp(`\\.?\\[(?:([0-9]+)|(${NAME}))\\]!?|\\.(${NAME})!?`, 'uy');
const INDEX_MAX = 0xffff_ffff;

/** Reads a lens, from its first dot to its end; `undefined` if the text is not a lens. `!` after an accessor means nothing. */
export function parseLens(text: string): Lens | undefined {
  if (text === '.length') return { kind: 'length' };
  if (!text.startsWith('.$') || text.length === 2) return undefined;
  const accessors: Accessor[] = [];
  let at = 2;
  while (at < text.length) {
    ACCESSOR.lastIndex = at;
    const found = ACCESSOR.exec(text);
    if (found === null) return undefined;
    const [, index, scalar, field] = found;
    if (index !== undefined) {
      if (Number(index) > INDEX_MAX) return undefined;
      accessors.push({ kind: 'index', index: Number(index) });
    } else if (scalar !== undefined) accessors.push({ kind: 'byScalar', name: scalar });
    else accessors.push({ kind: 'field', name: field as string });
    at = ACCESSOR.lastIndex;
  }
  return { kind: 'path', accessors };
}

/**
 * The one spelling of a lens: `.$.a.[0].[key]`, `.length`. Indexes taken from a scalar are shown by its name.
 *
 * @example lensText({ kind: 'path', accessors: [{ kind: 'index', index: 0 }] }) // '.$.[0]'
 */
export function lensText(lens: Lens): string {
  if (lens.kind === 'length') return '.length';
  return `.$.${lens.accessors.map(accessorText).join('.')}`;
}

function accessorText(accessor: Accessor): string {
  if (accessor.kind === 'field') return accessor.name;
  return `[${accessor.kind === 'index' ? accessor.index : accessor.name}]`;
}

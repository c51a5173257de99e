import type { Fold, Instruction } from '../ast.ts';

/**
 * For instructions that name an iterator: the innermost fold over that name around each. One sweep per name, so that a script of
 * many folds costs no more than its length.
 */
export function innermostFolds<T extends Instruction>(
  folds: readonly Fold[],
  instructions: readonly T[],
  nameOf: (instruction: T) => string,
): Map<T, Fold | undefined> {
  const foldsByName = groupByName(folds, fold => fold.iterator.name);
  const found = new Map<T, Fold | undefined>();
  for (const [name, mentions] of groupByName(instructions, nameOf)) {
    const around: Fold[] = [];
    const candidates = inTextOrder(foldsByName.get(name) ?? []);
    let next = 0;
    for (const mention of inTextOrder(mentions)) {
      for (; next < candidates.length && (candidates[next] as Fold).start < mention.start; next++) {
        around.push(candidates[next] as Fold);
      }
      // Spans nest: a fold that ended before is around nothing that follows.
      while (around.length > 0 && (around.at(-1) as Fold).end <= mention.start) around.pop();
      found.set(mention, around.at(-1));
    }
  }
  return found;
}

export function groupByName<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group === undefined) groups.set(nameOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

export const inTextOrder = <T extends Instruction>(instructions: readonly T[]): T[] =>
  [...instructions].sort((a, b) => a.start - b.start);

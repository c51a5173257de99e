import type { Origin } from '../../interpreter/index.ts';
import type { PeerNames } from '../../network/index.ts';
import { tetrapletText } from '../report-text.ts';

const DEPTH_MAX = 20;
const TOLD_MAX = 500;

/** An origin, all the way down. What stands behind a record is shown once: a value that was used twice has two ways to one origin. */
export function originTree(named: PeerNames, origin: Origin, depth = 0, told = new Set<string>()): string {
  const { record, arguments: given, parts } = origin;
  const line = `${'  '.repeat(depth)}${tetrapletText(named, origin.tetraplet)} ${behind(origin)}`;
  if (record !== undefined && told.has(record) && given.length > 0) return `${line}, as above`;
  if (depth >= DEPTH_MAX || told.size >= TOLD_MAX) return `${line} …`;
  told.add(record ?? `${told.size}`);
  const below = (what: string, inner: Origin): string =>
    `${'  '.repeat(depth + 1)}${what}:\n${originTree(named, inner, depth + 2, told)}`;
  return [
    line,
    ...given.map((inner, i) => below(`argument ${i + 1}`, inner)),
    ...parts.map((inner, i) => below(`part ${i + 1}`, inner)),
  ].join('\n');
}

/** What proves an origin, or who made the value. */
export function behind({ kind, record }: Pick<Origin, 'kind' | 'record'>): string {
  if (record !== undefined) return `record ${record.slice(0, 16)}…`;
  return {
    literal: 'literal',
    composed: 'put together by the script',
    error: 'an error',
    service: 'no record',
  }[kind];
}

import type { Command } from './command.ts';
import { misused } from './command.ts';

const COUNT_MAX = 1_000_000;

/**
 * A number from 1.
 *
 * @param word 1 if left out. @throws {CliError} ERR_CLI_COMMAND.
 */
export function countOf(word: string | undefined, command: Pick<Command, 'name' | 'usage'>): number {
  if (word === undefined) return 1;
  const count = Number(word);
  if (Number.isInteger(count) && count >= 1 && count <= COUNT_MAX) return count;
  throw misused(command);
}

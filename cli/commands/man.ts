import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import { manPages } from '../man/pages.ts';

/** `beryl man <folder>`: writes the man pages. The build does it. */
export function manCommand(folder: string, program: Command): ExitCode {
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of manPages(program)) writeBytes(join(folder, file), text);
  return ExitCode.ok;
}

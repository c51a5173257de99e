import { spawnSync } from 'node:child_process';

/**
 * Shows a long text in the pager of the user: `PAGER`, or `less`.
 *
 * @returns Whether there is one: if not, the text has to be printed.
 */
export function page(text: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const pager = env['PAGER'] ?? 'less';
  if (pager.trim() === '') return false;
  const { status, error } = spawnSync(pager, {
    shell: true,
    input: `${text}\n`,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FX', ...env },
  });
  // 126 and 127: the shell could not run it.
  return error === undefined && status !== 126 && status !== 127;
}

import type { Grants } from './protocol.ts';

/** What `wasi_snapshot_preview1` offers a guest that may use it: nothing that reaches anything, beside clock and randomness if it has them. */
export const WASI_MODULE = 'wasi_snapshot_preview1';
const WASI_FUNCTIONS = [
  'args_get',
  'args_sizes_get',
  'environ_get',
  'environ_sizes_get',
  'clock_time_get',
  'random_get',
  'fd_write',
  'fd_read',
  'fd_close',
  'fd_seek',
  'fd_fdstat_get',
  'fd_prestat_get',
  'proc_exit',
  'sched_yield',
] as const;

/** Functions that a guest may import, as `module.name`. */
export function importable(
  grants: Pick<Grants, 'wasi'> & {
    readonly hasClock: boolean;
    readonly hasRandom: boolean;
    readonly hasState: boolean;
    readonly hasCalls: boolean;
  },
): string[] {
  return [
    ...(grants.hasCalls ? ['beryl.ask'] : []),
    ...(grants.hasClock ? ['beryl.now'] : []),
    ...(grants.hasRandom ? ['beryl.random'] : []),
    ...(grants.hasState ? ['beryl.state', 'beryl.set_state'] : []),
    ...(grants.wasi ? WASI_FUNCTIONS.map(name => `${WASI_MODULE}.${name}`) : []),
  ];
}

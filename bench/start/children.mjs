import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever its clock. */
const TICK_MS = 10;

/** CPU time of all child processes that have ended, milliseconds. `undefined` where the system does not report it. */
export function childrenCpuMs() {
  try {
    // Fields after the name, which may hold spaces and parentheses: `cutime` and `cstime` are the 14th and 15th.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  } catch {
    return undefined;
  }
}

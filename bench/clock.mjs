// The clock of measurements: real time, or the CPU time of this process, which a busy machine changes little.
let read = () => performance.now();

/** Milliseconds. */
export const now = () => read();

export function countCpuTime() {
  read = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
}

/** Processor time of this process so far, milliseconds: what other programs on the machine do does not count. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
